"""Models of the Hugging Face hub, kept in the hub's own cache."""

from pathlib import Path

from multiart.errors import ModelUnavailable
from multiart.models.patience import patiently

PATTERNS = ["*.safetensors", "*.json", "*.txt", "*.model", "*.jinja"]
"""What is taken from a repository: never pickles, never code."""


def fetch(name: str, *, offline: bool) -> Path:
    """The folder of a snapshot of ``org/name`` or ``org/name@revision``.

    Raises:
        ModelUnavailable: it is not on this machine and cannot be downloaded, or holds no safetensors.
    """
    from huggingface_hub import snapshot_download

    repo, _, revision = name.partition("@")
    options = {"revision": revision or None, "allow_patterns": PATTERNS, "local_files_only": offline}
    try:
        folder = patiently(lambda: snapshot_download(repo, **options), f"the hub ({repo})")
    except Exception as error:  # the hub's errors have no common base, and neither has its HTTP client
        raise ModelUnavailable(_explain(repo, revision, offline, error)) from error
    if next(Path(folder).rglob("*.safetensors"), None) is None:
        raise ModelUnavailable(f"hub:{name} has no .safetensors weights, and pickled ones are never loaded")
    return Path(folder)


def _explain(repo: str, revision: str, offline: bool, error: Exception) -> str:
    from huggingface_hub.constants import HF_HUB_CACHE

    named = f"{repo} at {revision}" if revision else repo
    option = f" --revision {revision}" if revision else ""
    reason = "MULTIART_OFFLINE is set" if offline else (str(error).strip() or repr(error)).splitlines()[0]
    return (
        f"the model {named} is not in {HF_HUB_CACHE} and cannot be had from the hub: {reason.rstrip('.')}. "
        f"https://huggingface.co/{repo} says how large it is. To get it, run `hf download {repo}{option}` "
        f"on a connected machine (after `hf auth login` if it is private or gated) and copy the folder "
        f"models--{repo.replace('/', '--')} from there into {HF_HUB_CACHE}."
    )
