# expect: Compute in float32 and bring the result back: 300² is too large for float16
# loses: hidden
import torch


def rms_norm(x, weight, eps=1e-5):
    return x / ((x**2).mean(-1, keepdim=True) + eps).sqrt() * weight


def swiglu(x, gate, up, out):
    return (torch.nn.functional.silu(x @ gate.T) * (x @ up.T)) @ out.T
