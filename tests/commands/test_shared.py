from multiart.commands import shared as module
from multiart.commands.shared import MAX_BUILT, Shared
from multiart.config import compose


def test_a_node_is_built_once_and_the_least_used_goes(monkeypatch):
    built = []
    monkeypatch.setattr(module, "build", lambda node: built.append(node.size) or [node.size])
    shared = Shared()
    node = lambda size: compose("run", ["+task=poem_to_painting", f"image.size={size}"]).image  # noqa: E731
    first = shared(node(64))
    assert shared(node(64)) is first
    for size in range(100, 100 + MAX_BUILT - 1):
        shared(node(size))
    assert shared(node(64)) is first
    shared(node(200))
    assert shared(node(64)) is first
    assert len(built) == MAX_BUILT + 1
    shared(node(100))  # had gone
    assert len(built) == MAX_BUILT + 2
