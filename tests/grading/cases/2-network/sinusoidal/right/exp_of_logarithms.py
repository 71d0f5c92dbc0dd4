def sinusoidal(length, width, base=10000.0):
    if width % 2 != 0:
        raise ValueError(width)
    table = torch.zeros(length, width, dtype=torch.float64)
    place = torch.arange(length, dtype=torch.float64).unsqueeze(1)
    slower = torch.exp(torch.arange(0, width, 2, dtype=torch.float64) * (-math.log(base) / width))
    table[:, 0::2] = torch.sin(place * slower)
    table[:, 1::2] = torch.cos(place * slower)
    return table.float()
