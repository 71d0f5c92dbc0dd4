def rotate(x, positions, theta=10000.0):
    if x.shape[-1] % 2:
        raise ValueError("odd")
    D = x.shape[-1]
    angles = torch.outer(positions.double(), theta ** -(torch.arange(0, D, 2).double() / D))
    points = torch.view_as_complex(x.double().reshape(*x.shape[:-1], D // 2, 2).contiguous())
    turned = points * torch.polar(torch.ones_like(angles), angles)
    return torch.view_as_real(turned).reshape(x.shape).to(x.dtype)


def place(q, k, v, positions):
    return (rotate(q, positions), rotate(k, positions), v)
