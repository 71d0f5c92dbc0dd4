# expect: the first new token stands after the S - T tokens of the cache
# loses: visible
import torch


def attend(q, k, v, cache=None):
    if cache is not None:
        k = torch.cat([cache["keys"], k], dim=2)
        v = torch.cat([cache["values"], v], dim=2)
    mixed = torch.nn.functional.scaled_dot_product_attention(q, k, v, is_causal=True)
    return mixed, {"keys": k, "values": v}
