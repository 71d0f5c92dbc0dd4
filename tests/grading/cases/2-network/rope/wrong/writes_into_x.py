# expect: rotate changed a tensor that it was given
# loses: hidden
def rotate(x, positions, theta=10000.0):
    D = x.shape[-1]
    if D % 2:
        raise ValueError("odd")
    angles = positions[:, None].float() * theta ** (-torch.arange(0, D, 2) / D)
    cos, sin = angles.cos(), angles.sin()
    a, b = x[..., 0::2].float(), x[..., 1::2].float()
    turned = a * cos - b * sin, a * sin + b * cos
    x[..., 0::2], x[..., 1::2] = turned
    return x


def place(q, k, v, positions):
    return rotate(q, positions), rotate(k, positions), v
