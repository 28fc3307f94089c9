"""Sharded over two processes, joint training learns what one process does. (NCCL and GPUs are not tested.)"""

import functools

import pytest
import torch
from torch import distributed as dist
from torch import multiprocessing
from torch.distributed.fsdp import FullStateDictConfig, FullyShardedDataParallel, StateDictType

from multiart.config import build, compose
from tests.image.test_hub import model  # noqa: F401
from tests.training.joints import WEIGHTS, batch, module, sources  # noqa: F401

LORA = {"peft_type": "LORA", "r": 2, "target_modules": ["to_q", "to_k"]}


def trained(make, policy, sharded: bool) -> dict[str, torch.Tensor]:
    """Weights after two steps, whole."""
    joint = make()
    data = batch(joint)
    joint.forward = lambda step: joint.combined(joint.terms(data, seed=step, step=step), step)[0]
    run = joint
    if sharded:
        options = {"auto_wrap_policy": policy, "device_id": torch.device("cpu"), "use_orig_params": True}
        run = FullyShardedDataParallel(joint, **options)
    optimizer = torch.optim.SGD((p for p in run.parameters() if p.requires_grad), lr=0.1)
    for step in range(2):
        optimizer.zero_grad()
        run(step).backward()
        optimizer.step()
    if not sharded:
        return joint.state_dict()
    whole = FullStateDictConfig(offload_to_cpu=True)
    with FullyShardedDataParallel.state_dict_type(run, StateDictType.FULL_STATE_DICT, whole):
        state = run.state_dict()
    read = FullStateDictConfig(rank0_only=False)
    with FullyShardedDataParallel.state_dict_type(run, StateDictType.FULL_STATE_DICT, read):
        kept = {"state_dict": run.state_dict()}
        joint.on_save_checkpoint(kept)
        run.load_state_dict(kept["state_dict"])
    return state


def one_of_two(rank: int, make, policy, folder) -> None:
    torch.set_num_threads(1)
    dist.init_process_group("gloo", init_method=f"file://{folder / 'meet'}", rank=rank, world_size=2)
    state = trained(make, policy, sharded=True)
    if rank == 0:
        torch.save(state, folder / "sharded.pt")
    dist.destroy_process_group()


@pytest.mark.parametrize("kind", ["painter", "latent", "adapters"])
def test_shards_learn_what_the_whole_does(sources, model, tmp_path, kind):  # noqa: F811
    image = {
        "painter": {},
        "latent": {"init_from": model},
        "adapters": {"init_from": model, "method": "peft", "peft": LORA},
    }[kind]
    make = functools.partial(module, sources, image=image, weights=WEIGHTS)
    policy = build(compose("train", ["experiment=joint", "trainer=fsdp"]).trainer.strategy).kwargs
    policy = policy["auto_wrap_policy"]
    torch.manual_seed(0)
    expected = trained(make, policy, sharded=False)
    multiprocessing.start_processes(one_of_two, (make, policy, tmp_path), nprocs=2, start_method="fork")
    found = torch.load(tmp_path / "sharded.pt", weights_only=True)
    assert found.keys() == expected.keys()
    start = make().state_dict()
    moved = 0
    for name, weight in expected.items():
        if torch.is_tensor(weight):
            torch.testing.assert_close(found[name], weight, rtol=1e-4, atol=1e-6, msg=name)
            moved += not torch.equal(start[name], weight)
    assert moved > 10
    make().load_state_dict(found)
