import json
import shlex

import pytest

from multiart.commands import run
from multiart.config import compose
from multiart.errors import ConfigError, MultiartError
from multiart.io import atomic
from multiart.io.atomic import DiskFull
from multiart.pipeline import Pipeline
from tests.fakes import Broken, FakeImage, FakeStyle, FakeText

POEM = "moon, on the ${lake}\nit's a boat"


@pytest.fixture
def start(tmp_path, monkeypatch, capsys):
    """Run the command with fake stages in `tmp_path`; returns its folder."""
    monkeypatch.chdir(tmp_path)

    def call(*overrides, prompt=POEM, **stages):
        cfg = compose("run", ["task=poem_to_painting", f"prompt={prompt}", *overrides])
        stages = {"text": FakeText(), "image": FakeImage(), "style": FakeStyle(), **stages}
        monkeypatch.setattr(
            Pipeline, "from_config", lambda cfg, build: Pipeline(**stages, seed=cfg.seed, task=cfg.task_name)
        )
        call.result = run.main(cfg)
        return tmp_path / capsys.readouterr().out.splitlines()[-1]

    return call


def files(folder):
    return {
        p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()
    }


def manifest(folder):
    return json.loads((folder / "manifest.json").read_text())


def without_times(folder):
    told = manifest(folder)
    return {key: told[key] for key in told.keys() - {"created", "timings", "digest"}}


def test_one_seed_gives_the_same_bytes_and_another_does_not(start, tmp_path):
    one, two, other = start("seed=1"), start("seed=1"), start("seed=2")
    assert one.parent == tmp_path / "outputs" / "run" / "poem_to_painting"
    assert len({one, two, other}) == 3  # within one second
    same = files(one), files(two)
    assert same[0].keys() == {"text.txt", "painting.png", "styled.png", "index.html", "manifest.json"}
    assert without_times(one) == without_times(two)
    for work in same:
        del work["manifest.json"]
    assert same[0] == same[1]
    assert files(other)["painting.png"] != same[0]["painting.png"]
    assert manifest(other)["id"] != manifest(one)["id"]


def test_skipping_style_leaves_the_painting(start):
    styled, plain = start(), start(style=None)
    assert files(plain).keys() == {"text.txt", "painting.png", "index.html", "manifest.json"}
    picture = {"work": lambda f: (f / "painting.png").read_bytes()}["work"]
    strip = lambda data: data[data.index(b"IDAT") :]  # noqa: E731 - the id in front differs, the pixels do not
    assert strip(picture(styled)) == strip(picture(plain))


def test_user_text_is_written_as_typed(start):
    folder = start()
    assert (folder / "text.txt").read_text() == POEM + "\n"
    assert manifest(folder)["brief"]["prompt"] == POEM
    assert "${lake}" in (folder / "index.html").read_text()


def test_variations_and_pictures_get_folders_and_a_gallery(start):
    folder = start("num_variations=2", image=FakeImage(count=2))
    names = [f"variation-{v}_picture-{p}" for v in (0, 1) for p in (1, 2)]
    assert sorted(p.name for p in folder.iterdir()) == ["gallery", "index.html", *names]
    assert len({(folder / n / "painting.png").read_bytes() for n in names}) == 4
    assert all(n in (folder / "gallery" / "works.js").read_text() for n in names)
    assert manifest(folder / names[2])["brief"]["variation"] == 1


def test_a_variation_alone_is_what_it_is_among_several(start):
    among, alone = start("num_variations=3") / "variation-2", start("variation=2")
    assert without_times(alone) == without_times(among)
    for name in ("painting.png", "styled.png", "text.txt", "index.html"):
        assert (alone / name).read_bytes() == (among / name).read_bytes()
    words = shlex.split(manifest(among)["command"])
    assert "variation=2" in words and "num_variations=3" not in words


def test_a_title_never_becomes_a_path(start, tmp_path):
    folder = start(prompt="../../x")
    assert manifest(folder)["draft"]["title"] == "../../x"
    assert [p.name for p in tmp_path.iterdir()] == ["outputs"]


@pytest.mark.parametrize("error", [RuntimeError("boom"), KeyboardInterrupt(), MultiartError("no")])
@pytest.mark.parametrize("stage", ["image", "style"])
def test_a_failure_or_ctrl_c_leaves_nothing(start, tmp_path, stage, error):
    with pytest.raises(type(error)):
        start(**{stage: Broken(error)})
    assert not [p for p in tmp_path.rglob("*") if p.is_file()]
    assert not list(tmp_path.glob("outputs/run/poem_to_painting/*"))


def test_a_chosen_folder_is_used_but_never_overwritten(start, tmp_path):
    assert start(f"paths.run_dir={tmp_path}/mine") == tmp_path / "mine"
    before = files(tmp_path / "mine")
    with pytest.raises(MultiartError, match="not empty"):
        start(f"paths.run_dir={tmp_path}/mine")
    assert files(tmp_path / "mine") == before


def test_the_metric_is_looked_up_in_the_manifest(start):
    start("optimized_metric=draft.scene.mood.valence")
    assert start.result == 0.0
    start()
    assert start.result is None
    with pytest.raises(ConfigError, match="optimized_metric=a.b is no number"):
        start("optimized_metric=a.b")


def test_a_blank_prompt_makes_no_folder(start, tmp_path):
    with pytest.raises(MultiartError, match="prompt is empty"):
        start(prompt=" ")
    assert not list(tmp_path.iterdir())


def test_the_command_to_make_it_again_can_be_typed(monkeypatch):
    from multiart.commands import again
    from multiart.overrides import prepare

    typed = [
        "+task=poem_to_painting",
        "image.negative_prompt=a, ${b} 'c'",
        "seed=3",
        "title=x: y",
        "prompt=old",
    ]
    monkeypatch.setattr(again, "overrides", lambda: prepare(typed))
    config = {"image": {"negative_prompt": "a, ${b} 'c'"}, "title": "x: y"}
    words = shlex.split(again.again(POEM, config))
    assert words == ["python", "-m", "multiart", "run", *typed[:-1], f"prompt={POEM}"]


def test_with_little_space_left_nothing_is_begun(start, tmp_path, monkeypatch):
    usage = type("Usage", (), {"free": 150e6})
    monkeypatch.setattr(atomic.shutil, "disk_usage", lambda path: usage)
    with pytest.raises(DiskFull, match=r"only 150 MB are free on the disk of outputs, min_free_mb=200: free"):
        start()
    assert not (tmp_path / "outputs").exists()
    start("min_free_mb=100")
