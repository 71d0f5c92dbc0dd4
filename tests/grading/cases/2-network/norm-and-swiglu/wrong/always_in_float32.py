# expect: Compute float64 as it is: on the way through float32 half of its digits are lost
# loses: hidden
import torch


def rms_norm(x, weight, eps=1e-5):
    exact = x.float()
    root = ((exact**2).mean(-1, keepdim=True) + eps).sqrt()
    return (exact / root * weight).to(x.dtype)


def swiglu(x, gate, up, out):
    return (torch.nn.functional.silu(x @ gate.T) * (x @ up.T)) @ out.T
