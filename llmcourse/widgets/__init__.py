"""Figures that move: each explains one idea on real data of the course's own model."""

from llmcourse.widgets.figure import Figure

__all__ = ["Figure"]
