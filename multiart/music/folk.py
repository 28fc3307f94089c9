"""The music stage: a tune of the melody model that sings a poem, in a mode and tempo that suit its mood."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor

from multiart.music.accompaniment import accompany
from multiart.music.agreement import agreement, fitness
from multiart.music.checks import check_soundfont, check_values, parse_key
from multiart.music.composer import Composer
from multiart.music.given import borrow, read_given, tune_of
from multiart.music.mood import Choice, choose
from multiart.music.phrasing import Layout, Shape, lay_out, sung_text
from multiart.music.placing import place_phrases
from multiart.music.prosody import feet_are_ternary, upbeat
from multiart.music.singing import Part, place_tonic, sing, singable_tempo
from multiart.music.syllables import Syllable
from multiart.music.synth import render_sound, soundfont_weights
from multiart.music.tune import TICKS_PER_BEAT, Event, Plan, Tune
from multiart.records import Draft, Melody, Song, Sound, StageResult
from multiart.seeding import derive_seed

MOST_SAMPLED = 8000  # notes of all candidates of a song; long songs are the best of fewer


class Folk:
    """Sets a poem to music: a note a syllable, a phrase a line, strophes of like lines to one tune.

    What is None is chosen by the poem's mood, language and feet (`multiart.music.mood`), or taken from the
    primer; the reasons are recorded.

    Args:
        model: source of the melody model.
        mode: of `multiart.vocabulary.MODES`.
        tempo_bpm: 20 to 320 quarter notes a minute.
        time_signature: of `multiart.music.tune.TIME_SIGNATURES`.
        key_signature: the tonic, e.g. "C", "F#" or "Bb"; "Am" is A, and the mode minor.
        program: General MIDI program of the voice, 0 to 127.
        style: of `multiart.music.tune.STYLES`.
        density: 0 (long notes) to 4 (many short ones).
        temperature: 0.05 to 2; less than 1 is more careful.
        top_p: share of the likeliest notes chosen from, 0.05 to 1.
        best_of: tunes of which the one that suits the words best is taken, 1 to 64.
        accompaniment: of `multiart.music.accompaniment.KINDS`.
        sound: whether to render the sound.
        soundfont: path of an .sf2 file; None takes the one that comes with pretty_midi.
        primer: path of a MIDI file. The words are sung to it if it has a note for each, else the melody goes
            on from it.
        style_of: path of a MIDI file whose rhythm and contour the melody borrows.

    Raises:
        ValueError: a value is not allowed; the message names it as ``music.<key>``.
        MultiartError: a file cannot be used.
    """

    def __init__(
        self,
        *,
        model: str = "asset:melody",
        mode: str | None = None,
        tempo_bpm: float | None = None,
        time_signature: str | None = None,
        key_signature: str | None = None,
        program: int | None = None,
        style: str | None = None,
        density: int | None = None,
        temperature: float = 0.9,
        top_p: float = 0.95,
        best_of: int = 16,
        accompaniment: str = "auto",
        sound: bool = True,
        soundfont: str | None = None,
        primer: str | None = None,
        style_of: str | None = None,
    ) -> None:
        self.asked = {
            "mode": mode,
            "tempo_bpm": tempo_bpm,
            "time_signature": time_signature,
            "program": program,
            "style": style,
            "density": density,
        }
        self.sampling = {"temperature": temperature, "top_p": top_p}
        check_values(self.asked | self.sampling | {"best_of": best_of, "accompaniment": accompaniment})
        self.pitch_class = None
        if key_signature is not None:
            self.pitch_class, self.asked["mode"] = parse_key(key_signature, mode)
        if primer is not None and style_of is not None:
            raise ValueError("music.primer and music.style_of exclude each other: give one of them")
        self.composer = Composer(source=model)
        self.best_of, self.accompaniment, self.sound = best_of, accompaniment, sound
        self.soundfont = None if soundfont is None else check_soundfont(soundfont)
        self.primer = None if primer is None else read_given(primer, "music.primer")
        self.style_of = None if style_of is None else read_given(style_of, "music.style_of")
        self.weights: dict[str, str] = {}  # those that the last song was made with

    def generate(self, draft: Draft, *, generator: torch.Generator) -> StageResult[Song]:
        """Set the lines of ``draft``, but for its title, to music.

        Raises:
            ModelUnavailable: the melody model or the SoundFont cannot be had.
        """
        self.weights = {}
        text = sung_text(draft)
        layout = lay_out(text, draft.language)
        words = [syllable for strophe in layout.strophes for syllable in strophe.syllables]
        choices = self._choose(draft, words)
        values = {name: choice.value for name, choice in choices.items()}
        states = self.composer.text_states(draft.caption, draft.text) if self.style_of is None else None
        parts, composed = self._parts(layout, words, values, _own_stream(generator, text), states)
        tempo = values["tempo_bpm"]
        if (
            self.asked["tempo_bpm"] is None
            and (singable := singable_tempo(parts, tempo, pace=values["pace"])) != tempo
        ):
            choices["tempo_bpm"] = Choice(
                value=singable, reason=f"the mood wants {tempo:.0f}, the words the time"
            )
        melody = sing(
            parts,
            tonic=place_tonic(parts, register=values["register"], pitch_class=self._pitch_class()),
            tempo_bpm=choices["tempo_bpm"].value,
            velocity=values["velocity"],
            program=values["program"],
        )
        melody = accompany(melody, kind=self.accompaniment, energy=draft.scene.mood.arousal)
        settings = _told(choices) | layout.reasons | composed | _described(layout, melody) | self.sampling
        return StageResult(output=Song(melody=melody, sound=self._render(melody)), settings=settings)

    def _choose(self, draft: Draft, words: Sequence[Syllable]) -> dict[str, Choice]:
        """What suits the poem, unless a file or the user says otherwise."""
        choices = choose(draft, ternary=feet_are_ternary(words))
        told: dict[str, Any] = {}
        if given := self.primer or self.style_of:
            told["time_signature"] = given.time_signature
        if self.primer is not None:
            told |= {"mode": self.primer.mode, "tempo_bpm": self.primer.tempo_bpm}
        choices |= {
            name: Choice(value=value, reason="as the given tune") for name, value in told.items() if value
        }
        asked = {name: value for name, value in self.asked.items() if value is not None}
        return choices | {
            name: Choice(value=value, reason="set by the user") for name, value in asked.items()
        }

    def _pitch_class(self) -> int | None:
        if self.pitch_class is None and self.primer is not None:
            return self.primer.tonic
        return self.pitch_class

    def _parts(
        self,
        layout: Layout,
        words: Sequence[Syllable],
        values: Mapping[str, Any],
        generator: torch.Generator,
        text_states: Tensor | None,
    ) -> tuple[list[Part], dict[str, Any]]:
        """The tunes with what is sung on them, and how they came about."""
        before: list[Part] = []
        if self.primer is not None:
            tune = tune_of(self.primer, mode=values["mode"], time_signature=values["time_signature"])
            if len(tune.notes) >= len(words) > 0:
                phrases = [count for s in layout.strophes for count in layout.shapes[s.shape].phrases]
                rest = len(tune.notes) - sum(phrases)
                tune = replace(tune, phrases=(*phrases, *([rest] if rest else [])))
                return [(tune, words)], {"primer": "the words are sung to it"}
            before = [(tune, ())]
        primer = before[0][0].events if before else ()
        tunes, told = self._compose(layout, values, primer, generator, text_states)
        told |= {"primer": "the tune goes on from it"} if before else {}
        return [*before, *((tunes[strophe.shape], strophe.syllables) for strophe in layout.strophes)], told

    def _compose(
        self,
        layout: Layout,
        values: Mapping[str, Any],
        primer: Sequence[Event],
        generator: torch.Generator,
        text_states: Tensor | None,
    ) -> tuple[list[Tune], dict[str, Any]]:
        """A tune for each shape, the best of several; each goes on from the one before."""
        total = sum(sum(shape.phrases) for shape in layout.shapes)
        count = max(1, min(self.best_of, MOST_SAMPLED // total))
        tunes, fits, agreements = [], [], []
        for number, shape in enumerate(layout.shapes):
            verses = [s.syllables for s in layout.strophes if s.shape == number]
            plan = _plan(shape, verses, values)
            if self.style_of is not None:
                candidates = [borrow(self.style_of, plan)]
            else:
                composed = self.composer.compose(
                    plan,
                    n=count,
                    generator=generator,
                    primer=primer,
                    text_states=text_states,
                    **self.sampling,
                )
                candidates = [place_phrases(tune, plan.stresses) for tune in composed]
                self.weights |= self.composer.weights
            best = max(candidates, key=lambda tune: fitness(tune, plan, verses))
            primer = best.events
            tunes.append(best)
            fits.append(round(fitness(best, plan, verses), 3))
            agreements.append(round(agreement(best, verses), 3))
        return tunes, {"candidates": count, "fitness": fits, "agreement": agreements}

    def _render(self, melody: Melody) -> Sound | None:
        if not self.sound:
            return None
        self.weights |= soundfont_weights(self.soundfont)
        return render_sound(melody, soundfont=self.soundfont)


def _own_stream(generator: torch.Generator, text: str) -> torch.Generator:
    """A stream of this text's own, so that poems of one form and mood do not share a tune."""
    draw = int(torch.randint(2**62, (), generator=generator))
    return torch.Generator().manual_seed(derive_seed(draw, text))


