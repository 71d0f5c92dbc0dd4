def rotate(x, positions, theta=10000.0):
    D = x.shape[-1]
    if D % 2:
        raise ValueError(D)
    pair = torch.arange(D) // 2  # the pair of each column
    angles = positions.float().unsqueeze(-1) * theta ** (-2.0 * pair / D)
    x32 = x.float()
    swapped = x32.unflatten(-1, (-1, 2)).flip(-1).flatten(-2)
    signs = torch.tensor([-1.0, 1.0]).repeat(D // 2)
    return (x32 * angles.cos() + signs * swapped * angles.sin()).to(x.dtype)


def place(q, k, v, positions):
    q, k = rotate(torch.stack([q, k]), positions)
    return q, k, v
