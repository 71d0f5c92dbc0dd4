def rotate(x, positions, theta=10000.0):
    D = x.shape[-1]
    if D % 2 == 1:
        raise ValueError("odd")
    matrices = []
    for t in positions.tolist():
        matrix = torch.zeros(D, D)
        for i in range(D // 2):
            angle = t * theta ** (-2 * i / D)
            c, s = math.cos(angle), math.sin(angle)
            matrix[2 * i : 2 * i + 2, 2 * i : 2 * i + 2] = torch.tensor([[c, -s], [s, c]])
        matrices.append(matrix)
    turned = torch.einsum("tij,...tj->...ti", torch.stack(matrices), x.float())
    return turned.to(x.dtype)


def place(q, k, v, positions):
    return *(rotate(each, positions) for each in (q, k)), v
