# expect: Two pairings are mixed: column i turns with i + D/2, by the angles that belong to neighbours
# loses: visible
def rotate(x, positions, theta=10000.0):
    D = x.shape[-1]
    if D % 2:
        raise ValueError("odd")
    angles = positions[:, None].float() * theta ** (-torch.arange(0, D, 2) / D)
    angles = angles.repeat_interleave(2, dim=-1)  # those of neighbours
    a, b = x.chunk(2, dim=-1)
    other = torch.cat([-b, a], dim=-1)  # but the column that is D/2 away
    return (x.float() * angles.cos() + other.float() * angles.sin()).to(x.dtype)


def place(q, k, v, positions):
    return rotate(q, positions), rotate(k, positions), v
