"""Draft a text, paint it, style it: trained models on a laptop, one command."""

import logging
from typing import Any

__all__ = ["Pipeline"]

# Importing diffusers makes transformers tell twice that torchvision, which nothing here needs, is missing.
logging.getLogger("transformers.utils.import_utils").addFilter(
    lambda record: "requires torchvision" not in record.getMessage()
)


def __getattr__(name: str) -> Any:
    if name == "Pipeline":  # late: it imports torch
        from multiart.pipeline import Pipeline

        return Pipeline
    raise AttributeError(f"module 'multiart' has no attribute {name!r}")
