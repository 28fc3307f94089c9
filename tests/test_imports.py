"""Imports point one way, and asking for help loads no framework."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import multiart

PACKAGE = Path(multiart.__file__).parent
LAYERS = [  # what is lower knows nothing of what is higher; one line, one layer
    ["errors", "vocabulary", "paths", "terminal"],
    ["records", "seeding"],
    ["stages", "captioning", "fitting", "pictures", "overrides", "signatures", "recovery", "schema"],
    ["io.atomic", "io.prompts", "io.table", "io.collection", "io.layout", "io.pictures"],
    ["models"],
    ["text", "image", "style", "music", "safety", "metrics", "data", "io.midi"],
    ["complaints"],
    ["config"],
    ["pipeline", "running", "io", "console"],
    ["training"],
    ["commands"],
    ["help", "cli"],
    ["__main__"],
]
SIBLINGS = {"text", "image", "style", "music"}


def layer_of(module: str) -> int:
    """The layer of ``multiart.<module>``: of its longest listed prefix."""
    parts = module.split(".")
    for length in range(len(parts), 0, -1):
        name = ".".join(parts[:length])
        for number, names in enumerate(LAYERS):
            if name in names:
                return number
    raise AssertionError(f"multiart.{module} is in no layer: add it to LAYERS")


def imported_by(path: Path) -> set[str]:
    """Modules of the project that a file imports anywhere, without the leading ``multiart.``"""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            base = node.module
            names = [base, *(f"{base}.{alias.name}" for alias in node.names)]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        else:
            continue
        found |= {name.removeprefix("multiart.") for name in names if exists(name)}
    return found


def exists(name: str) -> bool:
    """Whether a dotted name is a module of the project."""
    if not name.startswith("multiart."):
        return False
    path = PACKAGE.parent.joinpath(*name.split("."))
    return path.with_suffix(".py").is_file()


MODULES = {
    path.relative_to(PACKAGE).with_suffix("").as_posix().replace("/", "."): path
    for path in sorted(PACKAGE.rglob("*.py"))
    if path.name != "__init__.py"
}


@pytest.mark.parametrize("module", MODULES)
def test_imports_point_down(module):
    own, group = layer_of(module), module.partition(".")[0]
    for imported in imported_by(MODULES[module]):
        assert layer_of(imported) <= own, f"{module} imports {imported}, which is above it"
        other = imported.partition(".")[0]
        assert not (group != other and {group, other} <= SIBLINGS), f"{module} and {imported} are siblings"


def modules_after(code: str) -> set[str]:
    script = f"import sys; {code}; print(*sys.modules)"
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return set(result.stdout.split())


@pytest.mark.parametrize(
    "code", ["import multiart", "import multiart.cli", "import multiart.config, multiart.complaints"]
)
def test_no_framework_is_loaded(code):
    assert not {"torch", "lightning", "transformers", "diffusers"} & modules_after(code)


def test_help_does_not_load_hydra():
    assert "hydra" not in modules_after("import multiart.cli, multiart.help")


def test_diffusers_is_imported_quietly():
    script = "import multiart; from diffusers import StableDiffusionPipeline"
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert "torchvision" not in result.stderr
