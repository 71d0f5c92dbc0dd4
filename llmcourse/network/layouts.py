"""How other libraries name and shape the weights of the same network: GPT-2's layout and Llama's.

A layout is two functions: one turns the `config.json` of a checkpoint into a `Config`, the other
its tensors into the state of a `GPT`. Only models that the course's network computes exactly are
read; what differs (another activation, scaled RoPE, …) is refused by name. `LAYOUTS` is the table
by `model_type`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from llmcourse.errors import UserError
from llmcourse.network.config import Config

Take = Callable[..., Tensor]  # take(name, *shape): that tensor, in that shape or not at all


@dataclass(frozen=True)
class Layout:
    """`config(values)` reads a `config.json`; `state(config, take)` gives tensors under our names.

    Tensors whose names end in one of `ignored` are buffers that old versions stored.
    """

    config: Callable[[dict[str, Any]], Config]
    state: Callable[[Config, Take], dict[str, Tensor]]
    prefix: str
    ignored: tuple[str, ...]


def gpt2_config(values: dict[str, Any]) -> Config:
    """The choices of Radford et al. (2019)."""
    _demand(
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


def gpt2_state(config: Config, take: Take) -> dict[str, Tensor]:
    """GPT-2 keeps matrices as inputs × outputs, the transpose of a `Linear`."""
    V, C, hidden = config.vocab_size, config.n_embd, config.mlp_width or 4 * config.n_embd
    state = {
        "embedding.weight": take("wte.weight", V, C),
        "position.table.weight": take("wpe.weight", config.block_size, C),
    }
    for i in range(config.n_layer):
        ours, theirs = f"blocks.{i}.", f"h.{i}."
        for norm, name in (("attention_norm", "ln_1"), ("mlp_norm", "ln_2")):
            state[f"{ours}{norm}.weight"] = take(f"{theirs}{name}.weight", C)
            state[f"{ours}{norm}.bias"] = take(f"{theirs}{name}.bias", C)
        for linear, name, inputs, outputs in (
            ("attention.qkv", "attn.c_attn", C, 3 * C),
            ("attention.out", "attn.c_proj", C, C),
            ("mlp.up", "mlp.c_fc", C, hidden),
            ("mlp.out", "mlp.c_proj", hidden, C),
        ):
            state[f"{ours}{linear}.weight"] = take(f"{theirs}{name}.weight", inputs, outputs).T
            state[f"{ours}{linear}.bias"] = take(f"{theirs}{name}.bias", outputs)
    state["norm.weight"], state["norm.bias"] = take("ln_f.weight", C), take("ln_f.bias", C)
    if config.head == "untied":
        state["unembedding.weight"] = take("lm_head.weight", V, C)
    return state


def llama_config(values: dict[str, Any]) -> Config:
    """The choices of Touvron et al. (2023); Mistral (Jiang et al., 2023) adds a sliding window."""
    width, n_head = values["hidden_size"], values["num_attention_heads"]
    rope = values.get("rope_parameters") or values.get("rope_scaling") or {}
    _demand(values, hidden_act="silu", attention_bias=False, mlp_bias=False)
    _demand(rope, rope_type="default")
    if (head_dim := values.get("head_dim")) and head_dim * n_head != width:
        raise _refused("head_dim", head_dim, width // n_head)
    return Config(
        vocab_size=values["vocab_size"],
        n_layer=values["num_hidden_layers"],
        n_head=n_head,
        n_embd=width,
        block_size=values["max_position_embeddings"],
        n_kv_head=values.get("num_key_value_heads"),
        mlp_width=values["intermediate_size"],
        window=values.get("sliding_window") or 0,
        position="rope",
        norm="rmsnorm",
        mlp="swiglu",
        head="tied" if values.get("tie_word_embeddings", False) else "untied",
        norm_eps=values.get("rms_norm_eps", 1e-6),
        rope_theta=rope.get("rope_theta") or values.get("rope_theta", 10_000.0),
    )


def llama_state(config: Config, take: Take) -> dict[str, Tensor]:
    """Llama keeps q, k, v, gate and up apart, and pairs RoPE's channels i and i + D/2."""
    V, C, D, hidden = config.vocab_size, config.n_embd, config.head_width, config.mlp_width
    K = config.n_kv_head or config.n_head

    def paired(weight: Tensor) -> Tensor:
        """Rows i and i + D/2 of each head become neighbours."""
        return weight.view(-1, 2, D // 2, C).transpose(1, 2).reshape(-1, C)

    state = {"embedding.weight": take("embed_tokens.weight", V, C)}
    for i in range(config.n_layer):
        ours, theirs = f"blocks.{i}.", f"layers.{i}."
        state[f"{ours}attention_norm.weight"] = take(f"{theirs}input_layernorm.weight", C)
        state[f"{ours}mlp_norm.weight"] = take(f"{theirs}post_attention_layernorm.weight", C)
        q = take(f"{theirs}self_attn.q_proj.weight", C, C)
        k = take(f"{theirs}self_attn.k_proj.weight", K * D, C)
        v = take(f"{theirs}self_attn.v_proj.weight", K * D, C)
        state[f"{ours}attention.qkv.weight"] = torch.cat([paired(q), paired(k), v])
        state[f"{ours}attention.out.weight"] = take(f"{theirs}self_attn.o_proj.weight", C, C)
        gate = take(f"{theirs}mlp.gate_proj.weight", hidden, C)
        up = take(f"{theirs}mlp.up_proj.weight", hidden, C)
        state[f"{ours}mlp.up.weight"] = torch.cat([gate, up])
        state[f"{ours}mlp.out.weight"] = take(f"{theirs}mlp.down_proj.weight", C, hidden)
    state["norm.weight"] = take("norm.weight", C)
    if config.head == "untied":
        state["unembedding.weight"] = take("lm_head.weight", V, C)
    return state


def _demand(values: dict[str, Any], **expected: Any) -> None:
    for name, value in expected.items():
        if values.get(name, value) != value:
            raise _refused(name, values[name], value)


def _refused(name: str, given: Any, known: Any) -> UserError:
    return UserError(
        f"The checkpoint's {name} is {given!r}; this network computes {known!r} only.",
        todo="Choose a plain GPT-2, Llama or Mistral checkpoint.",
    )


_LLAMA = Layout(llama_config, llama_state, prefix="model.", ignored=(".rotary_emb.inv_freq",))
LAYOUTS: dict[str, Layout] = {
    "gpt2": Layout(
        gpt2_config, gpt2_state, prefix="transformer.", ignored=(".attn.bias", ".attn.masked_bias")
    ),
    "llama": _LLAMA,
    "mistral": _LLAMA,
}
