# expect: i is the number of the pair, 0 0 1 1 and so on, and not that of the column
# loses: visible
def sinusoidal(length, width, base=10000.0):
    if width % 2:
        raise ValueError("odd")
    angles = torch.arange(length)[:, None] * base ** (-2 * torch.arange(width) / width)
    table = torch.zeros(length, width)
    table[:, 0::2] = angles[:, 0::2].sin()
    table[:, 1::2] = angles[:, 1::2].cos()
    return table
