"""From an id to its vector, and what a trained table of vectors holds.

The network's own lookup is `torch.nn.Embedding`: row i of a V × C table. Here is the product that a
lookup stands for, and what one asks of a table once it is trained: which rows point the same way,
and which are long. What is left out: the text around a token. A row is the same wherever the token
stands, so nothing here knows one meaning of a word from another.
"""

import torch
from jaxtyping import Float, Int
from torch import Tensor

from llmcourse.errors import UserError


def one_hot(ids: Int[Tensor, "*B"], vocab_size: int) -> Float[Tensor, "*B V"]:
    """A row of V numbers for each id: 1 at its place, else 0.

    The product with a table of V rows picks the row of the id, which is why a lookup is a layer
    like any other, and has a gradient:

        one_hot(ids, V) @ table = table[ids]

    >>> one_hot(torch.tensor([2, 0]), 3)
    tensor([[0., 0., 1.],
            [1., 0., 0.]])

    Raises `UserError` for an id outside 0 … V - 1.
    """
    if ids.numel() and not 0 <= ids.min() <= ids.max() < vocab_size:
        raise UserError(
            f"Ids from {int(ids.min())} to {int(ids.max())} were given; "
            f"a vocabulary of {vocab_size} has 0 to {vocab_size - 1}.",
            todo="Encode the text with the tokenizer that belongs to the table.",
        )
    return (ids[..., None] == torch.arange(vocab_size, device=ids.device)).float()


def cosines(table: Float[Tensor, "V C"], row: Float[Tensor, "C"]) -> Float[Tensor, "V"]:
    """The cosine of the angle between `row` and each row of the table; 0 where one is all zeros.

        cos(a, b) = a·b / (|a|·|b|)

    1 where both point the same way, 0 at right angles, -1 where they are opposite.

    >>> cosines(torch.tensor([[2.0, 0.0], [0.0, 3.0], [-1.0, 0.0]]), torch.tensor([1.0, 0.0]))
    tensor([ 1.,  0., -1.])
    """
    lengths = table.norm(dim=-1) * row.norm()
    return table @ row / torch.where(lengths > 0, lengths, 1.0)


def neighbours(table: Float[Tensor, "V C"], token: int, n: int = 5) -> list[tuple[int, float]]:
    """The n other tokens whose rows point most nearly the same way, with the cosine; nearest first.

    >>> neighbours(torch.tensor([[2.0, 0.0], [0.0, 3.0], [1.0, 1.0]]), token=0, n=1)
    [(2, 0.7071067690849304)]

    Raises `UserError` for a token that the table does not have.
    """
    if not 0 <= token < len(table):
        raise UserError(
            f"There is no token {token}; the table has rows for 0 to {len(table) - 1}.",
            todo="Give the id of one token.",
        )
    likeness = cosines(table, table[token])
    likeness[token] = -torch.inf  # not its own neighbour
    nearest = likeness.topk(min(n, len(table) - 1))
    return list(zip(nearest.indices.tolist(), nearest.values.tolist(), strict=True))


def purity(table: Float[Tensor, "V C"], groups: Int[Tensor, "V"]) -> float:
    """The share of tokens in a group whose nearest neighbour among all such is of the same group.

    `groups` holds the number of each token's group, and -1 for a token that is in none and is left
    out. A table of random rows gives about the chance that two such tokens share a group.

    >>> points = torch.tensor([[1.0, 0.1], [1.0, 0.2], [0.1, 1.0], [0.2, 1.0], [5.0, 5.0]])
    >>> purity(points, torch.tensor([0, 0, 1, 1, -1]))
    1.0

    Raises `UserError` where fewer than two tokens are in groups.
    """
    inside = groups >= 0
    if int(inside.sum()) < 2:
        raise UserError("Fewer than two tokens are in a group.", todo="Give two or more.")
    rows, own = torch.nn.functional.normalize(table[inside], dim=-1), groups[inside]
    nearest = (rows @ rows.T).fill_diagonal_(-torch.inf).argmax(dim=-1)
    return (own[nearest] == own).float().mean().item()
