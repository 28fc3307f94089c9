"""Check the keys and values of a ``_target_`` node against its target's constructor, before it is called.

The project's own signatures are read from the source, without importing it: a misspelt key is told at
once, not after torch has loaded.
"""

import ast
import importlib.util
import inspect
import types
import typing
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from multiart.errors import ConfigError, unknown

ALLOWED = ("multiart", "torch", "diffusers", "transformers", "peft", "lightning", "torchmetrics")
"""Packages whose classes a configuration may build; of `multiart`, functions too."""

_WORDS = vars(typing) | {"Mapping": Mapping, "Sequence": Sequence, "Path": Path}
_UNIONS = (typing.Union, types.UnionType)
_DESCRIPTIONS = {
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    str: "a text",
    Path: "a path",
    type(None): "null",
    dict: "a mapping",
    Mapping: "a mapping",
}


def locate(target: str) -> Any:
    """Import the class or function that a ``_target_`` names.

    Raises:
        ConfigError: if it is outside `ALLOWED`, where it was defined included, or does not exist.
    """
    module, name = _split(target)
    if module.partition(".")[0] not in ALLOWED:
        raise ConfigError(f"_target_ {target!r} is not allowed: it must be in {', '.join(ALLOWED)}.")
    try:
        found = getattr(import_module(module), name)
    except ModuleNotFoundError as error:
        if error.name and not module.startswith(error.name):
            raise ConfigError(f"{target} needs the package {error.name!r}, which is missing.") from error
        raise ConfigError(f"_target_ {target!r} does not exist.") from error
    except AttributeError:
        raise ConfigError(f"_target_ {target!r} does not exist.") from None
    home = (getattr(found, "__module__", None) or "").partition(".")[0]
    if home not in ALLOWED or not (isinstance(found, type) or (home == "multiart" and callable(found))):
        raise ConfigError(f"_target_ {target!r} is not allowed: it is no class of {', '.join(ALLOWED)}.")
    return found


def bind(path: str, target: str, values: dict[str, Any]) -> None:
    """Check that a node's keys are parameters of its target, and its values of the annotated types.

    Args:
        path: the node's place in the configuration, for the message.
        target: the node's ``_target_``.
        values: its other keys; what is itself a node is not looked into.

    Raises:
        ConfigError: naming the key, what was given and what is allowed.
    """
    parameters = _parameters(target)
    for key, value in values.items():
        name = f"{path}.{key}" if path else key
        if key not in parameters:
            if "**" in parameters:
                continue
            raise ConfigError(unknown(f"key of {path}", key, [*parameters]))
        _check_value(name, value, parameters[key])


@cache
def _parameters(target: str) -> dict[str, Any]:
    """Parameter names and annotations of a target; "**" is among them if it takes any keyword."""
    if target.startswith("multiart."):
        module, name = _split(target)
        body = _read_source(module)
        arguments = _find_arguments(body, name)
        if arguments is not None:
            constants = _constants(body)
            names = {
                argument.arg: _evaluate(argument.annotation, constants)
                for argument in arguments.args + arguments.kwonlyargs
                if argument.arg != "self"
            }
            return names | ({"**": Any} if arguments.kwarg else {})
    found = locate(target)
    parameters = inspect.signature(found).parameters.values()
    return {"**" if p.kind is p.VAR_KEYWORD else p.name: Any for p in parameters if p.name != "self"}


def _split(target: str) -> tuple[str, str]:
    module, _, name = target.rpartition(".")
    return module, name


def _read_source(module: str) -> list[ast.stmt]:
    try:
        spec = importlib.util.find_spec(module)
    except ModuleNotFoundError:
        spec = None
    if spec is None or spec.origin is None:
        raise ConfigError(f"there is no module {module!r} for a _target_.")
    return ast.parse(Path(spec.origin).read_text("utf-8")).body


def _find_arguments(body: list[ast.stmt], name: str) -> ast.arguments | None:
    """Those of the function, or of the class's own constructor, called ``name``."""
    found = next((node for node in body if getattr(node, "name", None) == name), None)
    if isinstance(found, ast.ClassDef):
        return _find_arguments(found.body, "__init__")
    return found.args if isinstance(found, ast.FunctionDef) else None


def _constants(body: list[ast.stmt]) -> dict[str, Any]:
    """The literals a module names, so that ``Literal[*NAMES]`` can be read."""
    constants = {}
    for node in body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            with suppress(ValueError):
                constants[node.targets[0].id] = ast.literal_eval(node.value)
    return constants


def _evaluate(annotation: ast.expr | None, constants: dict[str, Any]) -> Any:
    """The annotation's type, or Any where it is none of the plain ones."""
    try:
        return eval(ast.unparse(annotation), _WORDS | constants)
    except Exception:  # a name that was imported, an absent annotation
        return Any


def _check_value(name: str, value: Any, annotation: Any) -> None:
    if isinstance(value, dict) and "_target_" in value or _fits(value, annotation):
        return
    words = _words(annotation)
    if words and isinstance(value, str):
        raise ConfigError(unknown(name, value, words))
    raise ConfigError(f"{name} must be {_describe(annotation)}, got {value!r}.")


def _words(annotation: Any) -> list[str]:
    """The texts that a Literal allows, also as one choice of several types."""
    if typing.get_origin(annotation) is typing.Literal:
        return [word for word in typing.get_args(annotation) if isinstance(word, str)]
    return [word for choice in typing.get_args(annotation) for word in _words(choice)]


def _fits(value: Any, annotation: Any) -> bool:
    origin, args = typing.get_origin(annotation), typing.get_args(annotation)
    if origin in _UNIONS:
        return any(_fits(value, choice) for choice in args)
    if origin is typing.Literal:
        return value in args
    if annotation in (int, float):
        return isinstance(value, int | annotation) and not isinstance(value, bool)
    if annotation in (bool, str, type(None)):
        return isinstance(value, annotation)
    if annotation is Path:
        return isinstance(value, str)
    if (origin or annotation) in (dict, Mapping):
        return isinstance(value, dict)
    if (origin or annotation) in (list, tuple, Sequence):
        return isinstance(value, list)
    return True


def _describe(annotation: Any) -> str:
    if typing.get_origin(annotation) is typing.Literal:
        return "one of " + ", ".join(map(str, typing.get_args(annotation)))
    if typing.get_origin(annotation) in _UNIONS:
        return " or ".join(_describe(choice) for choice in typing.get_args(annotation))
    kind = typing.get_origin(annotation) or annotation
    return _DESCRIPTIONS.get(kind, "a list")
