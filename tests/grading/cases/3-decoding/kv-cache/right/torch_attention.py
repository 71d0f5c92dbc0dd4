# Torch's own attention, with a mask made from positions.
import torch


def attend(q, k, v, cache=None):
    past = 0
    if cache is not None:
        past = cache["keys"].shape[-2]
        k = torch.concatenate((cache["keys"], k), -2)
        v = torch.concatenate((cache["values"], v), -2)
    new = torch.arange(q.shape[-2])[:, None] + past
    visible = torch.arange(k.shape[-2])[None, :] <= new
    mixed = torch.nn.functional.scaled_dot_product_attention(q, k, v, attn_mask=visible)
    return mixed, {"keys": k, "values": v}
