"""GPT-2's layout: matrices as inputs × outputs, the three of attention side by side."""

from typing import Any

from llmcourse.network.config import Config
from llmcourse.network.counts import mlp_width
from llmcourse.network.layouts.layout import Layout, Link, demand, same, transposed


def read(values: dict[str, Any]) -> Config:
    """The choices of Radford et al. (2019)."""
    demand(
        values,
        activation_function="gelu_new",
        scale_attn_weights=True,
        scale_attn_by_inverse_layer_idx=False,
        add_cross_attention=False,
    )
    return Config(
        vocab_size=values["vocab_size"],
        n_layer=values["n_layer"],
        n_head=values["n_head"],
        n_embd=values["n_embd"],
        block_size=values["n_positions"],
        mlp_width=values.get("n_inner"),
        position="learned",
        norm="layernorm",
        mlp="gelu",
        head="tied" if values.get("tie_word_embeddings", True) else "untied",
        bias="all",
        norm_eps=values.get("layer_norm_epsilon", 1e-5),
    )


def write(config: Config) -> dict[str, Any]:
    """What `read` reads, and no special tokens, whose ids the network does not know."""
    return {
        "model_type": "gpt2",
        "architectures": ["GPT2LMHeadModel"],
        "activation_function": "gelu_new",
        "vocab_size": config.vocab_size,
        "n_layer": config.n_layer,
        "n_head": config.n_head,
        "n_embd": config.n_embd,
        "n_positions": config.block_size,
        "n_inner": mlp_width(config),
        "layer_norm_epsilon": config.norm_eps,
        "tie_word_embeddings": config.head == "tied",
        "bos_token_id": None,
        "eos_token_id": None,
    }


def links(config: Config) -> list[Link]:
    V, C, hidden = config.vocab_size, config.n_embd, mlp_width(config)
    found = [
        same("embedding.weight", "wte.weight", V, C),
        same("position.table.weight", "wpe.weight", config.block_size, C),
    ]
    for i in range(config.n_layer):
        ours, theirs = f"blocks.{i}.", f"h.{i}."
        for norm, name in (("attention_norm", "ln_1"), ("mlp_norm", "ln_2")):
            found.append(same(f"{ours}{norm}.weight", f"{theirs}{name}.weight", C))
            found.append(same(f"{ours}{norm}.bias", f"{theirs}{name}.bias", C))
        for linear, name, inputs, outputs in (
            ("attention.qkv", "attn.c_attn", C, 3 * C),
            ("attention.out", "attn.c_proj", C, C),
            ("mlp.up", "mlp.c_fc", C, hidden),
            ("mlp.out", "mlp.c_proj", hidden, C),
        ):
            matrix = transposed(f"{ours}{linear}.weight", f"{theirs}{name}.weight", inputs, outputs)
            found += [matrix, same(f"{ours}{linear}.bias", f"{theirs}{name}.bias", outputs)]
    found += [same("norm.weight", "ln_f.weight", C), same("norm.bias", "ln_f.bias", C)]
    if config.head == "untied":
        found.append(same("unembedding.weight", "lm_head.weight", V, C))
    return found


GPT2 = Layout(
    read, write, links, prefix="transformer.", ignored=(".attn.bias", ".attn.masked_bias")
)
