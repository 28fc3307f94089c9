"""`python -m multiart verify PATH`: whether works are what their manifests say."""

from collections.abc import Sequence
from pathlib import Path

from omegaconf import DictConfig

from multiart.errors import MultiartError


def main(cfg: DictConfig) -> None:
    """Check a work, or every work in a folder, and the weights they were made with; change nothing.

    Raises:
        MultiartError: if there is no work, or anything is wrong; what is wrong has then been printed.
    """
    from multiart.io.verify import find_works

    root = given_path(cfg.work, "verify")
    works = [*find_works(root)]
    if not works:
        raise MultiartError(f"{root} holds no works.")
    wrong = _check_works(works, root)
    wrong_weights = _check_weights(works)
    if wrong or wrong_weights:
        raise MultiartError(
            f"{_count(wrong, 'work')} of {len(works):,} {'is' if wrong == 1 else 'are'} not as made"
            + (f", {_count(wrong_weights, 'source')} of weights wrong" if wrong_weights else "")
            + "."
        )
    print(f"{_count(len(works), 'work')} as made.")


def given_path(path: str | None, command: str) -> Path:
    """The folder that a command was given.

    Raises:
        MultiartError: if none was given, or it does not exist.
    """
    if path is None:
        raise MultiartError(f"{command} needs a work: multiart {command} outputs/run/TASK/TIME")
    found = Path(path).expanduser()
    if found.name == "manifest.json":
        found = found.parent
    if not found.is_dir():
        raise MultiartError(f"there is no folder {found}.")
    return found


def _check_works(works: Sequence[Path], root: Path) -> int:
    """Print what is wrong with each; returns how many are wrong."""
    from rich.console import Console
    from rich.progress import track

    from multiart.io.verify import verify_work

    console, wrong = Console(stderr=True, highlight=False), 0
    quiet = not console.is_terminal or len(works) == 1
    for work in track(works, "verifying", console=console, disable=quiet, transient=True):
        if problems := verify_work(work):
            wrong += 1
            name = work.relative_to(root).as_posix()
            console.print(f"✗ {work if name == '.' else name}", style="red", markup=False, soft_wrap=True)
            for problem in problems:
                console.print(f"  {_printable(problem)}", markup=False, soft_wrap=True)
    return wrong


def _check_weights(works: Sequence[Path]) -> int:
    """Look for the weights of all works, once each; returns how many sources are wrong."""
    from rich.console import Console

    from multiart.io.manifest import load_manifest
    from multiart.io.verify import verify_weights

    used: dict[tuple[str, str], int] = {}
    for work in works:
        try:
            weights = load_manifest(work)["weights"]
        except MultiartError:  # told already
            continue
        for source, sha256 in weights.items():
            used[source, str(sha256)] = used.get((source, str(sha256)), 0) + 1
    console, wrong = Console(stderr=True, highlight=False), 0
    for (source, sha256), count in used.items():
        is_fine, words = verify_weights(source, sha256)
        wrong += not is_fine
        if words:
            line = f"{'–' if is_fine else '✗'} weights {source} of {_count(count, 'work')}: {words}"
            console.print(_printable(line), markup=False, soft_wrap=True)
    return wrong


def _printable(text: str) -> str:
    from multiart.console import printable

    return printable(text, 300)


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" + ("" if number == 1 else "s")
