"""Joint training whose process is killed at random moments, also while a checkpoint is written."""

import multiprocessing
import os
import random
import signal

import pytest
import torch

from multiart.training.checkpointing import AtomicCheckpointIO, find_last
from tests.training.joints import WEIGHTS, loader, module, sources  # noqa: F401
from tests.training.test_checkpointing import STATE, assert_same
from tests.training.tiny import tiny_trainer

STEPS = 24
fork = multiprocessing.get_context("fork")  # so that torch is imported once


class Killer:
    """Ends the process at a tick: there is one before every step and one in every write to disk."""

    def __init__(self, end, log):
        self.end, self.log, self.ticks, self.sync = end, log, 0, os.fsync

    def tick(self, where):
        self.ticks += 1
        if self.ticks == self.end:
            self.log.write_text(f"{self.log.read_text()}{where}\n")
            os.kill(os.getpid(), signal.SIGKILL)

    def fsync(self, descriptor):
        name = os.path.basename(os.readlink(f"/proc/self/fd/{descriptor}"))
        self.tick("checkpoint" if ".ckpt" in name else "folder")
        self.sync(descriptor)


def child(sources, folder, end, log):  # noqa: F811
    """What a process does that trains, on from the newest whole checkpoint."""
    torch.set_num_threads(1)  # OpenMP's threads do not live through a fork
    killer = Killer(end, log)
    os.fsync = killer.fsync
    joint = module(sources, weights=WEIGHTS | {"image_adversarial": 0.1})
    joint.on_train_batch_start = lambda *_: killer.tick("step")
    trainer = tiny_trainer(folder, keep=2, max_steps=STEPS, max_epochs=-1)
    last = find_last(folder)
    trainer.fit(joint, loader(joint), ckpt_path=last and str(last))


def train(sources, folder, log, end=None):  # noqa: F811
    """Train in a process; returns whether it was killed."""
    process = fork.Process(target=child, args=(sources, folder, end, log))
    process.start()
    process.join()
    assert process.exitcode in (0, -signal.SIGKILL)
    return process.exitcode != 0


def newest(folder):
    return AtomicCheckpointIO().load_checkpoint(find_last(folder))


@pytest.mark.parametrize("kills", [3, pytest.param(20, marks=pytest.mark.slow)])
def test_killed_at_random_moments_it_ends_the_same(sources, tmp_path, kills):  # noqa: F811
    unbroken, broken, log = tmp_path / "unbroken", tmp_path / "broken", tmp_path / "killed"
    broken.mkdir()
    log.touch()
    assert not train(sources, unbroken, log)
    chance, most = random.Random(0), max(6, 3 * STEPS // kills)  # a step has about three ticks
    for _ in range(kills):
        assert train(sources, broken, log, chance.randint(2, most))
        for path in broken.glob("step-*.ckpt"):
            AtomicCheckpointIO().load_checkpoint(path)  # whole, or not there
    assert not train(sources, broken, log)
    where = log.read_text().split()
    assert len(where) == kills and "checkpoint" in where
    a, b = newest(unbroken), newest(broken)
    assert a["global_step"] == b["global_step"] == STEPS
    for key in STATE:
        assert_same(a[key], b[key])
    assert len([*broken.glob("step-*.ckpt")]) == 2
