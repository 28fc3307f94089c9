"""What ``--help`` prints: from the files in ``conf/``, at once, without importing Hydra."""

from pathlib import Path

from multiart.overrides import CHOSEN_ONCE
from multiart.paths import conf_dir, options

KEYS = {
    "prompt": 'a poem, a theme or an opening, any text; "-" reads standard input',
    "prompt_file": "a UTF-8 file that holds it",
    "prompts": "render: a text file of poems parted by ---, a folder of .txt files, or a list",
    "title": "the work's title instead of the text's own",
    "scene.KEY": "place, season, time_of_day, weather, subjects, mood: instead of what is read",
    "seed": "0 or more; the same seed makes the same work",
    "num_variations": "how many works of the prompt",
    "variation": "of several works the one with this number, from 0, alone",
    "threads": "CPU threads for torch",
    "paths.outputs": "where works go; outputs/ here if not given",
    "STAGE=null": "leave out a stage: image, style",
}
FLAGS = {
    "-m": "a sweep: key=1,2 tries each, several keys try every combination",
    "--cfg job": "show the configuration instead of running it",
    "--config-dir DIR": "add options of your own, in folders named like the groups",
}


def overview(commands: dict[str, str]) -> str:
    """The page of the program: its commands."""
    return "\n".join(
        [
            "usage: python -m multiart COMMAND [+task=NAME] [key=value ...]",
            *_table("commands", commands),
            "",
            f'example: python -m multiart run +task={options("task")[0]} prompt="snow on the old bridge"',
            "more: python -m multiart COMMAND --help",
        ]
    )


OF_FILES = {
    "paths.run_dir": "replay, diff: the folder to write to; a new one in outputs/ if not given",
    "threads": "replay: CPU threads for torch; as many as the work was made with if not given",
    "title": "gallery: of the page; the folder's name if not given",
}


def page(command: str, summary: str, paths: tuple[str, ...] = ()) -> str:
    """The page of one command: tasks, groups and main keys; of one that takes paths, its few keys."""
    if paths:
        usage = " ".join(key.upper() for key in paths)
        own = {key: text for key, text in OF_FILES.items() if command in text.partition(":")[0]}
        lines = [f"usage: python -m multiart {command} {usage} [key=value ...]", f"  {summary}"]
        return "\n".join([*lines, *(_table("keys", own) if own else [])])
    groups = {folder.name: ", ".join(options(folder.name)) for folder in _group_dirs()}
    tasks = {f"+{name}=": groups.pop(name) for name in CHOSEN_ONCE if name in groups}
    chosen = {f"{name}=": options for name, options in groups.items()}
    return "\n".join(
        [
            f"usage: python -m multiart {command} [+task=NAME] [key=value ...]",
            f"  {summary}",
            *_table("choose once", tasks),
            *_table("choose an option of a group, then set its keys: image=painter image.size=512", chosen),
            *_table("keys", KEYS),
            *_table("flags", FLAGS),
        ]
    )


def _group_dirs() -> list[Path]:
    return sorted(folder for folder in conf_dir().iterdir() if any(folder.glob("*.yaml")))


def _table(title: str, rows: dict[str, str]) -> list[str]:
    width = max(map(len, rows), default=0) + 2
    return ["", f"{title}:", *(f"  {name:{width}}{text}" for name, text in rows.items())]
