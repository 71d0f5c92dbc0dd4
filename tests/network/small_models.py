"""Small models of transformers with random weights, in the kinds that the course reads."""

import json
from pathlib import Path

import torch
import transformers

ENDS = {"bos_token_id": None, "eos_token_id": None, "pad_token_id": None}
GPT2 = {"vocab_size": 40, "n_positions": 24, "n_embd": 32, "n_layer": 2, "n_head": 4, **ENDS}
LLAMA = {
    "vocab_size": 40,
    "max_position_embeddings": 24,
    "hidden_size": 32,
    "intermediate_size": 48,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    **ENDS,
}


def gpt2(**choices) -> transformers.PreTrainedModel:
    return spread(transformers.GPT2Config(**GPT2 | choices))


def llama(**choices) -> transformers.PreTrainedModel:
    return spread(transformers.LlamaConfig(**LLAMA | choices))


def mistral(**choices) -> transformers.PreTrainedModel:
    return spread(transformers.MistralConfig(**LLAMA | choices))


def spread(config: transformers.PreTrainedConfig) -> transformers.PreTrainedModel:
    """A model with weights for which a mix-up of any two tensors shows."""
    torch.manual_seed(0)
    model = transformers.AutoModelForCausalLM.from_config(config)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(torch.randn_like(parameter) * 0.2)
    return model.eval()


def edit(folder: Path, *without: str, **changes) -> None:
    """Change the checkpoint's `config.json`."""
    values = json.loads((folder / "config.json").read_text()) | changes
    for name in without:
        del values[name]
    (folder / "config.json").write_text(json.dumps(values))
