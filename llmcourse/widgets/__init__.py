"""Figures that move: each explains one idea on real data of the course's own model.

Loads torch only once a figure that needs it is asked for.
"""

from typing import Any

from llmcourse.widgets.figure import Figure

__all__ = [
    "AttentionExplorer",
    "ChatTokens",
    "CurationStages",
    "Figure",
    "MergeSteps",
    "PackedRows",
    "RotatingPairs",
    "SamplingPlayground",
    "SubwordSplits",
    "TokenWalk",
    "TwoBanks",
]


def __getattr__(name: str) -> Any:
    # Imports that are written out are seen by the tools that follow them: import-linter, and the
    # key by which the book knows which pages to run again.
    if name == "AttentionExplorer":
        from llmcourse.widgets.attention_explorer import AttentionExplorer as figure
    elif name == "ChatTokens":
        from llmcourse.widgets.chat_tokens import ChatTokens as figure
    elif name == "CurationStages":
        from llmcourse.widgets.curation_stages import CurationStages as figure
    elif name == "MergeSteps":
        from llmcourse.widgets.merge_steps import MergeSteps as figure
    elif name == "PackedRows":
        from llmcourse.widgets.packed_rows import PackedRows as figure
    elif name == "RotatingPairs":
        from llmcourse.widgets.rotating_pairs import RotatingPairs as figure
    elif name == "SamplingPlayground":
        from llmcourse.widgets.sampling_playground import SamplingPlayground as figure
    elif name == "SubwordSplits":
        from llmcourse.widgets.subword_splits import SubwordSplits as figure
    elif name == "TwoBanks":
        from llmcourse.widgets.two_banks import TwoBanks as figure
    elif name == "TokenWalk":
        from llmcourse.widgets.token_walk import TokenWalk as figure
    else:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return figure
