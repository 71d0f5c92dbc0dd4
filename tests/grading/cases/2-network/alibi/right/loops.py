def slopes(n_head):
    if n_head not in [2**power for power in range(20)]:
        raise ValueError("no power of two")
    first = 2 ** (-8 / n_head)
    return torch.tensor([first**power for power in range(1, n_head + 1)])


def alibi(n_head, q_positions, k_positions):
    result = torch.full((n_head, len(q_positions), len(k_positions)), -math.inf)
    for h, slope in enumerate(slopes(n_head).tolist()):
        for row, t in enumerate(q_positions.tolist()):
            for column, s in enumerate(k_positions.tolist()):
                if s <= t:
                    result[h, row, column] = -slope * (t - s)
    return result
