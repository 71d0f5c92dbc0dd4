# expect: Both columns of a pair have the same frequency, that of its first column
# loses: visible
def sinusoidal(length, width, base=10000.0):
    if width % 2:
        raise ValueError("odd")
    table = torch.zeros(length, width)
    for t in range(length):
        for column in range(width):
            angle = t * base ** (-column / width)
            table[t, column] = math.cos(angle) if column % 2 else math.sin(angle)
    return table
