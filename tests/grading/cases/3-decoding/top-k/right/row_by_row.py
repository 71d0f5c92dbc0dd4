# A loop over rows and tokens.
def top_k(logits, k):
    if k <= 0:
        raise ValueError("k is too small")
    result = logits.clone()
    for row in result.view(-1, logits.shape[-1]):
        bar = sorted(row.tolist(), reverse=True)[:k][-1]
        for token, logit in enumerate(row.tolist()):
            if logit < bar:
                row[token] = float("-inf")
    return result
