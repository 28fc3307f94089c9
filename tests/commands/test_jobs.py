import pytest

from multiart.commands.jobs import Planner
from multiart.config import compose
from multiart.errors import MultiartError
from multiart.io.table import Row


def planner(*overrides):
    return Planner(
        compose("render", ["task=poem_to_painting", *overrides]), ["+task=poem_to_painting", *overrides]
    )


def row(prompt="moon", id=None, **values):
    return Row(prompt=prompt, where="poems.csv line 2", id=id, values=values)


def only(planned, **values):
    (job,) = planned.jobs([row(**values)])
    return job


def test_a_row_without_settings_takes_the_commands():
    job = only(planner("seed=5", "title=Mine", "scene.place=sea", "image.size=64"))
    assert (job.brief.seed, job.brief.title, job.brief.scene) == (5, "Mine", {"place": "sea"})
    assert job.brief.task == "poem_to_painting"
    assert (job.config["seed"], job.config["image"]["size"]) == (5, 64)
    assert job.folder == f"001-{job.key[:10]}"


def test_a_row_sets_keys_options_and_its_part_of_the_brief():
    values = {"seed": 7, "title": "A ${b}", "scene.place": "sea", "scene.season": "spring"}
    values |= {
        "style": "painters",
        "style.painter": "ember",
        "image.guidance_scale": 4,
        "text.model": "hub:${x}",
    }
    job = only(planner("scene.place=lake", "style.strength=0.5"), **values)
    assert (job.brief.seed, job.brief.title) == (7, "A ${b}")
    assert job.brief.scene == {"place": "sea", "season": "spring"} and job.config["scene"]["place"] == "sea"
    style = job.config["style"]
    assert (style["_target_"], style["painter"]) == ("multiart.style.painters.PaintersStyle", "ember")
    assert style["strength"] == 0.5  # the command's own
    assert job.config["image"]["guidance_scale"] == 4 and job.config["text"]["model"] == "hub:${x}"
    assert "title=A ${b}" in job.order and "style.painter=ember" in job.order


def test_the_key_holds_all_that_decides_and_nothing_else():
    keys = {
        only(planner()).key,
        only(planner(), prompt="sun").key,
        only(planner(), id="a").key,
        only(planner(), seed=1).key,
        only(planner(), style=None).key,
        only(planner("image.size=64")).key,
        only(planner("threads=3")).key,
    }
    assert len(keys) == 7
    assert only(planner("seed=1")).key == only(planner(), seed=1).key == only(planner("seed=2"), seed=1).key
    assert only(planner("paths.outputs=x", "max_attempts=9")).key == only(planner()).key


def test_a_work_that_is_asked_for_twice_is_one():
    assert len(planner().jobs([row(), row(prompt="sun"), row()])) == 2
    assert len(planner("num_variations=3").jobs([row(), row(id="a")])) == 6


def test_a_row_asks_for_one_variation():
    among = planner("num_variations=3").jobs([row()])
    alone = only(planner(), variation=2)
    assert (alone.key, alone.brief.variation, alone.order) == (among[2].key, 2, ("variation=2",))
    assert among[2].order == ("variation=2",) and among[0].order == ()
    with pytest.raises(MultiartError, match="variation must be a whole number of 0 or more, got 'x'"):
        only(planner(), variation="x")


def test_a_configuration_is_composed_once_for_all_rows_that_share_it(monkeypatch):
    planned = planner()
    rows = [row(prompt=str(n), seed=n, **{"style": "painters", "image.size": 64}) for n in range(50)]
    assert len({id(job.plan) for job in planned.jobs(rows)}) == 1


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"sed": 1}, "unknown column 'sed'. Did you mean 'seed'?"),
        ({"paths.outputs": "/tmp"}, "unknown column 'paths.outputs'"),
        ({"hydra.run.dir": "/tmp"}, "unknown column 'hydra.run.dir'"),
        ({"image._target_": "os.system"}, "unknown column 'image._target_'"),
        ({"_target_": "os.system"}, "unknown column '_target_'"),
        ({"image": {"_target_": "os.system"}}, "image must be the name of an option"),
        ({"image": "../../etc"}, "image must be the name of an option"),
        ({"style": "painters", "style.painter": {"_target_": "x"}}, "must not hold keys that begin with '_'"),
        (
            {"image.guidence_scale": 3},
            "unknown column 'image.guidence_scale'. Did you mean 'image.guidance_scale'?",
        ),
        ({"image.guidance_scale": "lots"}, "image.guidance_scale must be a number, got 'lots'."),
        ({"image.guidance_scale": "${oc.env:HOME}"}, "must be a number, got '${oc.env:HOME}'."),
        ({"style": "paintrs"}, "unknown style 'paintrs'. Did you mean 'painters'?"),
        ({"style": None, "style.strength": 1}, "style.strength cannot be set: style is None"),
        ({"style": "picture", "style.image": "../x.png"}, "style.image must be a path without '..'"),
        ({"seed": 1.5}, "seed must be a whole number"),
        ({"seed": -1}, "seed must be 0 or more"),
        ({"seed": True}, "seed must be a whole number"),
        ({"title": 3}, "title must be a text"),
        ({"scene.season": "sprng"}, "unknown scene.season 'sprng'. Did you mean 'spring'?"),
        ({"scene.seson": "spring"}, "unknown scene key 'seson'"),
        ({"task": "poem"}, "unknown task 'poem'"),
    ],
)
def test_what_a_row_must_not_set_is_named_with_its_line(values, message):
    with pytest.raises(MultiartError) as error:
        planner().jobs([row(prompt="fine"), row(**values)])
    assert str(error.value).startswith("poems.csv line 2: ")
    assert message in str(error.value)
