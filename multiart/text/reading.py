"""Read a text into a scene: what a lexicon finds in its lines, and what a model makes of the rest."""

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Any

from multiart.captioning import subject_phrase
from multiart.fitting import ON_A_TABLE, clash_free, fits, fits_time
from multiart.models.language import LanguageModel
from multiart.records import Mood, Scene
from multiart.text import lexicon
from multiart.text.answers import check_answers
from multiart.text.likelihood import Asked
from multiart.text.mood import read_mood
from multiart.text.passage import Passage
from multiart.vocabulary import ATTRIBUTES, SUBJECTS

MAX_SUBJECTS = 5
MAX_WORDS = 8  # named as evidence of one answer
SURE = 1.0  # an attribute whose best answer has at least this weight is not open
SHOWN = 1.5  # weight from which a subject is shown
GAIN_WEIGHT = 0.2  # nats of likelihood gain to lexicon weight
GAIN_LIMIT = 4.0  # nats above or below the mean gain
DEFAULT_WEIGHT = 0.1
SUBJECT_SHARE = 0.5  # how much of a subject's weight pulls at place, season, time and weather
FIRST_WEIGHT = 0.02
LIKELY_SUBJECT = 0.35  # probability from which a subject is shown by likelihood alone
KINDS = ("plum blossom", "cherry blossom", "maple")  # of tree, as willow and bamboo are in any season

DEFAULTS = {"place": "meadow", "season": "summer", "time_of_day": "day", "weather": "clear"}
_QUESTIONS = {
    "place": "The poem takes place at a",
    "season": "The season in this poem is",
    "time_of_day": "The poem is set at",
}
"""Not of the weather: of 122 plain prompts that tell none the model made 62 misty."""
_WORDING = {"room": "window", "day": "noon"}
_SUBJECT_QUESTION = "A painting of this poem shows"


@dataclass(kw_only=True)
class _Findings:
    """Weights of concepts, and the words that gave them."""

    weights: dict[tuple[str, str], float] = field(default_factory=lambda: defaultdict(float))
    words: dict[tuple[str, str], list[str]] = field(default_factory=lambda: defaultdict(list))

    def best(self, attribute: str) -> float:
        return max(self.weights.get((attribute, answer), 0.0) for answer in ATTRIBUTES[attribute])


class _Hours:
    """Hours named outright, and hints at hours by what is seen: the sun at day, the moon at night."""

    def __init__(self) -> None:
        self.named: dict[str, float] = defaultdict(float)
        self.hints: dict[tuple[str, str], float] = defaultdict(float)

    def add(self, hit: lexicon.Hit, counts: float) -> None:
        subjects = [answer for kind, answer in hit.effects if kind == "subject"]
        for (kind, hour), weight in hit.effects.items():
            if kind == "time_of_day" and weight >= lexicon.NAMED:
                self.named[hour] += weight * counts
            elif kind == "time_of_day" and len(subjects) == 1:
                self.hints[hour, subjects[0]] += weight * counts

    def idle_hints(self) -> list[tuple[str, float]]:
        """Hours and weights of hints by what is seen at the named hour too: a sun at sunset is no day."""
        if not self.named:
            return []
        named = max(self.named, key=self.named.__getitem__)
        return [
            (hour, weight)
            for (hour, subject), weight in self.hints.items()
            if hour != named and fits_time(subject, named)
        ]


