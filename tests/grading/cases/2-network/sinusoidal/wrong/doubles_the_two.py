# expect: The exponent is -2i/C, with one 2
# loses: visible
def sinusoidal(length, width, base=10000.0):
    if width % 2:
        raise ValueError("odd")
    frequencies = base ** (-2 * torch.arange(0, width, 2) / width)
    angles = torch.arange(length)[:, None] * frequencies
    return torch.stack([angles.sin(), angles.cos()], dim=-1).flatten(1)
