"""Every option of every group composes, and its keys and values fit what it builds."""

import pytest
from omegaconf import OmegaConf

from multiart.config import build, check, compose, plain, read_prompt, scene_answers
from multiart.errors import ConfigError, MultiartError
from multiart.overrides import CHOSEN_ONCE
from multiart.paths import conf_dir
from multiart.schema import RootConfig
from multiart.signatures import locate

FILES = sorted(conf_dir().rglob("*.yaml"))
GIVEN = {  # what an option leaves to the user
    "image/hub": ["image.model=org/name"],
    "text/hub": ["text.model=org/name"],
    "style/gatys": ["style.image={a.png:2,b/c.png:1}"],
    "style/picture": ["style.image=picture.png"],
    "style/trained": ["style.ckpt=folder"],
    "data/works": ["data.path=folder"],
    "models/ckpt": ["models.path=assets"],
    "experiment/style": ["train.module.style_image=picture.png"],
}
NEEDS = {  # the package of an extra
    "launcher/submitit": "submitit",
    "launcher/slurm": "submitit",
    "sweep/optuna": "optuna",
}
COMMANDS = {"train": "train", "data": "train", "trainer": "train", "callbacks": "train", "logger": "train"}
COMMANDS |= {"experiment": "train", "suite": "evaluate", "engine": "render"}


def cfg_of(*overrides, command="run"):
    return compose(command, ["paths.run_dir=out", *overrides])


def test_there_are_configs():
    assert len(FILES) > 15


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(conf_dir())))
def test_option_composes_and_binds(path):
    group, name = path.parent.relative_to(conf_dir()).as_posix(), path.stem
    if group == ".":
        check(cfg_of(command=name))
        return
    command = COMMANDS.get(group, "run")
    if needed := NEEDS.get(f"{group}/{name}"):
        pytest.importorskip(needed)
    if group == "train":  # a training takes keys from its data
        group = "experiment"
    plus = "+" if group in CHOSEN_ONCE else ""
    check(cfg_of(f"{plus}{group}={name}", *GIVEN.get(f"{group}/{name}", []), command=command))


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(conf_dir())))
def test_option_opens_with_a_command_that_uses_it(path):
    lines = [line for line in path.read_text("utf-8").splitlines() if "@package" not in line]
    assert lines[0].startswith("# python -m multiart ")


def test_root_keys_in_files_are_in_the_schema():
    known = RootConfig.__dataclass_fields__
    for path in conf_dir().glob("*.yaml"):
        assert set(OmegaConf.load(path)) - {"defaults", "hydra"} <= set(known), path


@pytest.mark.parametrize(
    ("overrides", "message"),
    [
        (["+task=poem_to_paintng"], "unknown task 'poem_to_paintng'. Did you mean 'poem_to_painting'?"),
        (["image=paintr"], "unknown image 'paintr'. Did you mean 'painter'?"),
        (["image.guidence_scale=3"], "unknown key of image 'guidence_scale'. Did you mean 'guidance_scale'?"),
        (["promt=床前, 明月光;"], "unknown key 'promt'. Did you mean 'prompt'?"),
        (["style=null", "style.strength=1"], "style is None and has no keys"),
        (["seed=abc"], "seed must be a whole number, got 'abc'."),
        (["seed=1,2"], "seed takes one value, got '1,2': add -m"),
        (["+image=painter"], "image is chosen twice"),
        (["poem_to_painting"], "expected key=value, got 'poem_to_painting'."),
        (["image.size=a(b"], "cannot read 'image.size=a(b'"),
    ],
)
def test_what_cannot_be_composed_names_the_nearest_word(overrides, message):
    with pytest.raises(ConfigError) as error:
        cfg_of(*overrides)
    assert message in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("overrides", "message"),
    [
        (["image.size=lots"], "image.size must be a whole number, got 'lots'."),
        (["image.guidance_scale=null"], "image.guidance_scale must be a number, got None."),
        (["+image.siez=2"], "unknown key of image 'siez'. Did you mean 'size'?"),
        (["image=hub"], "image.model must be given: add image.model=..."),
        (["seed=-1"], "seed must be 0 or more, got -1."),
        (["num_variations=0"], "num_variations must be 1 or more, got 0."),
        (["variation=-1"], "variation must be 0 or more, got -1."),
        (["variation=2", "num_variations=3"], "give variation (one work, by its number) or num_variations"),
        (["scene.season=sprng"], "unknown scene.season 'sprng'. Did you mean 'spring'?"),
        (["scene.subjects=[boat,mon]"], "unknown scene.subjects entry 'mon'."),
        (["+scene.seson=spring"], "unknown scene key 'seson'. Did you mean 'season'?"),
        (["+promt=a"], "unknown key 'promt'. Did you mean 'prompt'?"),
        (["seed=${nowhere}"], "seed: Interpolation key 'nowhere' not found"),
        (["image._target_=os.system"], "_target_ 'os.system' is not allowed"),
        (["image._target_=multiart.nowhere.Painter"], "there is no module 'multiart.nowhere'"),
    ],
)
def test_what_composes_is_checked_before_anything_loads(overrides, message):
    with pytest.raises((ConfigError, ValueError)) as error:
        check(cfg_of(*overrides))
    assert message in str(error.value)


