"""What every corpus has to be: documents in a column "text", of which the last tenth is held out.

Where a source does not come in two splits, validation is its last tenth in the order in which it is
stored. Neighbours resemble each other; a tenth drawn at random would leave near copies of itself in
training.
"""

from typing import TYPE_CHECKING

from llmcourse.errors import UserError

if TYPE_CHECKING:
    from datasets import Dataset, IterableDataset

SPLITS = ("train", "validation")


def part(length: int, split: str) -> range:
    """Return where `split` lies in `length` things: the first nine tenths (floor) or the rest.

    >>> part(25, "train"), part(25, "validation")
    (range(0, 22), range(22, 25))
    """
    cut = length * 9 // 10
    return range(cut) if split == "train" else range(cut, length)


def held_out(dataset: "Dataset", split: str, source: str) -> "Dataset":
    """Return the documents of `split`; UserError where there are too few to hold one out."""
    if len(dataset) < 2:
        raise UserError(
            f"{source} has {len(dataset)} document, so none can be held out for validation.",
            todo="Give two or more, one a line or row.",
        )
    return dataset.select(part(len(dataset), split))


def with_text(dataset: "Dataset | IterableDataset", source: str) -> None:
    """Raise UserError unless `dataset` has a column "text" of strings."""
    from datasets import Value

    features = dataset.features
    if "text" not in features:
        raise UserError(
            f'{source} has no column "text"; it has {", ".join(features)}.',
            todo='Call the column that holds the documents "text".',
        )
    if features["text"] not in (Value("string"), Value("large_string")):
        raise UserError(
            f'The column "text" of {source} holds {features["text"].dtype}, not strings.',
            todo="Give one string a document.",
        )


def with_words(dataset: "Dataset", source: str) -> None:
    """Raise UserError where every document of `dataset` is blank; it looks as far as the first."""
    if not any((row["text"] or "").strip() for row in dataset):
        raise UserError(
            f"{source} has {len(dataset)} documents, and all of them are blank.",
            todo="Give a corpus with text in it.",
        )
