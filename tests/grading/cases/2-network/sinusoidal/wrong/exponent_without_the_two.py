# expect: The exponent is -2i/C, with the 2
# loses: visible
def sinusoidal(length, width, base=10000.0):
    if width % 2:
        raise ValueError("odd")
    pairs = torch.arange(width // 2)
    angles = torch.arange(length)[:, None] * base ** (-pairs / width)
    return torch.stack([angles.sin(), angles.cos()], dim=-1).flatten(1)
