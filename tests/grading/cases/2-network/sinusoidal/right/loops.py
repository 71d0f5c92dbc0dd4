def sinusoidal(length, width, base=10000.0):
    if width % 2 == 1:
        raise ValueError("width must be even")
    rows = []
    for t in range(length):
        row = []
        for i in range(width // 2):
            angle = t / base ** (2 * i / width)
            row += [math.sin(angle), math.cos(angle)]
        rows.append(row)
    return torch.tensor(rows)
