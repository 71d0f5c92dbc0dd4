# expect: The other direction: (1, 0) turned by a small angle has a positive second number
# loses: visible
def rotate(x, positions, theta=10000.0):
    D = x.shape[-1]
    if D % 2:
        raise ValueError("odd")
    angles = positions[:, None].float() * theta ** (-torch.arange(0, D, 2) / D)
    cos, sin = angles.cos(), angles.sin()
    a, b = x[..., 0::2].float(), x[..., 1::2].float()
    return torch.stack([a * cos + b * sin, b * cos - a * sin], dim=-1).flatten(-2).to(x.dtype)


def place(q, k, v, positions):
    return rotate(q, positions), rotate(k, positions), v
