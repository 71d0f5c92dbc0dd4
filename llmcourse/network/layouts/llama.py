"""Llama's layout: q, k, v, gate and up apart, and RoPE on the pairs of channels i and i + D/2.

Mistral's is the same and adds a sliding window.
"""

from dataclasses import replace
from typing import Any

import torch
from torch import Tensor

from llmcourse.network.config import Config
from llmcourse.network.counts import mlp_width
from llmcourse.network.layouts.layout import Layout, Link, demand, refused, same, stacked

PLAIN_ROPE = {"rope_type": "default", "type": "default", "partial_rotary_factor": 1.0}


def read(values: dict[str, Any]) -> Config:
    """The choices of Touvron et al. (2023)."""
    demand(values, hidden_act="silu", attention_bias=False, mlp_bias=False)
    config = Config(
        vocab_size=values["vocab_size"],
        n_layer=values["num_hidden_layers"],
        n_head=values["num_attention_heads"],
        n_embd=values["hidden_size"],
        block_size=values["max_position_embeddings"],
        n_kv_head=values.get("num_key_value_heads"),
        mlp_width=values["intermediate_size"],
        position="rope",
        norm="rmsnorm",
        mlp="swiglu",
        head="tied" if values.get("tie_word_embeddings", False) else "untied",
        norm_eps=values.get("rms_norm_eps", 1e-6),
        rope_theta=_theta(values),
    )
    if (head_dim := values.get("head_dim")) not in (None, config.head_width):
        raise refused("head_dim", head_dim, config.head_width)
    return config


def write(config: Config) -> dict[str, Any]:
    """What `read` reads, and no special tokens, whose ids the network does not know."""
    return {
        "model_type": "llama",
        "architectures": ["LlamaForCausalLM"],
        "hidden_act": "silu",
        "vocab_size": config.vocab_size,
        "num_hidden_layers": config.n_layer,
        "num_attention_heads": config.n_head,
        "num_key_value_heads": config.n_kv_head or config.n_head,
        "hidden_size": config.n_embd,
        "intermediate_size": mlp_width(config),
        "max_position_embeddings": config.block_size,
        "rms_norm_eps": config.norm_eps,
        # The same number twice: older readers look for the first, newer ones for the second.
        "rope_theta": config.rope_theta,
        "rope_parameters": {"rope_type": "default", "rope_theta": config.rope_theta},
        "tie_word_embeddings": config.head == "tied",
        "bos_token_id": None,
        "eos_token_id": None,
    }


def read_mistral(values: dict[str, Any]) -> Config:
    """Jiang et al. (2023); a window and groups of four query heads where nothing else is said."""
    values = {"num_key_value_heads": 8, "sliding_window": 4096} | values
    window = values["sliding_window"]
    return replace(read(values), window=0 if window is None else window)


def write_mistral(config: Config) -> dict[str, Any]:
    names = {"model_type": "mistral", "architectures": ["MistralForCausalLM"]}
    return write(config) | names | {"sliding_window": config.window or None}


def links(config: Config) -> list[Link]:
    V, C, hidden = config.vocab_size, config.n_embd, mlp_width(config)
    found = [same("embedding.weight", "embed_tokens.weight", V, C)]
    for i in range(config.n_layer):
        ours, theirs = f"blocks.{i}.", f"layers.{i}."
        found += [
            same(f"{ours}attention_norm.weight", f"{theirs}input_layernorm.weight", C),
            same(f"{ours}mlp_norm.weight", f"{theirs}post_attention_layernorm.weight", C),
            _qkv(config, f"{ours}attention.qkv.weight", f"{theirs}self_attn."),
            same(f"{ours}attention.out.weight", f"{theirs}self_attn.o_proj.weight", C, C),
            stacked(
                f"{ours}mlp.up.weight",
                {
                    f"{theirs}mlp.gate_proj.weight": (hidden, C),
                    f"{theirs}mlp.up_proj.weight": (hidden, C),
                },
            ),
            same(f"{ours}mlp.out.weight", f"{theirs}mlp.down_proj.weight", C, hidden),
        ]
    found.append(same("norm.weight", "norm.weight", C))
    if config.head == "untied":
        found.append(same("unembedding.weight", "lm_head.weight", V, C))
    return found


def _qkv(config: Config, ours: str, theirs: str) -> Link:
    """q, k and v, one upon the other, with the channels of q and k in RoPE's order."""
    C, D = config.n_embd, config.head_width
    rows = [C, *2 * [(config.n_kv_head or config.n_head) * D]]
    names = [f"{theirs}{name}_proj.weight" for name in "qkv"]

    def join(q: Tensor, k: Tensor, v: Tensor) -> Tensor:
        return torch.cat([_neighbours(q, D), _neighbours(k, D), v])

    def split(qkv: Tensor) -> list[Tensor]:
        q, k, v = qkv.split(rows)
        return [_halves(q, D), _halves(k, D), v]

    return Link(ours, {name: (r, C) for name, r in zip(names, rows, strict=True)}, join, split)


def _neighbours(weight: Tensor, D: int) -> Tensor:
    """Rows i and i + D/2 of each head become neighbours."""
    return weight.view(-1, 2, D // 2, weight.shape[1]).transpose(1, 2).reshape(weight.shape)


def _halves(weight: Tensor, D: int) -> Tensor:
    """The inverse of `_neighbours`."""
    return weight.view(-1, D // 2, 2, weight.shape[1]).transpose(1, 2).reshape(weight.shape)


def _theta(values: dict[str, Any]) -> Any:
    """The base of RoPE's wavelengths, under its newer name or its older one."""
    theta = values.get("rope_theta", 10_000.0)
    for name in ("rope_parameters", "rope_scaling"):
        rope = values.get(name) or {}
        if not isinstance(rope, dict):
            raise refused(name, rope)
        for option, value in rope.items():
            if option != "rope_theta" and value != PLAIN_ROPE.get(option):
                raise refused(f"{name}.{option}", value, PLAIN_ROPE.get(option))
        theta = rope.get("rope_theta", theta)
    return theta


_IGNORED = (".rotary_emb.inv_freq",)
LLAMA = Layout(read, write, links, prefix="model.", ignored=_IGNORED)
MISTRAL = Layout(read_mistral, write_mistral, links, prefix="model.", ignored=_IGNORED)
