# expect: A row belongs to an id, and a column to a token of the vocabulary
# loses: visible
def one_hot(ids, vocab_size):
    rows = torch.zeros(vocab_size, ids.numel())
    rows[ids.flatten(), torch.arange(ids.numel())] = 1.0
    return rows


class TiedEmbedding(torch.nn.Module):
    def __init__(self, vocab_size, width):
        super().__init__()
        self.weight = torch.nn.Parameter(torch.randn(vocab_size, width))

    def embed(self, ids):
        return torch.nn.functional.embedding(ids, self.weight)

    def logits(self, x):
        return x @ self.weight.T

    def forward(self, ids):
        return self.logits(self.embed(ids))