class Reader:
    """Reads a text into the scene a painter needs.

    Every line is searched for the entries of a lexicon; each adds its weight to the concepts it shows. For
    a place, a season or an hour that stays open (no answer reaches `SURE`), the language model says how much
    likelier the text makes each answer, and ``GAIN_WEIGHT * clamp(gain - mean gain, +-GAIN_LIMIT)`` is added
    to the weights. Then, among all combinations of place, season, time and weather, the one with the largest
    sum of weights is taken, where the subjects that fit it count with half of theirs: so a boat draws the
    scene to water, and no sun shines at night. What a subject hints of the hour counts nothing where another
    hour is named at which it can be seen.

    Args:
        language_model: gives the model when one is needed, or None to take `DEFAULTS` instead.
    """

    def __init__(self, *, language_model: Callable[[], LanguageModel] | None) -> None:
        self.language_model = language_model

    def read(
        self, passages: Sequence[Passage], *, language: str, answers: dict[str, Any] | None = None
    ) -> Scene:
        """Read passages into a scene.

        Args:
            passages: lines of text, in order.
            language: "en" or "zh".
            answers: set by the user, as `Brief.scene`: they win; None leaves an answer open.

        Raises:
            ValueError: for an unknown key or word, or a mood out of range, in ``answers``.
        """
        given = check_answers(answers or {})
        found = _search(passages, language)
        if self.language_model is not None:
            self._ask(passages, given, found)
        attributes = _best_combination(found, given)
        subjects = _subjects(found, attributes, given)
        seen = _told(found, attributes, subjects, given)
        mood, mood_evidence = read_mood(passages, found.weights, language, seen)
        for name in given.get("mood", {}):
            mood_evidence[f"mood.{name}"] = "set by the user"
        return Scene(
            **attributes,
            subjects=tuple(subjects),
            mood=Mood(**{"valence": mood.valence, "arousal": mood.arousal, **given.get("mood", {})}),
            evidence=_evidence(found, attributes, subjects, given) | mood_evidence,
        )

    def _ask(self, passages: Sequence[Passage], given: dict[str, Any], found: _Findings) -> None:
        """Let the model weigh the answers of open attributes, and name a subject where there is none."""
        text = "\n".join(passage.text for passage in passages)
        asked = Asked(self.language_model, text)
        indoors = found.weights.get(("place", "room"), 0.0) > 0  # never by likelihood alone
        for attribute, question in _QUESTIONS.items():
            if attribute in given or found.best(attribute) >= SURE:
                continue
            options = [option for option in ATTRIBUTES[attribute] if indoors or option != "room"]
            gains = _gains(asked, question, [_WORDING.get(option, option) for option in options])
            for option, gain, share in zip(options, gains, _shares(gains), strict=True):
                found.weights[attribute, option] += GAIN_WEIGHT * gain
                found.words[attribute, option].append(f"by likelihood {share:.2f}")
        if "subjects" in given or any(found.weights.get(("subject", s), 0) >= SHOWN for s in SUBJECTS):
            return
        subjects = [subject for subject in SUBJECTS if indoors or subject not in ON_A_TABLE]
        gains = _gains(asked, _SUBJECT_QUESTION, [subject_phrase(s, "summer") for s in subjects])
        share, subject = max(zip(_shares(gains), subjects, strict=True))
        if share >= LIKELY_SUBJECT:
            found.weights["subject", subject] += SHOWN
            found.words["subject", subject].append(f"by likelihood {share:.2f}")


def _gains(asked: Asked, question: str, answers: list[str]) -> list[float]:
    """Likelihood gains about their mean, within `GAIN_LIMIT`."""
    gains = asked.gains(question, answers)
    mean = sum(gains) / len(gains)
    return [min(max(gain - mean, -GAIN_LIMIT), GAIN_LIMIT) for gain in gains]


def _shares(gains: list[float]) -> list[float]:
    top = max(gains)
    odds = [math.exp(gain - top) for gain in gains]
    return [each / sum(odds) for each in odds]


def _search(passages: Sequence[Passage], language: str) -> _Findings:
    """All that the lexicon finds; of equals the one that comes first has a hair more weight."""
    found, hours = _Findings(), _Hours()
    for index, passage in enumerate(passages):
        counts = passage.weight * (1 + FIRST_WEIGHT / (1 + index))
        for hit in lexicon.find(passage.text, language):
            hours.add(hit, counts)
            for concept, weight in hit.effects.items():
                found.weights[concept] += weight * counts
                if weight > 0:
                    found.words[concept].append(f"{hit.words!r} ({passage.label})")
    for hour, weight in hours.idle_hints():
        found.weights["time_of_day", hour] -= weight
    for wet in ("rain", "snow"):  # which comes out of the clouds that are named with it
        if found.weights["weather", wet] >= SURE:
            found.weights["weather", wet] += found.weights["weather", "cloudy"]
    return found


