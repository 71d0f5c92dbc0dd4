"""Corpora of the Hugging Face hub, and folders that are laid out like one of its datasets.

The work is done by `datasets`, which downloads a corpus once and keeps it in its own cache, or
streams it. Here its answers become one contract: two splits, a column "text", and errors that say
what to do.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from llmcourse.data.documents import held_out, with_text, with_words
from llmcourse.errors import UserError

if TYPE_CHECKING:
    from datasets import Dataset, IterableDataset


PATIENCE = 4  # seconds until a hub that does not answer counts as out of reach
KINDS = (".txt", ".jsonl", ".json", ".csv", ".parquet", ".arrow", ".zip")  # in a folder


def hub(
    source: str, split: str, *, config: str | None = None, streaming: bool = False
) -> "Dataset | IterableDataset":
    """Return a split of the dataset `source` ("owner/name", or a folder), downloaded or streamed.

    `config` chooses one of its configurations. Where there is no validation split, the last tenth
    of "train" is held out; for that the whole of it must be there, so it cannot be streamed.

    Raises UserError where the dataset, its configuration, split or "text" is missing, or the
    network is, for a folder without a file of a known kind that holds something, and for a corpus
    that is not UTF-8, or blank.
    """
    import datasets

    if Path(source).is_dir():
        if not any(
            {*KINDS} & {*file.suffixes} and file.is_file() and file.stat().st_size
            for file in Path(source).rglob("*")
        ):
            raise _no_corpus(source)
        return _read(source, split, config, streaming)
    online = answers(datasets.config.HF_ENDPOINT)
    with _offline(datasets.config.HF_HUB_OFFLINE or not online):
        return _read(source, split, config, streaming)


def tinystories(split: str, *, streaming: bool = False) -> "Dataset | IterableDataset":
    """Return TinyStories (Eldan and Li, 2023), two million tales in words that a child knows."""
    return hub("roneneldan/TinyStories", split, streaming=streaming)


def answers(address: str) -> bool:
    """Whether the hub answers, whatever it says, within `PATIENCE` seconds.

    Asked beforehand, because the libraries repeat each request for half a minute before they give
    up or turn to what is on this machine.
    """
    from huggingface_hub.utils import get_session

    try:
        get_session().head(address, timeout=PATIENCE)
    except Exception:  # of the HTTP library, which is another one from version to version
        return False
    return True


def _read(
    source: str, split: str, config: str | None, streaming: bool
) -> "Dataset | IterableDataset":
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
    if not streaming:
        with_words(dataset, source)
    return dataset if complete else held_out(dataset, split, source)


def _no_corpus(folder: str) -> UserError:
    return UserError(
        f"The folder {folder} holds no corpus that can be read.",
        todo=f"Give one file, or a folder of files of one kind ({', '.join(KINDS)}); names that "
        "begin with train and validation say which are to train on and which to measure on.",
    )


@contextmanager
def _offline(wanted: bool) -> Iterator[None]:
    """While the block runs, let `datasets` take only what is on this machine, if `wanted`."""
    import datasets

    before = datasets.config.HF_HUB_OFFLINE
    datasets.config.HF_HUB_OFFLINE = wanted
    try:
        yield
    finally:
        datasets.config.HF_HUB_OFFLINE = before


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
        if isinstance(error, FileNotFoundError) and Path(source).is_dir():
            raise _no_corpus(source) from error
        if isinstance(cause := error.__cause__ or error, UnicodeDecodeError):
            raise UserError(
                f"A file of {source} is not UTF-8: {cause}.",
                todo="Convert it, such as by: iconv -f latin1 -t utf-8 FILE > UTF8-FILE",
            ) from error
        raise UserError(
            f"The dataset {source} could not be read: {cause}.",
            todo="If it has several configurations, choose one with config= "
            "(on the command line: --set subset=NAME).",
        ) from error
    except ConnectionError as error:
        raise UserError(
            f"{source} is not on this machine, and the Hugging Face hub does not answer.",
            todo="Connect to the network, or take riverbank, austen or a file of your own.",
        ) from error
    except OSError as error:
        raise UserError(
            f"{source} could not be fetched or read: {error}.",
            todo="Check the network and the space on the disk, then run the same command again.",
        ) from error
