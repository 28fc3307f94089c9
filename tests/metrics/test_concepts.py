import pytest
import torch

from multiart.metrics.concepts import (
    COLUMNS,
    CONCEPTS,
    best_thresholds,
    decide,
    scores,
    shares,
    to_row,
    to_rows,
)
from multiart.records import Scene
from multiart.vocabulary import SUBJECTS

DUSK = Scene(place="lake", season="winter", time_of_day="dusk", weather="snow", subjects=("boat", "hills"))
DAY = Scene(place="sea", season="summer", time_of_day="day", weather="clear", subjects=("sun", "boat"))


def test_a_row_names_exactly_the_scene():
    row = to_row(DUSK)
    assert {CONCEPTS[i] for i in row.nonzero().flatten()} == {
        "lake",
        "winter",
        "dusk",
        "snow",
        "boat",
        "hills",
    }


def test_the_truth_scores_full_marks_and_its_opposite_none():
    truth = torch.stack([to_row(DUSK), to_row(DAY)])
    right, wrong = scores(truth, truth), scores(truth.flip(0), truth)
    assert set(right["attributes"].values()) == {1.0}
    assert right["subjects"] == {"recall": 1.0, "precision": 1.0}
    assert set(wrong["attributes"].values()) == {0.0}
    assert wrong["subjects"]["recall"] == pytest.approx(1 / 3)  # of boat, hills and sun only the boat
    assert right["concepts"]["pagoda"] == {"recall": None, "precision": None, "pictures": 0}


def test_decide_takes_one_word_an_attribute_and_subjects_by_their_thresholds():
    probabilities = torch.full((1, len(CONCEPTS)), 0.1)
    probabilities[0, CONCEPTS.index("dusk")] = 0.3
    probabilities[0, CONCEPTS.index("boat")] = 0.4
    said = decide(probabilities, [0.35 if s == "boat" else 0.5 for s in SUBJECTS])
    assert said[0, COLUMNS["time_of_day"]].sum() == 1
    assert said[0, CONCEPTS.index("dusk")]
    assert [SUBJECTS[i] for i in said[0, COLUMNS["subjects"]].nonzero().flatten()] == ["boat"]


def test_best_threshold_parts_what_can_be_parted():
    probabilities, truth = torch.zeros(4, len(CONCEPTS)), torch.zeros(4, len(CONCEPTS))
    column = CONCEPTS.index("boat")
    probabilities[:, column] = torch.tensor([0.1, 0.2, 0.3, 0.4])
    truth[2:, column] = 1
    thresholds = best_thresholds(probabilities, truth)
    assert 0.2 < thresholds[SUBJECTS.index("boat")] <= 0.3
    assert thresholds[SUBJECTS.index("pagoda")] == 0.5


def test_shares_are_of_what_each_picture_has():
    said = Scene(place="lake", season="winter", time_of_day="day", weather="clear", subjects=("boat", "sun"))
    bare = Scene(place="sea", season="summer", time_of_day="day", weather="clear", subjects=())
    found = shares(to_rows([said] * 3).bool(), to_rows([DUSK, DAY, bare]).bool())
    assert found["attributes"].tolist() == [0.5, 0.5, 0.5]
    assert found["subjects"][:2].tolist() == [0.5, 1.0] and found["subjects"][2].isnan()
