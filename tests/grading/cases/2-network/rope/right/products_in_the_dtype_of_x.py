def rotate(x, positions, theta=10000.0):
    D = x.shape[-1]
    if D % 2:
        raise ValueError(f"{D} is odd")
    inverse = 1.0 / theta ** (torch.arange(0, D, 2).float() / D)
    angles = torch.einsum("t,i->ti", positions.float(), inverse).repeat_interleave(2, dim=-1)
    cos, sin = angles.cos().to(x.dtype), angles.sin().to(x.dtype)
    other = torch.stack((-x[..., 1::2], x[..., ::2]), dim=-1).reshape(x.shape)
    return x * cos + other * sin


def place(q, k, v, positions):
    return rotate(q, positions), rotate(k, positions), v
