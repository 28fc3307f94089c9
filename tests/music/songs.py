"""Songs to test with: old tunes with their words, and a Chinese quatrain with a tune made for the tests."""

from multiart.records import Melody, Note

STEPS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}


def pitch_of(name: str) -> int:
    """The MIDI number of ``"C4"`` (60), ``"F#4"``, ``"Bb3"``."""
    return 12 * (int(name[-1]) + 1) + STEPS[name[0]] + name.count("#") - name[1:].count("b")


def song(lines: list[str], **given) -> Melody:
    """A melody from ``syllable:note:beats``: ``_`` a blank, ``/`` a line end, nothing melisma, ``r`` rest."""
    notes, phrases, at = [], [], 0.0
    for line in lines:
        count = len(notes)
        for word in line.split():
            lyric, name, beats = word.rsplit(":", 2)
            if name != "r":
                lyric = lyric.replace("_", " ").replace("/", "\n")
                notes.append(Note(pitch=pitch_of(name), start=at, duration=float(beats), lyric=lyric))
            at += float(beats)
        phrases.append(len(notes) - count)
    return Melody(notes=tuple(notes), phrases=tuple(phrases), **given)


def little_star() -> Melody:
    """C major, 4/4, six lines."""
    return song(
        [
            "Twin-:C4:1 kle,_:C4:1 twin-:G4:1 kle,_:G4:1 lit-:A4:1 tle_:A4:1 star,/:G4:2",
            "How_:F4:1 I_:F4:1 won-:E4:1 der_:E4:1 what_:D4:1 you_:D4:1 are!/:C4:2",
            "Up_:G4:1 a-:G4:1 bove_:F4:1 the_:F4:1 world_:E4:1 so_:E4:1 high,/:D4:2",
            "Like_:G4:1 a_:G4:1 dia-:F4:1 mond_:F4:1 in_:E4:1 the_:E4:1 sky./:D4:2",
            "Twin-:C4:1 kle,_:C4:1 twin-:G4:1 kle,_:G4:1 lit-:A4:1 tle_:A4:1 star,/:G4:2",
            "How_:F4:1 I_:F4:1 won-:E4:1 der_:E4:1 what_:D4:1 you_:D4:1 are!:C4:2",
        ],
        tonic=0,
        mode="major",
        time_signature=(4, 4),
        tempo_bpm=100,
    )


def amazing_grace() -> Melody:
    """G major, 3/4, a pickup of one beat, melismas, eighths in triplets."""
    return song(
        [
            "A-:D4:1 ma-:G4:2 zing_:B4:0.5 :G4:0.5 grace!_:B4:2 how_:A4:1 sweet_:G4:2 the_:E4:1 sound,/:D4:2",
            "That_:D4:1 saved_:G4:2 a_:B4:0.5 :G4:0.5 wretch_:B4:2 like_:A4:1 me!/:D5:5",
            "I_:B4:1 once_:D5:1.5 :B4:0.5 was_:B4:0.5 :G4:0.5 lost,_:G4:2 but_:D4:1 now_:E4:1.5 :G4:0.5 "
            "am_:G4:0.5 :E4:0.5 found,/:D4:2",
            "Was_:D4:1 blind,_:G4:2 but_:B4:0.333333 :A4:0.333333 :G4:0.333334 now_:B4:2 I_:A4:1 see.:G4:5",
        ],
        tonic=7,
        mode="major",
        time_signature=(3, 4),
        tempo_bpm=84,
        pickup=1.0,
    )


def quiet_night() -> Melody:
    """静夜思 (Li Bai), yu mode on A, 2/4."""
    return song(
        [
            "床:A4:1 前:C5:0.5 明:A4:0.5 月:G4:1 光，/:E4:1",
            "疑:G4:1 是:A4:0.5 地:G4:0.5 上:E4:1 霜。/:D4:1",
            "举:E4:0.5 头:G4:0.5 望:A4:1 明:C5:1.5 月，/:D5:0.5 :C5:1 :r:1",
            "低:A4:1 头:G4:0.5 思:E4:0.5 故:D4:0.5 :E4:0.5 乡。:A3:2",
        ],
        tonic=9,
        mode="yu",
        time_signature=(2, 4),
        tempo_bpm=66,
    )


def greensleeves() -> Melody:
    """E minor with a raised seventh, 6/8, a pickup of an eighth."""
    return song(
        [
            "A-:E4:0.5 las,_:G4:1 my_:A4:0.5 love,_:B4:0.75 you_:C5:0.25 do_:B4:0.5 me_:A4:1 wrong,/:F#4:0.5 "
            ":D4:0.75 :E4:0.25 :F#4:0.5",
            "To_:G4:0.75 cast_:F#4:0.25 me_:E4:0.5 off_:D#4:0.75 dis-:C#4:0.25 cour-:D#4:0.5 "
            "teous-:E4:1.5 ly.:E4:1",
        ],
        tonic=4,
        mode="minor",
        time_signature=(6, 8),
        tempo_bpm=96,
        pickup=0.5,
    )
