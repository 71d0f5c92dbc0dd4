# expect: The columns 2i and 2i + 1 are a pair, and you turn them so. But the angles are those of another pairing
# loses: visible
def rotate(x, positions, theta=10000.0):
    D = x.shape[-1]
    if D % 2:
        raise ValueError("odd")
    angles = positions[:, None].float() * theta ** (-torch.arange(0, D, 2) / D)
    angles = torch.cat([angles, angles], dim=-1)  # those of the columns i and i + D/2
    a, b = x[..., 0::2], x[..., 1::2]
    other = torch.stack([-b, a], dim=-1).flatten(-2)  # but the neighbours of each column
    return (x.float() * angles.cos() + other.float() * angles.sin()).to(x.dtype)


def place(q, k, v, positions):
    return rotate(q, positions), rotate(k, positions), v
