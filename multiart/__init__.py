"""Draft a text, paint it, style it: trained models on a laptop, one command."""

from typing import Any

__all__ = ["Pipeline"]


def __getattr__(name: str) -> Any:
    if name == "Pipeline":  # late: it imports torch
        from multiart.pipeline import Pipeline

        return Pipeline
    raise AttributeError(f"module 'multiart' has no attribute {name!r}")
