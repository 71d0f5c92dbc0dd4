# expect: The columns have changed places: what a pair becomes stands side by side again, where the pair stood
# loses: visible
def rotate(x, positions, theta=10000.0):
    D = x.shape[-1]
    if D % 2:
        raise ValueError("odd")
    angles = positions[:, None].float() * theta ** (-torch.arange(0, D, 2) / D)
    cos, sin = angles.cos(), angles.sin()
    a, b = x[..., 0::2].float(), x[..., 1::2].float()
    return torch.cat([a * cos - b * sin, a * sin + b * cos], dim=-1).to(x.dtype)


def place(q, k, v, positions):
    return rotate(q, positions), rotate(k, positions), v
