# expect: The scores must come from the table that `embed` reads, as it is now
# loses: visible
def one_hot(ids, vocab_size):
    return torch.eye(vocab_size)[ids]


class TiedEmbedding(torch.nn.Module):
    def __init__(self, vocab_size, width):
        super().__init__()
        self.weight = torch.nn.Parameter(torch.randn(vocab_size, width))
        self.out = self.weight.detach().clone()

    def embed(self, ids):
        return torch.nn.functional.embedding(ids, self.weight)

    def logits(self, x):
        return x @ self.out.T

    def forward(self, ids):
        return self.logits(self.embed(ids))
