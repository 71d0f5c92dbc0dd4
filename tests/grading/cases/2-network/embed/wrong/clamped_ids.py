# expect: An id of -1 names no token
# loses: visible
def one_hot(ids, vocab_size):
    return torch.eye(vocab_size)[ids]


class TiedEmbedding(torch.nn.Module):
    def __init__(self, vocab_size, width):
        super().__init__()
        self.weight = torch.nn.Parameter(torch.randn(vocab_size, width))

    def embed(self, ids):
        return torch.nn.functional.embedding(ids.clamp(0, len(self.weight) - 1), self.weight)

    def logits(self, x):
        return x @ self.weight.T

    def forward(self, ids):
        return self.logits(self.embed(ids))
