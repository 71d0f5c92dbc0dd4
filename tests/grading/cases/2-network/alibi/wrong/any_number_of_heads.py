# expect: Six is no power of two
# loses: visible
def slopes(n_head):
    return torch.tensor([2.0 ** (-8 * (h + 1) / n_head) for h in range(n_head)])


def alibi(n_head, q_positions, k_positions):
    distance = q_positions[:, None] - k_positions
    bias = -slopes(n_head)[:, None, None] * distance
    return bias.masked_fill(distance < 0, -math.inf)
