"""Corpora of the Hugging Face hub, and folders that are laid out like one of its datasets.

The work is done by `datasets`, which downloads a corpus once and keeps it in its own cache, or
streams it. Here its answers become one contract: two splits, a column "text", and errors that say
what to do.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from llmcourse.data.documents import held_out, with_text
from llmcourse.errors import UserError

if TYPE_CHECKING:
    from datasets import Dataset, IterableDataset


def hub(
    source: str, split: str, *, config: str | None = None, streaming: bool = False
) -> "Dataset | IterableDataset":
    """Return a split of the dataset `source` ("owner/name", or a folder), downloaded or streamed.

    `config` chooses one of its configurations. Where there is no validation split, the last tenth
    of "train" is held out; for that the whole of it must be there, so it cannot be streamed.

    Raises UserError where the dataset, its configuration, split or "text" is missing, or the
    network is.
    """
    import datasets

    with _explained(source):
        splits = datasets.get_dataset_split_names(source, config)
    if "train" not in splits:
        raise UserError(
            f"{source} has no split to train on, but {', '.join(splits)}.",
            todo="Save what you need of it as a .jsonl or .parquet file and give its path.",
        )
    complete = "validation" in splits
    if streaming and not complete:
        raise UserError(
            f"{source} has no validation split, and a stream's last tenth is not known.",
            todo="Load it without streaming.",
        )
    with _explained(source):
        dataset = datasets.load_dataset(
            source, config, split=split if complete else "train", streaming=streaming
        )
    with_text(dataset, source)
    return dataset if complete else held_out(dataset, split, source)


def tinystories(split: str, *, streaming: bool = False) -> "Dataset | IterableDataset":
    """Return TinyStories (Eldan and Li, 2023), two million tales in words that a child knows."""
    return hub("roneneldan/TinyStories", split, streaming=streaming)


@contextmanager
def _explained(source: str) -> Iterator[None]:
    """Turn what `datasets` raises into a UserError."""
    from datasets.exceptions import DatasetNotFoundError, DatasetsError

    try:
        yield
    except DatasetNotFoundError as error:
        raise UserError(
            f"There is no dataset {source} that you may read.",
            todo="Look it up on huggingface.co/datasets; log in (`hf auth login`) to a gated one.",
        ) from error
    except (FileNotFoundError, ValueError, DatasetsError) as error:
        raise UserError(
            f"The dataset {source} could not be read: {error.__cause__ or error}.",
            todo="If it has several configurations, choose one with config=.",
        ) from error
    except OSError as error:
        raise UserError(
            f"{source} is not on this machine, and the Hugging Face hub did not answer: {error}.",
            todo="Connect to the network, or take riverbank, austen or a file of your own.",
        ) from error