def _plan(shape: Shape, verses: Sequence[Sequence[Syllable]], values: Mapping[str, Any]) -> Plan:
    lead = upbeat(verses)
    short = lead > 1 or values["density"] > 2 or values["time_signature"].endswith("/8")
    columns = zip(*verses, strict=False)
    return Plan(
        mode=values["mode"],
        time_signature=values["time_signature"],
        phrases=shape.phrases,
        forms=shape.forms,
        style=values["style"],
        density=values["density"],
        span=values["span"],
        leap=values["leap"],
        pickup=lead * (TICKS_PER_BEAT // 2 if short else TICKS_PER_BEAT),
        stresses=tuple(round(sum(s.stress for s in column) / len(column)) for column in columns),
    )


def _told(choices: Mapping[str, Choice]) -> dict[str, Any]:
    told: dict[str, Any] = {}
    for name, choice in choices.items():
        told |= {name: choice.value, f"{name}_reason": choice.reason}
    return told


def _described(layout: Layout, melody: Melody) -> dict[str, Any]:
    return {
        "forms": ["".join("ABCDEF"[form.like] for form in shape.forms) for shape in layout.shapes],
        "strophes": [strophe.shape for strophe in layout.strophes],
        "notes": len(melody.notes),
        "tonic": melody.tonic,
        "pickup": melody.pickup,
        "accompaniment": [track.name for track in melody.accompaniment],
    }
