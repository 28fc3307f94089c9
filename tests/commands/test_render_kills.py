"""Processes that render are killed, and two of them share a folder: nothing is lost, nothing made twice."""

import json
import multiprocessing
import os
import random
import signal
import time
from collections import Counter

import pytest
import torch

from multiart.commands import render, rendering
from multiart.config import compose
from multiart.io.ledger import Ledger
from multiart.io.manifest import environment
from multiart.pipeline import Pipeline
from tests.fakes import FakeImage, FakeStyle, FakeText

fork = multiprocessing.get_context("fork")  # so that torch is imported once


class Slow(FakeStyle):
    """Takes its time, so that a kill hits every part of the work."""

    def apply(self, *args, **kwargs):
        time.sleep(0.01)
        return super().apply(*args, **kwargs)


def child(cfg):
    """What a process does that renders."""
    torch.set_num_threads(1)  # OpenMP's threads do not live through a fork
    rendering.current_sha256 = lambda source: None
    Pipeline.from_config = lambda cfg, build=None: Pipeline(
        text=FakeText(), image=FakeImage(), style=Slow(), task="poem_to_painting"
    )
    render.main(cfg)


def start(folder, cfg):
    """Begin to render into a folder."""
    environment()  # hashed once for all processes
    cfg.paths.run_dir = str(folder)
    process = fork.Process(target=child, args=(cfg,))
    process.start()
    return process


def finish(process):
    process.join()
    assert process.exitcode == 0


@pytest.fixture
def cfg(tmp_path, request):
    """Asks for as many poems as the parameter says."""
    path = tmp_path / "poems.txt"
    path.write_text("\n---\n".join(f"poem {number}\nof the moon" for number in range(request.param)))
    return compose("render", ["task=poem_to_painting", f"prompts={path}", "max_attempts=99"])


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


def events(folder):
    lines = (folder / "render.log.jsonl").read_text().splitlines()
    return Counter((line["event"], line["work"]) for line in map(json.loads, lines))


def check(folder, unbroken):
    assert contents(folder) == contents(unbroken)
    assert not list(folder.rglob(".*.tmp")) and not list(folder.glob(".*.lock"))
    made = Counter(work for (event, work), n in events(folder).items() if event == "done" for _ in range(n))
    assert max(made.values()) == 1
    with Ledger(folder) as ledger:
        assert {work.state for work in ledger.works()} == {"done"}


@pytest.mark.parametrize(
    ("cfg", "kills"), [(8, 5), pytest.param(40, 30, marks=pytest.mark.slow)], indirect=["cfg"]
)
def test_killed_at_random_moments_it_makes_the_same(tmp_path, cfg, kills):
    unbroken, broken = tmp_path / "unbroken", tmp_path / "broken"
    begun = time.perf_counter()
    finish(start(unbroken, cfg))
    seconds, chance, killed = time.perf_counter() - begun, random.Random(0), 0
    for _ in range(10 * kills):
        process = start(broken, cfg)
        process.join(chance.uniform(0.2, 1) * seconds / kills + chance.random() * 0.1 * seconds)
        if process.is_alive():
            os.kill(process.pid, signal.SIGKILL)
            process.join()
            killed += 1
        if killed == kills:
            break
    finish(start(broken, cfg))
    check(broken, unbroken)
    assert killed >= min(kills, 3)


@pytest.mark.parametrize("cfg", [12], indirect=True)
def test_two_processes_share_the_works(tmp_path, cfg):
    alone, shared = tmp_path / "alone", tmp_path / "shared"
    finish(start(alone, cfg))
    for process in [start(shared, cfg), start(shared, cfg)]:
        finish(process)
    check(shared, alone)
    lines = (shared / "render.log.jsonl").read_text().splitlines()
    assert len({json.loads(line)["process"] for line in lines}) == 2
