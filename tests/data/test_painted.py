"""The painter's training data: cached text states, endless layouts, batches."""

import pytest
import torch

pytestmark = pytest.mark.train


class CountingEncoder:
    """Stands in for the language model: a token a word, its length as its state."""

    source, layer = "file:fake", -1

    def __init__(self):
        self.encoded = 0

    def encode(self, captions, poems):
        from multiart.models.text_states import TextStates

        self.encoded += len(captions)
        counts = [len(caption.split()) for caption in captions]
        totals = [c + len(poem.split()) for c, poem in zip(counts, poems, strict=True)]
        places = torch.arange(max(totals))
        mask = places < torch.tensor(totals).view(-1, 1)
        states = (places.float() + 1).view(1, -1, 1) * mask.unsqueeze(-1) * torch.ones(4)
        return TextStates(states=states, mask=mask, caption_mask=places < torch.tensor(counts).view(-1, 1))


def captions(folder, encoder, count=6):
    from multiart.data.painted import CaptionStates

    return CaptionStates(folder, num_captions=count, first_seed=100, verse_share=0.5, encoder=encoder)


def test_captions_are_encoded_once(tmp_path):
    first = captions(tmp_path, CountingEncoder())
    again = CountingEncoder()
    second = captions(tmp_path, again)
    assert again.encoded == 0
    assert first.captions == second.captions and any(first.verses) and not all(first.verses)
    for index in range(len(first)):
        states, caption_length = second[index]
        assert torch.equal(states, first[index][0])
        assert caption_length == len(first.captions[index].split())
        assert len(states) == caption_length + len(first.verses[index].split())


def test_more_captions_keep_what_is_encoded(tmp_path, monkeypatch):
    monkeypatch.setattr("multiart.data.painted.BLOCK", 4)
    captions(tmp_path, CountingEncoder(), count=4)
    more = CountingEncoder()
    captions(tmp_path, more, count=8)
    assert more.encoded == 4


def test_an_item_is_one_caption_in_one_layout(tmp_path):
    from multiart.data.painted import PaintedDataset

    dataset = PaintedDataset(captions(tmp_path, CountingEncoder()), layouts=3, size=32)
    assert len(dataset) == 18
    first, again, other = dataset[1], dataset[1], dataset[1 + 6]
    assert first["pixels"].shape == (3, 32, 32) and first["pixels"].dtype == torch.uint8
    assert torch.equal(first["pixels"], again["pixels"])
    assert not torch.equal(first["pixels"], other["pixels"])
    assert torch.equal(first["states"], other["states"])


def test_the_first_layout_is_the_captioned_scene_itself():
    from multiart.data.painted import paint_as_captioned
    from multiart.data.scenes.paint import paint
    from multiart.data.scenes.spec import sample_spec

    for seed in range(5):
        spec = paint(sample_spec(seed), 64)[1]
        assert torch.equal(
            paint_as_captioned(spec, 0, 64), torch.from_numpy(paint(spec, 64)[0]).permute(2, 0, 1)
        )


def test_a_batch_pools_the_caption_alone(tmp_path):
    from multiart.data.painted import PaintedDataset, collate

    dataset = PaintedDataset(captions(tmp_path, CountingEncoder()), layouts=1, size=32)
    batch = collate([dataset[index] for index in range(4)])
    for index in range(4):
        length = dataset.captions[index][1]
        torch.testing.assert_close(batch["pooled"][index], torch.full((4,), (length + 1) / 2))
    assert not batch["embeds"][~batch["mask"]].any()


def test_captions_are_followed_by_verse_about_anything_as_often_as_asked():
    from multiart.data.painted import CaptionedScenes

    def verses(**shares):
        return [CaptionedScenes(40, first_seed=0, **shares)[item][2] for item in range(40)]

    alone, both = verses(verse_share=0.25), verses(verse_share=0.25, other_share=0.5)
    assert all(verse in ("", other) for verse, other in zip(alone, both, strict=True))
    assert 0.5 < sum(map(bool, both)) / 40 < 0.95
    assert any(not verse.isascii() for verse in both)
    assert all(verses(verse_share=0.0, other_share=1.0))


def test_scenes_looked_at_by_other_processes_are_the_same(tmp_path):
    from multiart.data.painted import CaptionStates

    given = {"num_captions": 6, "first_seed": 100, "verse_share": 0.5}
    alone = CaptionStates(tmp_path, encoder=CountingEncoder(), **given)
    helped = CaptionStates(tmp_path, encoder=CountingEncoder(), num_workers=2, **given)
    assert alone.specs == helped.specs and alone.captions == helped.captions and alone.verses == helped.verses


def test_texts_are_padded_to_a_round_length_and_sampled(tmp_path):
    from multiart.data.painted import ROUND_TO, collate

    states = captions(tmp_path, CountingEncoder())
    assert states.longest % ROUND_TO == 0 and states.longest >= max(map(len, states.states))
    tokens, pooled = states.sample(4)
    assert len(tokens) == sum(len(states[index][0]) for index in range(4)) and pooled.shape == (4, 4)
    first, length = states[0]
    torch.testing.assert_close(pooled[0], first[:length].mean(0))
    item = {"states": first, "caption_length": length, "pixels": torch.zeros(3, 8, 8, dtype=torch.uint8)}
    padded = collate([item], length=states.longest)
    assert padded["embeds"].shape[1] == states.longest and padded["mask"].sum() == len(first)


@pytest.mark.parametrize("shares", [(-0.1, 0.5), (0.6, 0.6)])
def test_shares_of_verse_must_fit(shares):
    from multiart.data.painted import PaintedScenes

    with pytest.raises(ValueError, match="verse_share and data.other_share"):
        PaintedScenes(cache_dir="", verse_share=shares[0], other_share=shares[1])
