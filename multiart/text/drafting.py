"""Draft a poem from a theme, or continue an opening, with a language model."""

import re
from dataclasses import dataclass
from typing import Any

import torch

from multiart.models.language import LanguageModel
from multiart.text.sampling import Sampling, sample
from multiart.text.verse import clean_verse, is_degenerate, verse_score

ATTEMPTS = 4  # the first and three more
MIN_NEW_TOKENS = 64  # about two stanzas, below which the model may not stop

# Shown to the model before the theme, as poems asked for and given: a small model takes up their form far
# better than it follows instructions. Christina Rossetti 1872, Emily Dickinson 1890; Wang Zhihuan, Li Bai.
_WIND = """Who has seen the wind?
Neither I nor you:
But when the leaves hang trembling,
The wind is passing through.

Who has seen the wind?
Neither you nor I:
But when the trees bow down their heads,
The wind is passing by."""
_WINTER = """The sky is low, the clouds are mean,
A travelling flake of snow
Across a barn or through a rut
Debates if it will go.

A narrow wind complains all day
How some one treated him;
Nature, like us, is sometimes caught
Without her diadem."""
_RIVERS = """Boats sail on the rivers,
And ships sail on the seas;
But clouds that sail across the sky
Are prettier far than these.

There are bridges on the rivers,
As pretty as you please;
But the bow that bridges heaven,
And overtops the trees,
And builds a road from earth to sky,
Is prettier far than these."""
_EXAMPLES = {
    "en": (
        ("the wind in the trees", _WIND),
        ("a grey winter day", _WINTER),
        ("rivers and the rainbow", _RIVERS),
    ),
    "zh": (
        ("登楼", "白日依山尽，\n黄河入海流。\n欲穷千里目，\n更上一层楼。"),
        ("月夜思乡", "床前明月光，\n疑是地上霜。\n举头望明月，\n低头思故乡。"),
    ),
}
_REQUESTS = {"en": "Write a short poem about {}.", "zh": "写一首关于{}的短诗。"}
_TRAILING_MARK = re.compile(r"[\s.…。—–―-]+[\"'”’」』)]*\s*$")


@dataclass(frozen=True, kw_only=True)
class Verse:
    """Drafted lines, and how they came about (for the record of the work)."""

    lines: list[str]
    settings: dict[str, Any]


def draft_from_theme(
    lm: LanguageModel, theme: str, sampling: Sampling, *, language: str, generator: torch.Generator
) -> Verse:
    """A poem about a theme."""
    subject = re.sub(r"\s+", " ", theme).strip().rstrip(".。!！?？,，;；")
    return _best_verse(lm, _prompt(lm, subject, language), sampling, language, generator, theme=subject)


def continue_opening(
    lm: LanguageModel, opening: list[str], sampling: Sampling, *, language: str, generator: torch.Generator
) -> Verse:
    """Lines that follow an opening, without the opening itself."""
    begun = "\n".join(opening)
    subject = _TRAILING_MARK.sub("", opening[0]).strip() or "this"
    prompt = _prompt(lm, subject, language) + _TRAILING_MARK.sub("", begun) + "\n"
    echoes = {*opening, _TRAILING_MARK.sub("", opening[-1])}
    return _best_verse(lm, prompt, sampling, language, generator, theme="", echoes=echoes)


def _prompt(lm: LanguageModel, subject: str, language: str) -> str:
    request, examples = _REQUESTS[language], _EXAMPLES[language]
    if getattr(lm.tokenizer, "chat_template", None) is None:
        shown = "".join(f"{request.format(about)}\n\n{poem}\n\n\n" for about, poem in examples)
        return f"{shown}{request.format(subject)}\n\n"
    messages = []
    for about, poem in examples:
        messages.append({"role": "user", "content": request.format(about)})
        messages.append({"role": "assistant", "content": poem})
    messages.append({"role": "user", "content": request.format(subject)})
    return lm.tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)


def _best_verse(
    lm: LanguageModel,
    prompt: str,
    sampling: Sampling,
    language: str,
    generator: torch.Generator,
    *,
    theme: str,
    echoes: set[str] = frozenset(),
) -> Verse:
    """The best of the sampled texts; where all are degenerate, of up to `ATTEMPTS` rounds."""
    shown = {line for _, poem in _EXAMPLES[language] for line in poem.split("\n")}
    candidates: list[tuple[float, list[str]]] = []
    attempts = 0
    while attempts < ATTEMPTS:
        attempts += 1
        texts = sample(lm, prompt, sampling, generator=generator, min_new_tokens=MIN_NEW_TOKENS)
        cleaned = [
            clean_verse(_first_answer(text), ended=ended, echoes=shown | echoes) for text, ended in texts
        ]
        candidates += [(verse_score(lines, theme) - is_degenerate(lines), lines) for lines in cleaned]
        if any(not is_degenerate(lines) for lines in cleaned):
            break
    chosen = max(range(len(candidates)), key=lambda index: candidates[index][0])
    score, lines = candidates[chosen]
    settings = {
        "attempts": attempts,
        "drafts": len(candidates),
        "chosen_draft": chosen + 1,
        "score": round(score, 3),
        "degenerate": is_degenerate(lines),
    }
    return Verse(lines=lines, settings=settings)


def _first_answer(text: str) -> str:
    """What comes before the model asks itself for the next poem."""
    return re.split(r"\n\n\n|Write a short poem about|写一首关于", text.lstrip("\n"))[0]
