"""Words for every concept of a scene: those the painter is taught, and one each it never sees."""

from multiart.data.wordings.attributes import ATTRIBUTES, HELD_OUT_ATTRIBUTES
from multiart.data.wordings.subjects import HELD_OUT_SUBJECTS, SUBJECTS

SYNONYMS = ATTRIBUTES | SUBJECTS
"""Wordings of every concept the painter is taught (a tree has one list a season)."""

HELD_OUT_SYNONYMS = HELD_OUT_ATTRIBUTES | HELD_OUT_SUBJECTS
"""One wording a concept the painter never sees in training: does it understand new words?"""
