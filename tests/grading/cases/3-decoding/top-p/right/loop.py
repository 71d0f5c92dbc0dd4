# A loop that adds tokens until the sum is reached, in float64.
import torch


def top_p(logits, p):
    if p <= 0 or p > 1:
        raise ValueError("p is a probability above 0")
    result = torch.full_like(logits, float("-inf"))
    rows = zip(result.view(-1, logits.shape[-1]), logits.reshape(-1, logits.shape[-1]), strict=True)
    for new, row in rows:
        chances = torch.softmax(row.double(), dim=0).tolist()
        mass = 0.0
        for token in sorted(range(len(chances)), key=lambda i: (-row[i].item(), i)):
            if mass >= p and p < 1:
                break
            new[token] = row[token]
            mass += chances[token]
    return result
