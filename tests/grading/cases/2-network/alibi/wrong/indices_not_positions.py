# expect: The distance is that of the places, which needn't begin at 0 nor stand in order
# loses: hidden
def slopes(n_head):
    if n_head < 1 or 2 ** int(math.log2(n_head)) != n_head:
        raise ValueError(n_head)
    return torch.tensor([2.0 ** (-8 * (h + 1) / n_head) for h in range(n_head)])


def alibi(n_head, q_positions, k_positions):
    T, S = len(q_positions), len(k_positions)
    distance = torch.arange(S - T, S)[:, None] - torch.arange(S)
    bias = -slopes(n_head)[:, None, None] * distance
    return bias.masked_fill(distance < 0, -math.inf)
