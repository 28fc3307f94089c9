"""Pictures repainted by code in a medium of ``vocabulary.MEDIA``, as the refiner learns to."""

import numpy as np

from multiart.errors import ModelUnavailable, unknown
from multiart.vocabulary import MEDIA


def render(picture: np.ndarray, medium: str, *, seed: int) -> np.ndarray:
    """Repaint a picture in a medium. Needs skia-python.

    Args:
        picture: uint8 ``[H, W, 3]`` RGB, at least 64 pixels each way. Strokes, grains and lines are
            as large a part of it as they are of 512 pixels.
        medium: a word of ``MEDIA``.
        seed: decides every stroke and grain.

    Returns:
        uint8 ``[H, W, 3]``.

    Raises:
        ValueError: on an unknown medium, or a picture of another kind.
    """
    from multiart.data.media.ink_wash import ink_wash
    from multiart.data.media.oil import oil
    from multiart.data.media.watercolour import watercolour
    from multiart.data.media.woodblock import woodblock

    painters = {"oil": oil, "watercolour": watercolour, "ink wash": ink_wash, "woodblock": woodblock}
    if medium not in MEDIA:
        raise ValueError(unknown("medium", medium, MEDIA))
    if picture.dtype != np.uint8 or picture.ndim != 3 or picture.shape[2] != 3 or min(picture.shape[:2]) < 64:
        raise ValueError(
            f"picture is {picture.dtype} {list(picture.shape)}; expected uint8 [H, W, 3], at least 64 x 64"
        )
    rng = np.random.default_rng(seed)
    painted = painters[medium](picture.astype(np.float32) / 255, rng)
    return np.clip(painted * 255 + 0.5, 0, 255).astype(np.uint8)


def can_render() -> bool:
    """Whether skia-python can be used here; on a bare Linux machine it lacks libraries."""
    try:
        from multiart.data.media import strokes  # noqa: F401
    except ModelUnavailable:
        return False
    return True
