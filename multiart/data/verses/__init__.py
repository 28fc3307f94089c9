"""Lines of verse, from which training poems are put together."""

from multiart.data.verses.attributes import ATTRIBUTES
from multiart.data.verses.subjects import SUBJECTS

VERSE_LINES = ATTRIBUTES | SUBJECTS
"""Lines for every concept."""

NEUTRAL_LINES: tuple[str, ...] = (
    "And I am far from home",
    "Who will remember this but me",
    "My heart grows quiet, and then full",
    "I think of one I cannot see",
    "How long I stood I do not know",
    "There is no word for what is gone",
    "It is enough to have been here",
    "I had a question, and forgot it",
    "Old friend, I wish that you were near",
    "What passes, passes without sound",
    "Let me be slow, let me be still",
    "I laugh, and no one asks me why",
)
"""Lines about nothing that can be seen."""
