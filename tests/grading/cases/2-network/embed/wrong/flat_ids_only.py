# expect: Ids may have any shape: the vectors stand on a new last axis
# loses: hidden
def one_hot(ids, vocab_size):
    return torch.eye(vocab_size)[ids]


class TiedEmbedding(torch.nn.Module):
    def __init__(self, vocab_size, width):
        super().__init__()
        self.weight = torch.nn.Parameter(torch.randn(vocab_size, width))

    def embed(self, ids):
        if ids.min() < 0:
            raise IndexError("an id below 0")
        return torch.stack([self.weight[number] for number in ids.flatten().tolist()])

    def logits(self, x):
        return x @ self.weight.T

    def forward(self, ids):
        return self.logits(self.embed(ids))
