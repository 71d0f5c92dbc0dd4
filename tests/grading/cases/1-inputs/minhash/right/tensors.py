import torch


def shingles(text, k):
    words = text.split()
    k = min(k, len(words))
    return set(map(" ".join, zip(*(words[i:] for i in range(k)))))


def jaccard(a, b):
    a, b = set(a), set(b)
    common = len(a.intersection(b))
    union = len(a) + len(b) - common
    return common / union if union else 1.0


def signature(numbers, functions):
    x = torch.tensor(numbers, dtype=torch.int64)
    ab = torch.tensor(functions, dtype=torch.int64)
    hashed = (ab[:, :1] * x + ab[:, 1:]) % (2**31 - 1)
    return hashed.min(dim=1).values.tolist()


def estimate(s, t):
    return sum(x == y for x, y in zip(s, t, strict=True)) / len(s)
