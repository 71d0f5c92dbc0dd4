# expect: A hidden score of 0 hides nothing
# loses: visible
import math


def attention(q, k, v):
    D = q.shape[3]
    scores = q @ k.transpose(2, 3) / math.sqrt(D)
    weights = scores.tril().softmax(dim=-1)
    return weights @ v, weights
