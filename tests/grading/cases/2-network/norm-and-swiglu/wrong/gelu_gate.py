# expect: silu bends the gate, and not gelu
# loses: visible
import torch


def rms_norm(x, weight, eps=1e-5):
    exact = x.float() if x.dtype in (torch.float16, torch.bfloat16) else x
    root = ((exact**2).mean(-1, keepdim=True) + eps).sqrt()
    return (exact / root * weight).to(x.dtype)


def swiglu(x, gate, up, out):
    return (torch.nn.functional.gelu(x @ gate.T) * (x @ up.T)) @ out.T
