import pytest
import torch
from torch import nn

from multiart.training.compiling import compile_or_eager


def test_false_leaves_the_network_alone():
    net = nn.Linear(2, 2)
    assert compile_or_eager(net, False)._compiled_call_impl is None


def test_without_a_compiler_it_runs_and_warns_once(monkeypatch):
    monkeypatch.setattr("multiart.training.compiling.shutil.which", lambda name: None)
    net, x = nn.Linear(2, 2), torch.ones(1, 2)
    with pytest.warns(UserWarning, match="C\\+\\+"):
        compile_or_eager(net, True)
    assert torch.equal(net(x), nn.functional.linear(x, net.weight, net.bias))


def test_a_failing_compiler_leaves_plain_pytorch(monkeypatch, recwarn):
    def fails(function):
        def call(*args):
            raise torch._dynamo.exc.TorchDynamoException("no luck")

        return call

    monkeypatch.setattr(torch, "compile", fails)
    monkeypatch.setattr("multiart.training.compiling.shutil.which", lambda name: "/usr/bin/g++")
    net, x = compile_or_eager(nn.Linear(2, 2), "true"), torch.ones(1, 2)
    for _ in range(2):
        assert torch.equal(net(x), nn.functional.linear(x, net.weight, net.bias))
    assert [str(w.message) for w in recwarn] == ["torch.compile failed, training goes on without it: no luck"]


def test_unknown_choice():
    with pytest.raises(ValueError, match="auto, true, false"):
        compile_or_eager(nn.Linear(2, 2), "maybe")
