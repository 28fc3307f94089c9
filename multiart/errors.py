"""Errors a user can act on: printed as one line, without a traceback, exit status 1."""

from difflib import get_close_matches


class MultiartError(Exception):
    """Something the user gave cannot be used; the message says what, and what is allowed."""


class ConfigError(MultiartError):
    """A command line or configuration value is wrong."""


class ModelUnavailable(MultiartError):
    """Weights are missing, corrupt, or cannot be fetched."""


def unknown(kind: str, given: str, allowed: list[str] | tuple[str, ...]) -> str:
    """Word an error for a value that is not one of ``allowed``, with the nearest valid word first."""
    near = get_close_matches(given, allowed, n=1, cutoff=0.5)
    hint = f" Did you mean {near[0]!r}?" if near else ""
    return f"unknown {kind} {given!r}.{hint} Choose from: {', '.join(allowed)}."
