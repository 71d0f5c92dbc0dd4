# The k-th from the end of the sorted row.
def top_k(logits, k):
    if k <= 0:
        raise ValueError("k is too small")
    ascending = logits.sort(dim=-1).values
    bar = ascending[..., max(logits.shape[-1] - k, 0)].unsqueeze(-1)
    return logits.masked_fill(logits < bar, float("-inf"))
