def one_hot(ids, vocab_size):
    return (ids.unsqueeze(-1) == torch.arange(vocab_size)).to(torch.float32)


class TiedEmbedding(torch.nn.Module):
    def __init__(self, vocab_size, width):
        super().__init__()
        self.weight = torch.nn.Parameter(torch.zeros(vocab_size, width))

    def embed(self, ids):
        size = self.weight.shape[0]
        if bool(((ids < 0) | (ids >= size)).any()):
            raise IndexError("no such token")
        return one_hot(ids, size) @ self.weight

    def logits(self, x):
        return torch.einsum("...c,vc->...v", x, self.weight)

    def forward(self, ids):
        return self.logits(self.embed(ids))
