# expect: A token sees itself: only what comes later, s > t, is hidden
# loses: visible
def slopes(n_head):
    if n_head < 1 or n_head & (n_head - 1):
        raise ValueError("no power of two")
    return torch.tensor([2.0 ** (-8 * (h + 1) / n_head) for h in range(n_head)])


def alibi(n_head, q_positions, k_positions):
    distance = q_positions[:, None] - k_positions
    bias = -slopes(n_head)[:, None, None] * distance
    return bias.masked_fill(distance <= 0, -math.inf)
