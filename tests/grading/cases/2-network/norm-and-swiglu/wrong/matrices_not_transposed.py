# expect: x has its vectors as rows, gate a row for each number that comes out
# loses: visible
import torch


def rms_norm(x, weight, eps=1e-5):
    exact = x.float() if x.dtype in (torch.float16, torch.bfloat16) else x
    root = ((exact**2).mean(-1, keepdim=True) + eps).sqrt()
    return (exact / root * weight).to(x.dtype)


def swiglu(x, gate, up, out):
    return (torch.nn.functional.silu(x @ gate) * (x @ up)) @ out
