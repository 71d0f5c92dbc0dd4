# expect: Compute the angles from the theta that was given
# loses: hidden
def rotate(x, positions, theta=10000.0):
    D = x.shape[-1]
    if D % 2:
        raise ValueError("odd")
    angles = positions[:, None].float() * 10000.0 ** (-torch.arange(0, D, 2) / D)
    cos, sin = angles.cos(), angles.sin()
    a, b = x[..., 0::2].float(), x[..., 1::2].float()
    return torch.stack([a * cos - b * sin, a * sin + b * cos], dim=-1).flatten(-2).to(x.dtype)


def place(q, k, v, positions):
    return rotate(q, positions), rotate(k, positions), v