@pytest.mark.parametrize(
    "target",
    [
        "os.system",
        "builtins.eval",
        "multiart.cli.import_module",  # re-exported from outside
        "multiart.cli.os",
        "torch.load",  # not a class
        "torch.hub.load",
        "torch.nn.Nothing",
        "multiartful.Thing",
        "torch",
    ],
)
def test_only_classes_of_known_packages_are_built(target):
    with pytest.raises(ConfigError):
        locate(target)


def test_build_makes_nodes_inside_out_and_partials():
    node = {"_target_": "torch.nn.Sequential", "_partial_": True}
    assert len(build(node)()) == 0
    linear = build({"_target_": "torch.nn.Linear", "in_features": 2}, out_features=3)
    assert linear.weight.shape == (3, 2)


def test_user_text_reaches_what_is_built_as_it_was_typed():
    text = "it's, ${oc.env:HOME} \\"
    cfg = cfg_of(f"prompt={text}", f"title={text}")
    assert plain(cfg)["prompt"] == plain(cfg)["title"] == read_prompt(cfg) == text
    cfg.image = {"_target_": "multiart.io.collection.Collection", "name": "${title}", "rows": ["${prompt}"]}
    built = build(cfg.image)
    assert [built.name, *built.rows] == [text, text]


def test_compose_works_again_and_changes_no_folder(in_tmp):
    for seed in (1, 2):
        assert cfg_of(f"seed={seed}").seed == seed
    assert list(in_tmp.iterdir()) == []


def test_prompt_comes_from_one_place(in_tmp):
    (in_tmp / "my poem (1), old.txt").write_bytes(b"\xef\xbb\xbfmoon\r\nlight")
    assert read_prompt(cfg_of("prompt_file=my poem (1), old.txt")) == "moon\nlight"
    with pytest.raises(ConfigError, match="no prompt"):
        read_prompt(cfg_of())
    with pytest.raises(ConfigError, match="not both"):
        read_prompt(cfg_of("prompt=a", "prompt_file=b"))
    for bad in ("prompt=", "prompt= \n", "prompt=a\x00b", "prompt_file=nowhere.txt"):
        with pytest.raises(MultiartError):
            read_prompt(cfg_of(bad))


def test_only_the_answers_that_were_given_are_passed_on():
    assert scene_answers(cfg_of("scene.time_of_day=dusk", "scene.subjects=[boat]")) == {
        "time_of_day": "dusk",
        "subjects": ["boat"],
    }


def test_models_trained_together_replace_those_of_every_stage(tmp_path):
    for name in ("text", "painter", "melody"):
        (tmp_path / name).mkdir()
    cfg = cfg_of("+task=poem_to_painting", "models=ckpt", f"models.path={tmp_path}", "music=folk")
    assert cfg.text.model == f"file:{tmp_path}/text"
    assert cfg.image.source == f"file:{tmp_path}/painter"
    assert cfg.music.model == f"file:{tmp_path}/melody"
    assert cfg_of("models=ckpt", f"models.path={tmp_path}", "music=null").music is None
    with pytest.raises(ConfigError, match="holds no exported models; they are folders named text, painter"):
        cfg_of("+task=poem_to_painting", "models=ckpt", f"models.path={tmp_path / 'none'}")
    with pytest.raises(ConfigError, match="models.path must be given"):
        check(cfg_of("+task=poem_to_painting", "models=ckpt"))


@pytest.mark.parametrize("command", ["run", "evaluate"])
def test_the_one_step_painter_is_the_painter_in_one_step(command):
    one, many = (cfg_of(f"image={name}", command=command).image for name in ("painter_gan", "painter"))
    differing = {name: one[name] for name in many if one[name] != many[name]}
    one_step = {"num_inference_steps": 1, "guidance_scale": 1, "scheduler": "euler"}
    assert differing == {"source": "asset:painter_gan", **one_step}
    assert set(one) == set(many)
