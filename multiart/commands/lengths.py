"""Whether a text is short enough to be painted, before anything is loaded."""

import json

from omegaconf import DictConfig

from multiart.errors import ConfigError

SURELY_SHORT = 4000  # bytes, and so at most as many tokens
CAPTION = 128  # tokens kept for the caption, which comes before the text


def check_length(prompt: str, cfg: DictConfig, where: str = "prompt") -> None:
    """Refuse a text that is longer than the painter's text encoder reads.

    Args:
        prompt: of a work.
        cfg: its configuration. A painter out of a checkpoint, or one that cuts texts off, is not asked.
        where: it is from, for the message.

    Raises:
        ConfigError: naming the painter, the tokens there are and those that are allowed.
    """
    painter = cfg.image
    if len(prompt.encode()) <= SURELY_SHORT or painter is None or "source" not in painter or painter.ckpt:
        return
    from multiart.models.language import count_tokens
    from multiart.models.store import fetch

    folder = fetch(painter.source).path
    encoder = json.loads((folder / "model_index.json").read_text("utf-8"))["text_encoder_source"]
    if encoder.startswith("file:."):  # beside the painter
        encoder = f"file:{(folder / encoder.removeprefix('file:')).resolve()}"
    tokens, positions = count_tokens(prompt, encoder)
    if tokens > (limit := positions - CAPTION):
        raise ConfigError(
            f"{where} is {tokens:,} tokens long; image.source={painter.source} reads at most {limit:,}: "
            "give a shorter text, or image=null for a work without a painting."
        )
