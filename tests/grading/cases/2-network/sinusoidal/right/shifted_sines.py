def sinusoidal(length, width, base=10000.0):
    if width % 2:
        raise ValueError(f"{width} is odd")
    column = torch.arange(width)
    exponents = (column - column % 2) / width
    angles = torch.einsum("t,c->tc", torch.arange(length).double(), base ** -exponents.double())
    return torch.sin(angles + (column % 2) * math.pi / 2).to(torch.float32)
