def one_hot(ids, vocab_size):
    flat = []
    for number in ids.flatten().tolist():
        row = [0.0] * vocab_size
        row[number] = 1.0
        flat.append(row)
    return torch.tensor(flat).reshape(*ids.shape, vocab_size)


class TiedEmbedding(torch.nn.Module):
    def __init__(self, vocab_size, width):
        super().__init__()
        self.weight = torch.nn.Linear(width, vocab_size, bias=False).weight

    def embed(self, ids):
        for number in ids.flatten().tolist():
            if number < 0:
                raise IndexError(number)
        return self.weight[ids]

    def logits(self, x):
        return torch.nn.functional.linear(x, self.weight)

    def forward(self, ids):
        return self.logits(self.embed(ids))
