"""Trained models by name or folder: trained once, kept in the user's cache, shared by all pages.

`load("riverbank")` trains the course's model when it is first asked for (preset `tiny`, about three
minutes on two cores) and says so; after that it takes a second. A training run that was interrupted
goes on where it stopped.
"""

import ast
import hashlib
import json
from pathlib import Path
from typing import NamedTuple

import llmcourse
from llmcourse.errors import UserError
from llmcourse.files import user_cache
from llmcourse.inputs import Tokenizer, load_tokenizer
from llmcourse.network import GPT, load_checkpoint
from llmcourse.training import PRESETS, TrainConfig, pretrain
from llmcourse.training.resume import steps_done
from llmcourse.training.run_folder import STATE

RECIPES: dict[str, TrainConfig] = {"riverbank": PRESETS["tiny"]}

# Modules of the package that no weight depends on, though training imports them.
_HARMLESS = (
    *("llmcourse", "llmcourse.errors", "llmcourse.files"),
    *("llmcourse.inputs.unigram", "llmcourse.inputs.wordpiece", "llmcourse.riverbank.dirty"),
)


class LanguageModel(NamedTuple):
    """A network with the tokenizer that it was trained with, and where both are stored."""

    network: GPT
    tokenizer: Tokenizer
    folder: Path

    def begin(self, prompt: str) -> list[int]:
        """The ids of a document's beginning, as it stood in training: after `<|endoftext|>`."""
        return [self.tokenizer.end_of_text, *self.tokenizer.encode(prompt)]


def load(name: str | Path = "riverbank") -> LanguageModel:
    """The model `name` of the zoo, or the one in a run folder.

    Raises `UserError` where there is no such model, or its files are damaged.
    """
    folder = Path(name)
    return _read(folder if folder.is_dir() else train(str(name)))


def train(name: str = "riverbank") -> Path:
    """Train the model `name` of the zoo unless that was done before, and say where it is kept.

    The folder's name holds a hash of the recipe and of the code that trains, with all that it
    imports, so a model is never older than what the pages say of it. Raises `UserError` for a name
    that the zoo does not have.
    """
    if name not in RECIPES:
        raise UserError(
            f"There is no model {name!r}: it is no run folder, and no name of the zoo.",
            todo=f"Give a folder that `llmcourse train --out` made, or {', '.join(RECIPES)}.",
        )
    from llmcourse.progress import TrainingBar

    config = RECIPES[name]
    folder = user_cache() / "zoo" / f"{name}-{_fingerprint(config)}"
    if steps_done(folder / STATE) < config.steps:
        bar = TrainingBar()
        bar.console.print(f"Training the model {name!r}, once. It will be kept in {folder}.")
        with bar.shown():
            pretrain(
                config,
                folder,
                resume=(folder / "config.json").exists(),
                on_step=bar.on_step,
                on_stage=bar.on_stage,
            )
    return folder


def _read(folder: Path) -> LanguageModel:
    network = load_checkpoint(folder).eval()
    return LanguageModel(network, load_tokenizer(folder / "tokenizer.json"), folder)


def _fingerprint(config: TrainConfig) -> str:
    digest = hashlib.sha256(json.dumps([config.to_dict(), config.model.to_dict()]).encode())
    for _, tree in sorted(_reached_from("llmcourse.training").items()):
        for node in ast.walk(tree):  # comments are not in the tree, docstrings are
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(
                node
            ):
                del node.body[0]
        digest.update(ast.dump(tree).encode())
    return digest.hexdigest()[:12]


def _reached_from(module: str) -> dict[str, ast.Module]:
    """The modules of the package that an import of `module` reaches: name -> syntax tree.

    Of a package from which a name is imported, only the module that the name comes from is
    followed: what else the package offers has no part in it.
    """
    found: dict[str, ast.Module] = {}
    seen: set[tuple[str, str]] = set()
    waiting = [(module, "")]
    while waiting:
        name, wanted = waiting.pop()
        path = _file_of(name)
        if path is None or name in _HARMLESS or (name, wanted) in seen:
            continue
        seen.add((name, wanted))
        tree = ast.parse(path.read_text(encoding="utf-8"))
        imports = [
            (node.module, alias)
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom) and node.module.startswith("llmcourse")
            for alias in node.names
        ]
        offered = [(source, a) for source, a in imports if (a.asname or a.name) == wanted]
        if path.name == "__init__.py" and offered:
            imports = offered
        else:
            found[name] = tree
        for source, alias in imports:
            inner = f"{source}.{alias.name}"
            waiting.append((inner, "") if _file_of(inner) else (source, alias.name))
    return found


def _file_of(name: str) -> Path | None:
    """Where the code of a module is; None for a name within a module."""
    path = Path(llmcourse.__file__).parent.parent / name.replace(".", "/")
    path = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    return path if path.exists() else None
