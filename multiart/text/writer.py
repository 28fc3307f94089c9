"""The text stage: from what was asked for to a poem, and its reading."""

import copy
from dataclasses import asdict
from functools import cached_property
from typing import Any, Self

import torch

from multiart.captioning import caption_of
from multiart.errors import MultiartError, unknown
from multiart.models.language import DEFAULT_SOURCE, LanguageModel, load_causal_lm
from multiart.models.precision import resolve_dtype
from multiart.records import Brief, Draft, StageResult
from multiart.recovery import NOT_FINITE
from multiart.text.answers import check_answers
from multiart.text.drafting import Verse, continue_opening, draft_from_theme
from multiart.text.modes import MODES, choose_mode, detect_language, split_lines
from multiart.text.passage import Passage
from multiart.text.reading import Reader
from multiart.text.sampling import Sampling
from multiart.text.titles import find_title, title_from

ASKED_WEIGHT = 3.0  # of the words of a theme or title, next to those of a line


class Writer:
    """Takes a poem as it is, drafts one from a theme or continues an opening, and reads it into a scene.

    The language model is loaded when it is first needed; a poem in Chinese never needs it.

    Args:
        model: source of a causal language model: "pypi:...", "hub:org/name", "file:..."; a bare "org/name" is
            taken from the hub.
        mode: "auto", "verbatim", "draft" or "continue"; see `choose_mode`.
        max_new_tokens: 16 to 1024, of a draft.
        num_beams, temperature, top_k, top_p, repetition_penalty: as in `transformers.GenerationConfig`;
            top_k 0 and top_p 1 switch these off.
        num_return_sequences: drafts to choose the best of (by `verse_score`).
        read_with_model: whether the model answers what the lexicon leaves open; else defaults do.

    Raises:
        ValueError: a value is not allowed; the message names it as ``text.<key>``.
    """

    def __init__(
        self,
        *,
        model: str = DEFAULT_SOURCE,
        mode: str = "auto",
        max_new_tokens: int = 120,
        num_beams: int = 1,
        temperature: float = 0.8,
        top_k: int = 50,
        top_p: float = 0.95,
        repetition_penalty: float = 1.15,
        num_return_sequences: int = 1,
        read_with_model: bool = True,
    ) -> None:
        if mode not in MODES:
            raise ValueError(unknown("text.mode", str(mode), MODES))
        if not isinstance(read_with_model, bool):
            raise ValueError(f"text.read_with_model must be true or false, got {read_with_model!r}")
        self.source = model if ":" in model else f"hub:{model}"
        self.mode, self.read_with_model, self.dtype = mode, read_with_model, "auto"
        self.weights: dict[str, str] = {}
        """Source and sha256 of the language model, if the last text needed it."""
        self.sampling = Sampling(
            max_new_tokens=max_new_tokens,
            num_beams=num_beams,
            temperature=temperature,
            top_k=top_k,
            top_p=top_p,
            repetition_penalty=repetition_penalty,
            num_return_sequences=num_return_sequences,
        )

    @cached_property
    def language_model(self) -> LanguageModel:
        return load_causal_lm(self.source, self.dtype)

    def easier(self, trouble: str) -> tuple[Self, str] | None:
        """In float32, where the language model ran in less and made numbers that are not finite."""
        if trouble != NOT_FINITE or resolve_dtype(self.dtype) == torch.float32:
            return None
        easier = copy.copy(self)
        easier.dtype = "float32"
        easier.__dict__.pop("language_model", None)
        return easier, "float32"

    def _model(self) -> LanguageModel:
        """The language model, which this text then needs."""
        self.weights = {self.source: self.language_model.sha256}
        return self.language_model

    def generate(self, brief: Brief, *, generator: torch.Generator) -> StageResult[Draft]:
        """Write and read the text of a work.

        Raises:
            ValueError: ``brief.scene`` holds an unknown key or word.
            MultiartError: the text cannot be drafted (in Chinese by the default model, or at all).
            ModelUnavailable: the language model is needed and cannot be had.
        """
        check_answers(brief.scene)
        self.weights = {}
        mode, reason = choose_mode(brief.prompt, self.mode)
        language = detect_language(brief.prompt)
        given = split_lines(brief.prompt)
        verse = self._write(mode, given, language, generator)
        lines = given if mode == "verbatim" else self._join(mode, given, verse)
        title, title_from_ = self._title(brief, mode, given)
        reader = Reader(language_model=self._reading_model(language))
        scene = reader.read(self._passages(brief, mode, lines), language=language, answers=brief.scene)
        draft = Draft(
            title=title,
            lines=lines,
            language=language,
            mode=mode,
            mode_reason=reason,
            scene=scene,
            caption=caption_of(scene),
        )
        return StageResult(output=draft, settings=self._settings(draft, title_from_, verse))

    def _write(
        self, mode: str, given: tuple[str, ...], language: str, generator: torch.Generator
    ) -> Verse | None:
        if mode == "verbatim":
            return None
        if language == "zh" and self.source == DEFAULT_SOURCE:
            raise MultiartError(
                "drafting in Chinese needs a Chinese language model: set text=hub and text.model=<a "
                "Chinese causal language model>, or give a whole poem "
                "(text.mode=verbatim keeps any text as it is)."
            )
        how = {"language": language, "generator": generator}
        if mode == "draft":
            verse = draft_from_theme(self._model(), " ".join(given), self.sampling, **how)
        else:
            verse = continue_opening(self._model(), list(given), self.sampling, **how)
        if not verse.lines:
            raise MultiartError(
                f"{self.source} wrote nothing that can be used in {verse.settings['attempts']} attempts: try "
                "another seed, a larger text.max_new_tokens or a higher text.temperature."
            )
        return verse

    @staticmethod
    def _join(mode: str, given: tuple[str, ...], verse: Verse) -> tuple[str, ...]:
        return (*(given if mode == "continue" else ()), *verse.lines)

    @staticmethod
    def _title(brief: Brief, mode: str, given: tuple[str, ...]) -> tuple[str, str]:
        """The title and where it is from."""
        if brief.title is not None and brief.title.strip():
            return " ".join(brief.title.split()), "set by the user"
        if mode == "draft":
            return title_from(" ".join(given)), "the theme"
        if mode == "verbatim" and (found := find_title(given)):
            return found, "the text's own title line"
        return title_from(next(line for line in given if line.strip())), "the first line"

    @staticmethod
    def _passages(brief: Brief, mode: str, lines: tuple[str, ...]) -> list[Passage]:
        """What is read: the user's title or theme, then every line."""
        asked = [("title", brief.title)] if brief.title else []
        asked += [("theme", brief.prompt)] if mode == "draft" else []
        passages = [Passage(label=label, text=text, weight=ASKED_WEIGHT) for label, text in asked]
        numbered = enumerate(lines, 1)
        return passages + [Passage(label=f"line {n}", text=line) for n, line in numbered if line.strip()]

    def _reading_model(self, language: str):
        """Gives the model for reading; Chinese is read by its lexicon alone."""
        return self._model if self.read_with_model and language != "zh" else None

    def _settings(self, draft: Draft, title_from_: str, verse: Verse | None) -> dict[str, Any]:
        settings: dict[str, Any] = {
            "mode": draft.mode,
            "mode_reason": draft.mode_reason,
            "language": draft.language,
            "title_from": title_from_,
            "read_with_model": self.read_with_model,
        }
        if verse is not None:
            settings |= {"model": self.source, **asdict(self.sampling), **verse.settings}
        return settings
