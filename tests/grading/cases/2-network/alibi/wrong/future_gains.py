# expect: A later token is hidden: it gets -inf. Here its distance is negative, and it gains
# loses: visible
def slopes(n_head):
    if n_head < 1 or 2 ** int(math.log2(n_head)) != n_head:
        raise ValueError(n_head)
    return torch.tensor([2.0 ** (-8 * (h + 1) / n_head) for h in range(n_head)])


def alibi(n_head, q_positions, k_positions):
    distance = q_positions[:, None] - k_positions[None, :]
    bias = -slopes(n_head)[:, None, None] * distance
    return bias
