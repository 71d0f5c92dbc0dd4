"""Speed of `generate` with the cache, against `generate` of transformers on the same weights.

    python benchmarks/generation.py

Both continue the same random prompt greedily, in float32, with a model of random weights that
transformers wrote and `load_checkpoint` read; that both give the same tokens is asserted. Rounds
are interleaved; the ratios compare the best and the median round, and above 1 ours is faster.
"""

import statistics
import tempfile
import time
from collections.abc import Callable
from typing import Annotated, Any

import torch
import transformers
import typer
from rich.console import Console
from rich.table import Table

from llmcourse.decoding import Sampler, generate
from llmcourse.network import GPT, load_checkpoint

VOCABULARY, PROMPT = 1024, 16
GREEDY = Sampler(temperature=0)


def peer(family: str, n_layer: int, n_embd: int, context: int) -> Any:
    """A random model of transformers, with heads 64 wide and no token that ends a text."""
    ends = {"bos_token_id": None, "eos_token_id": None, "pad_token_id": None}
    if family == "gpt2":
        config = transformers.GPT2Config(
            vocab_size=VOCABULARY,
            n_positions=context,
            n_embd=n_embd,
            n_layer=n_layer,
            n_head=n_embd // 64,
            **ends,
        )
        return transformers.GPT2LMHeadModel(config).eval()
    config = transformers.LlamaConfig(
        vocab_size=VOCABULARY,
        max_position_embeddings=context,
        hidden_size=n_embd,
        intermediate_size=8 * n_embd // 3,
        num_hidden_layers=n_layer,
        num_attention_heads=n_embd // 64,
        **ends,
    )
    return transformers.LlamaForCausalLM(config).eval()


def ours(hf: Any) -> GPT:
    """The same network with the same weights."""
    with tempfile.TemporaryDirectory() as folder:
        hf.save_pretrained(folder)
        return load_checkpoint(folder)


def seconds(run: Callable[[], list[list[int]]]) -> tuple[float, list[list[int]]]:
    """How long one run takes, and what it gives."""
    start = time.perf_counter()
    result = run()
    return time.perf_counter() - start, result


def main(
    n_layer: int = 6,
    n_embd: int = 384,
    new_tokens: int = 256,
    rounds: int = 5,
    threads: int = 2,
    family: Annotated[list[str], typer.Option(help="gpt2, llama")] = ["gpt2", "llama"],  # noqa: B006
    batch: Annotated[list[int], typer.Option(help="prompts at once")] = [1, 8],  # noqa: B006
) -> None:
    """Compare greedy generation with transformers: tokens a second, and the ratio of both."""
    torch.set_num_threads(threads)
    torch.manual_seed(0)
    transformers.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()
    table = Table(
        "family",
        "batch",
        "transformers, tokens/s",
        "llmcourse, tokens/s",
        "ratio of best",
        "ratio of median",
        title=f"{n_layer} layers × {n_embd}, {new_tokens} tokens, float32, {threads} threads",
    )
    for name in family:
        hf = peer(name, n_layer, n_embd, PROMPT + new_tokens)
        model = ours(hf)
        for size in batch:
            prompts = torch.randint(VOCABULARY, (size, PROMPT))

            def theirs_run(hf: Any = hf, prompts: torch.Tensor = prompts) -> list[list[int]]:
                out = hf.generate(
                    prompts,
                    attention_mask=torch.ones_like(prompts),
                    max_new_tokens=new_tokens,
                    do_sample=False,
                )
                return out[:, PROMPT:].tolist()

            def our_run(model: GPT = model, prompts: torch.Tensor = prompts) -> list[list[int]]:
                done = generate(model, prompts.tolist(), max_new_tokens=new_tokens, sampler=GREEDY)
                return [completion.ids for completion in done]

            assert theirs_run() == our_run()  # and both are warm
            times = [(seconds(theirs_run)[0], seconds(our_run)[0]) for _ in range(rounds)]
            theirs, mine = zip(*times, strict=True)
            table.add_row(
                name,
                str(size),
                f"{size * new_tokens / min(theirs):.0f}",
                f"{size * new_tokens / min(mine):.0f}",
                f"{min(theirs) / min(mine):.2f}",
                f"{statistics.median(theirs) / statistics.median(mine):.2f}",
            )
    Console().print(table)


if __name__ == "__main__":
    typer.run(main)
