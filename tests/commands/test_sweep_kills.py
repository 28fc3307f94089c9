"""A sweep whose process is killed at random moments: nothing is lost, nothing made twice."""

import json
import multiprocessing
import os
import random
import signal
import sys

import pytest
import torch

from multiart import cli
from multiart.commands import run
from multiart.io.manifest import environment
from multiart.io.sweeps import read_jobs
from multiart.io.verify import verify_work
from multiart.pipeline import Pipeline
from tests.fakes import FakeImage, FakeStyle, FakeText

fork = multiprocessing.get_context("fork")  # so that torch is imported once


class Clock:
    """Ticks at every write and in every work; the process is killed at the tick that was set."""

    def __init__(self, end):
        self.end, self.ticks, self.sync = end, 0, os.fsync

    def tick(self):
        self.ticks += 1
        if self.ticks == self.end:
            os.kill(os.getpid(), signal.SIGKILL)

    def fsync(self, descriptor):
        self.tick()  # once before a file takes its name, once after
        self.sync(descriptor)


class Ticking(FakeStyle):
    def __init__(self, clock):
        self.clock = clock

    def apply(self, *args, **kwargs):
        self.clock.tick()
        return super().apply(*args, **kwargs)


def child(folder, seeds, end):
    """What a process does that sweeps; the log tells which jobs it began."""
    torch.set_num_threads(1)  # OpenMP's threads do not live through a fork
    clock, make = Clock(end), run.main
    os.fsync = clock.fsync

    def main(cfg):
        with open(folder.with_suffix(".log"), "a") as log:
            log.write(f"begin {cfg.paths.run_dir}\n")
        make(cfg)

    run.main = main
    Pipeline.from_config = lambda cfg, build=None: Pipeline(
        text=FakeText(), image=FakeImage(), style=Ticking(clock), seed=cfg.seed, task="poem_to_painting"
    )
    os.chdir(folder.parent)
    sys.argv = ["multiart", "run", "-m", "task=poem_to_painting", "prompt=moon,\non the ${lake}"]
    sys.argv += [f"seed=range({seeds})", "image.guidance_scale=2,4", f"hydra.sweep.dir={folder}"]
    cli.main()


def sweep(folder, seeds, end=None):
    """Sweep in a process; returns whether it was killed."""
    environment()  # hashed once for all processes
    process = fork.Process(target=child, args=(folder, seeds, end))
    process.start()
    process.join()
    assert process.exitcode in (0, -signal.SIGKILL)
    return process.exitcode != 0


def contents(folder):
    """All files of the works, without what tells the time they were made."""
    files = {}
    for path in (p for p in folder.glob("*/*") if p.is_file()):
        data = path.read_bytes()
        if path.name == "manifest.json":
            told = json.loads(data)
            data = {key: told[key] for key in told.keys() - {"created", "timings", "digest"}}
        files[path.relative_to(folder).as_posix()] = data
    return files


def check_what_is_there(folder):
    """Whatever is called done, or has a manifest, is whole."""
    for job in read_jobs(folder):
        assert job.state != "done" or (job.folder / "manifest.json").is_file()
    for manifest in folder.rglob("manifest.json"):
        assert verify_work(manifest.parent) == []


@pytest.mark.parametrize(("seeds", "kills"), [(2, 3), pytest.param(6, 12, marks=pytest.mark.slow)])
def test_killed_at_random_moments_it_makes_the_same(tmp_path, seeds, kills):
    unbroken, broken, chance = tmp_path / "unbroken", tmp_path / "broken", random.Random(0)
    assert not sweep(unbroken, seeds)
    killed = 0
    while killed < kills and sweep(broken, seeds, chance.randint(1, 30)):  # a job has about 18 ticks
        killed += 1
        check_what_is_there(broken)
    assert not sweep(broken, seeds)
    jobs = read_jobs(broken)
    assert killed >= 3 and len(jobs) == 2 * seeds and {job.state for job in jobs} == {"done"}
    assert contents(broken) == contents(unbroken)
    assert not list(broken.rglob(".*.tmp"))
    begun = broken.with_suffix(".log").read_text().splitlines()
    assert len(begun) <= 2 * seeds + killed, "only what a kill has cut short is begun again"
