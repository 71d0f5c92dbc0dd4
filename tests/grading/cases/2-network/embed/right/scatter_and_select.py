import torch
from torch import nn


def one_hot(ids, vocab_size):
    zeros = torch.zeros(*ids.shape, vocab_size)
    return zeros.scatter_(-1, ids[..., None], 1.0)


class TiedEmbedding(nn.Module):
    def __init__(self, vocab_size, width):
        super().__init__()
        self.register_parameter("weight", nn.Parameter(torch.empty(vocab_size, width).normal_()))

    def embed(self, ids):
        if ids.numel() and (int(ids.min()) < 0 or int(ids.max()) >= self.weight.size(0)):
            raise IndexError(f"an id is not in 0 … {self.weight.size(0) - 1}")
        rows = self.weight.index_select(0, ids.reshape(-1))
        return rows.reshape(ids.shape + self.weight.shape[1:])

    def logits(self, x):
        return (x.unsqueeze(-2) * self.weight).sum(dim=-1)

    def forward(self, ids):
        return self.logits(self.embed(ids))
