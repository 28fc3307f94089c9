"""Where the project's own files are: inside the package in a wheel, beside it in a clone."""

from pathlib import Path


def conf_dir() -> Path:
    """The folder of the configurations.

    Raises:
        FileNotFoundError: if there is none.
    """
    package = Path(__file__).resolve().parent
    for candidate in (package / "conf", package.parent / "conf"):
        if (candidate / "run.yaml").is_file():
            return candidate
    raise FileNotFoundError(f"no conf/ with run.yaml inside or beside {package}")


def options(group: str) -> list[str]:
    """The names that a group of configurations offers."""
    return sorted(path.stem for path in (conf_dir() / group).glob("*.yaml"))
