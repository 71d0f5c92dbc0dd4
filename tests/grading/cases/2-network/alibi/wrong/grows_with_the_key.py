# expect: Here the bias is -slope · (t - s): 0 for a token itself
# loses: visible
def slopes(n_head):
    if n_head < 1 or n_head & (n_head - 1):
        raise ValueError("no power of two")
    return torch.tensor([2.0 ** (-8 * (h + 1) / n_head) for h in range(n_head)])


def alibi(n_head, q_positions, k_positions):
    bias = slopes(n_head)[:, None, None] * k_positions
    bias = bias.expand(n_head, len(q_positions), len(k_positions))
    return bias.masked_fill(k_positions > q_positions[:, None], -math.inf)
