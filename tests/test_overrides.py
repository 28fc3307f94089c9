"""User text goes through Hydra's and OmegaConf's parsers unchanged."""

import random

import pytest
from hydra.core.override_parser.overrides_parser import OverridesParser
from omegaconf import OmegaConf

from multiart.config import compose
from multiart.errors import ConfigError
from multiart.overrides import prepare

NASTY = [
    'it\'s "quoted" `four` ‘ways’',
    "a, b, c",
    "[a] {b: 1} (c) <d>",
    "$HOME ${HOME} ${oc.env:HOME} $",
    r"\${oc.env:HOME} \\${a} \\\${a}",
    "100% #1 a=b; c! ~d ^e &f *g ?h |i @j",
    "\ttab\nline\r\nline\n",
    "  blanks around  ",
    "\\",
    "\\\\",
    "'",
    "\\'",
    "ends in \\",
    "\\'\\\"\\",
    "🌙🏔️ 👩‍👩‍👧",
    "床前明月光，\n疑是地上霜。",
    "שלום \u202eעולם\u202c مرحبا",
    "null",
    "true",
    "1e3",
    "???",
    "",
    "-",
    "choices(a,b)",
    "${multiart}",
    "\n".join(f'{n}: the moon\'s "light", \\ [of] ${{night}};' for n in range(200)),
]


@pytest.fixture(scope="module")
def parser():
    return OverridesParser.create()


def through_hydra(parser, text, key="prompt"):
    """What a config holds after a run, and after a sweep's second parsing of the same override."""
    (override,) = parser.parse_overrides(prepare([f"{key}={text}"]))
    assert not override.is_sweep_override()
    (again,) = parser.parse_overrides([f"{key}={override.get_value_element_as_str()}"])
    assert again.value() == override.value()
    cfg = OmegaConf.create({key: override.value()})
    saved = OmegaConf.create(OmegaConf.to_yaml(cfg))
    resolved = OmegaConf.to_container(cfg, resolve=True)
    assert saved[key] == cfg[key] == resolved[key]
    return cfg[key]


@pytest.mark.parametrize("text", NASTY, ids=range(len(NASTY)))
def test_text_is_unchanged(parser, text):
    assert through_hydra(parser, text) == text


def test_any_mixture_is_unchanged(parser):
    pieces = [*"ab'\"`,[]{}()$%#=;: \t\n\r\\\\\\!?~é床🌙ש", "${", "\\'", "\\${", "${oc.env:HOME}", "???"]
    rng = random.Random(0)
    for _ in range(300):
        text = "".join(rng.choices(pieces, k=rng.randint(1, 10)))
        assert through_hydra(parser, text) == text, repr(text)


@pytest.mark.parametrize("key", ["title", "negative_prompt", "image.negative_prompt", "text.prompt_template"])
def test_every_text_key_is_quoted(parser, key):
    (override,) = parser.parse_overrides(prepare([f"{key}=a, b"], multirun=True))
    assert override.value() == "a, b"
    assert not override.is_sweep_override()


def test_a_sweep_over_another_key_stays_one(parser):
    (override,) = parser.parse_overrides(prepare(["seed=1,2"], multirun=True))
    assert override.is_sweep_override()


def test_paths_may_hold_blanks_and_brackets_and_be_swept(parser):
    (override,) = parser.parse_overrides(prepare(["style.image=my pictures/a (1), b.png"]))
    assert override.value() == "my pictures/a (1), b.png"
    (override,) = parser.parse_overrides(prepare(["style.image=a.png,b.png"], multirun=True))
    assert override.is_sweep_override()


def test_text_in_a_list_of_prompts_is_not_resolved(parser):
    (override,) = parser.parse_overrides(prepare(["prompts=['${oc.env:HOME}','a, b']"]))
    cfg = OmegaConf.create({"prompts": override.value()})
    assert list(cfg.prompts) == ["${oc.env:HOME}", "a, b"]


def test_a_task_gets_its_plus_and_a_group_its_none():
    assert prepare(["task=a", "+task=a", "seed=1"]) == ["+task=a", "+task=a", "seed=1"]
    assert prepare(["style=null", "-m", "style=auto,null"]) == ["style=none", "-m", "style=auto,none"]
    assert prepare(["ckpt_path=null", "image.ckpt=null"]) == ["ckpt_path=null", "image.ckpt=null"]


def test_a_style_takes_its_medium_after_a_colon():
    assert prepare(["style=medium:ink_wash"]) == ["style=medium", "style.medium=ink_wash"]
    assert prepare(["style=medium", "style=medium:"]) == ["style=medium", "style=medium:"]
    swept = prepare(["style=medium:oil,medium:ink_wash,woodblock"], multirun=True)
    assert swept == ["style=medium", "style.medium=oil,ink_wash,woodblock"]
    assert prepare(["prompt=style=medium:oil"]) == ["prompt='style=medium:oil'"]
    cfg = compose("run", ["style=medium:ink wash", "style.strength=0.5"])
    assert (cfg.style.medium, cfg.style.strength) == ("ink wash", 0.5)


def test_bytes_that_are_not_utf8_are_refused():
    with pytest.raises(ConfigError, match="prompt is not valid UTF-8"):
        prepare([b"prompt=caf\xe9".decode("utf-8", "surrogateescape")])
