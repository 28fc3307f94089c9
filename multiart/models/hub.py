"""Models of the Hugging Face hub, kept in the hub's own cache."""

from pathlib import Path

from multiart.errors import ModelUnavailable

PATTERNS = ["*.safetensors", "*.json", "*.txt", "*.model", "*.jinja"]
"""What is taken from a repository: never pickles, never code."""


def fetch(name: str, *, offline: bool) -> Path:
    """The folder of a snapshot of ``org/name`` or ``org/name@revision``."""
    from huggingface_hub import snapshot_download

    repo, _, revision = name.partition("@")
    try:
        path = Path(
            snapshot_download(repo, revision=revision or None, allow_patterns=PATTERNS, local_files_only=offline)
        )
    except Exception as error:  # the hub's errors have no common base, and its HTTP client may change
        raise ModelUnavailable(_explain(repo, revision, offline, error)) from error
    if not any(path.rglob("*.safetensors")):
        raise ModelUnavailable(f"hub:{name} has no .safetensors weights, and pickled ones are never loaded")
    return path


def _explain(repo: str, revision: str, offline: bool, error: Exception) -> str:
    from huggingface_hub.constants import HF_HUB_CACHE

    wanted = f"--revision {revision} " if revision else ""
    reason = "MULTIART_OFFLINE is set" if offline else (str(error).strip().splitlines() or [repr(error)])[0]
    return (
        f"the model {repo}{f' at {revision}' if revision else ''} is not in {HF_HUB_CACHE} and cannot be had from the "
        f"hub: {reason} Its size is on https://huggingface.co/{repo}. To get it, run `hf download {wanted}{repo}` on a "
        f"connected machine (`hf auth login` first if it is private or gated) and copy its folder "
        f"models--{repo.replace('/', '--')} into {HF_HUB_CACHE}, or give it as file:/path."
    )
