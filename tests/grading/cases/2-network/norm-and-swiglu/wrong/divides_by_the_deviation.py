# expect: Yours is the deviation, for which the mean is subtracted first
# loses: visible
import torch


def rms_norm(x, weight, eps=1e-5):
    exact = x.float() if x.dtype in (torch.float16, torch.bfloat16) else x
    root = (exact.var(-1, keepdim=True, unbiased=False) + eps).sqrt()
    return (exact / root * weight).to(x.dtype)


def swiglu(x, gate, up, out):
    return (torch.nn.functional.silu(x @ gate.T) * (x @ up.T)) @ out.T
