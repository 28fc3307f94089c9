"""Works made by several processes: the same files, and none lost or made twice if one of them is killed."""

import json
import os
import signal
import threading
import time
from collections import Counter

import pytest

from multiart.commands import render
from multiart.commands.engines import Crew, WorkerDied, local
from multiart.commands.making import make
from multiart.config import compose
from multiart.errors import MultiartError
from multiart.io.ledger import Ledger
from tests.tiny_stages import tiny_song

psutil = pytest.importorskip("psutil")  # comes with accelerate


@pytest.fixture
def start(tmp_path):
    """Render poems into a folder of this name."""
    stages = tiny_song(tmp_path / "models")

    def call(name, poems, *overrides):
        path = tmp_path / f"{poems}.txt"
        path.write_text("\n---\n".join(f"poem {n} of the moon\nabove the sea" for n in range(poems)))
        folder = tmp_path / name
        words = [f"prompts={path}", f"paths.run_dir={folder}", "cache=none", "threads=1", *stages, *overrides]
        render.main(compose("render", ["task=poem_to_painting", *words]))
        return folder

    return call


def contents(folder):
    """All files of the works, without what tells the time they were made."""
    files = {}
    for path in (p for p in folder.glob("*/*") if p.parent.name != "gallery"):
        data = path.read_bytes()
        if path.name == "manifest.json":
            told = json.loads(data)
            data = {key: told[key] for key in told.keys() - {"created", "timings", "digest"}}
        files[path.relative_to(folder).as_posix()] = data
    return files


def events(folder, event):
    lines = map(json.loads, (folder / "render.log.jsonl").read_text().splitlines())
    return Counter(line["work"] for line in lines if line["event"] == event)


def kill_one(folder, is_worker, after):
    """Kill a worker when so many works are done; gives the thread and a list that then holds its number."""
    killed = []

    def watch():
        while not killed:
            time.sleep(0.02)
            if (folder / "render.log.jsonl").is_file() and events(folder, "done").total() >= after:
                workers = [p for p in psutil.Process().children(recursive=True) if is_worker(p)]
                os.kill(workers[0].pid, signal.SIGKILL)
                killed.append(workers[0].pid)

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    return thread, killed


def check_whole(folder, alone, works):
    assert contents(folder) == contents(alone)
    done = events(folder, "done")
    assert len(done) == works and set(done.values()) == {1}
    with Ledger(folder) as ledger:
        assert {work.state for work in ledger.works()} == {"done"}


def is_process(process):
    return any("spawn_main" in word for word in process.cmdline())


def is_actor(process):
    return "_Maker" in " ".join(process.cmdline())


def test_a_killed_process_is_replaced_and_nothing_is_lost_or_made_twice(start, tmp_path):
    alone = start("alone", 8)
    thread, killed = kill_one(tmp_path / "crew", is_process, after=2)
    crew = start("crew", 8, "engine.workers=2")
    thread.join()
    check_whole(crew, alone, 8)
    assert killed and len(events(crew, "killed")) <= 1
    assert not [p for p in psutil.Process().children() if is_process(p)]


def test_a_work_that_ends_its_process_each_time_is_quarantined(start, tmp_path, monkeypatch):
    class Fragile:
        started = 0

        def __init__(self):
            Fragile.started += 1

        def make(self, order):
            if "poem 1" in order.job.brief.prompt:
                raise WorkerDied("its process ended")
            return make(order)

        def stop(self): ...

    monkeypatch.setattr(render, "build", lambda node: Crew(Fragile, 1))
    with pytest.raises(MultiartError, match="1 of 3 works failed: 002-.*: the process ended while making it"):
        start("fragile", 3)
    assert Fragile.started == 3  # one for each attempt
    with Ledger(tmp_path / "fragile") as ledger:
        assert ledger.count() == {"done": 2, "quarantined": 1, "pending": 0, "running": 0, "failed": 0}
    assert not list((tmp_path / "fragile").glob("002-*"))


def test_workers_are_counted():
    with pytest.raises(ValueError, match=r"engine\.workers must be 1 or more, got 0"):
        local(workers=0)


@pytest.mark.ray
@pytest.mark.timeout(1200)  # a cluster and three processes with torch are started
def test_a_killed_ray_actor_is_replaced_and_nothing_is_lost_or_made_twice(start, tmp_path):
    ray = pytest.importorskip("ray")
    alone = start("alone", 12)
    thread, killed = kill_one(tmp_path / "ray", is_actor, after=3)
    try:
        made = start("ray", 12, "engine=ray", "engine.workers=2")
        thread.join()
    finally:
        ray.shutdown()
    check_whole(made, alone, 12)
    assert killed
