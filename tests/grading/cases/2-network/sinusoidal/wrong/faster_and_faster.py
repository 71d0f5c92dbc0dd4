# expect: Each further pair is slower
# loses: visible
def sinusoidal(length, width, base=10000.0):
    if width % 2:
        raise ValueError("odd")
    pairs = torch.arange(width // 2)
    angles = torch.arange(length)[:, None] * base ** (2 * pairs / width)
    return torch.stack([angles.sin(), angles.cos()], dim=-1).flatten(1)