def _best_combination(found: _Findings, given: dict[str, Any]) -> dict[str, str]:
    """The consistent scene with the most evidence; the user's answers are fixed."""
    ranked = _ranked_subjects(found, given)
    options = [[given[name]] if name in given else allowed for name, allowed in ATTRIBUTES.items()]
    snow_needs_winter = "season" not in given or "weather" not in given
    best, best_weight = {}, -math.inf
    for combination in product(*options):
        attributes = dict(zip(ATTRIBUTES, combination, strict=True))
        if snow_needs_winter and attributes["weather"] == "snow" and attributes["season"] != "winter":
            continue
        weight = sum(
            found.weights.get(item, 0.0) + DEFAULT_WEIGHT * (DEFAULTS[item[0]] == item[1])
            for item in attributes.items()
        )
        weight += SUBJECT_SHARE * sum(ranked[subject] for subject in _seen(ranked, attributes))
        if weight > best_weight:
            best, best_weight = attributes, weight
    return best


def _evidence(
    found: _Findings, attributes: dict[str, str], subjects: list[str], given: dict[str, Any]
) -> dict[str, str]:
    """What gave each answer: words with their lines, a likelihood, the user, or a default."""
    shown = {name: (name, answer) for name, answer in attributes.items()}
    shown |= {subject: ("subject", subject) for subject in subjects}
    evidence = {name: _listed(found.words.get(concept, [])) for name, concept in shown.items()}
    if light := found.words.get(("light", "frost-white")):
        evidence["light"] = f"frost-white: {_listed(light)}"
    by_user = [*given, *given.get("subjects", ())]
    return {name: "set by the user" if name in by_user else said for name, said in evidence.items()}


def _told(
    found: _Findings, attributes: dict[str, str], subjects: list[str], given: dict[str, Any]
) -> list[str]:
    """What the scene holds that is no default: such a day is no happy one."""
    answers = [
        answer for name, answer in attributes.items() if name in given or found.words.get((name, answer))
    ]
    return [*answers, *subjects]


def _listed(words: list[str]) -> str:
    more = f", and {len(words) - MAX_WORDS} more" if len(words) > MAX_WORDS else ""
    return ", ".join(words[:MAX_WORDS]) + more if words else "default"


def _ranked_subjects(found: _Findings, given: dict[str, Any]) -> dict[str, float]:
    """Subjects to show with their weights, salient first; a kind of tree comes before any other tree, and a
    rider before a horse.
    """
    if "subjects" in given:
        return {subject: 100.0 for subject in given["subjects"]}
    weights = {subject: found.weights.get(("subject", subject), 0.0) for subject in SUBJECTS}
    kind = max(("willow", "bamboo"), key=weights.get)
    if weights[kind] >= SHOWN:
        weights[kind] += weights.pop("tree")
    shown = [subject for subject, weight in weights.items() if weight >= SHOWN]
    weights |= {kind: max(weights[kind], weights.get("tree", 0.0)) for kind in KINDS if kind in shown}
    if "rider" in shown:
        weights["rider"] = max(weights["rider"], weights["horse"])
    ranked = sorted(shown, key=lambda subject: (-weights[subject], subject in ("tree", "horse")))
    return {subject: weights[subject] for subject in ranked}


def _subjects(found: _Findings, attributes: dict[str, str], given: dict[str, Any]) -> list[str]:
    """At most `MAX_SUBJECTS` that fit the scene and each other; all that the user set."""
    if "subjects" in given:
        return list(given["subjects"])
    return _seen(_ranked_subjects(found, given), attributes)[:MAX_SUBJECTS]


def _seen(ranked: Iterable[str], attributes: dict[str, str]) -> list[str]:
    """The subjects that fit the scene and each other, in order."""
    return clash_free([subject for subject in ranked if fits(subject, **attributes)])
