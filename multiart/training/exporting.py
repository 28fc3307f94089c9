"""What was trained together, for others to use: out of a checkpoint, merged, pruned or in eight bits."""

import shutil
from collections.abc import Mapping
from pathlib import Path

import lightning.pytorch as pl
import torch
from safetensors.torch import load_file, save_file
from torch import nn

from multiart.errors import MultiartError, unknown
from multiart.io.atomic import atomic_path, atomic_write
from multiart.models.adapters import CONFIG as ADAPTER
from multiart.models.int8 import FILE, packed, unpacked
from multiart.models.language import load_causal_lm
from multiart.training.checkpointing import AtomicCheckpointIO, find_last
from multiart.training.joint import JointModule

QUANTIZE = ("int8",)
WEIGHTS = {"painter": "unet/diffusion_pytorch_model.safetensors", "melody": "model.safetensors"}
ABOUT = {
    "text": "Load it with `transformers.AutoModelForCausalLM.from_pretrained(FOLDER)`.",
    "adapter": "Load it onto {source} with `peft.PeftModel.from_pretrained(model, FOLDER)`.",
    "painter": "{painter}",
    "melody": "Load it with `multiart.music.melodist.load_melodist('file:FOLDER')`.",
}
IN_EIGHT_BITS = "Load it with `multiart.image.loading.load_painter('file:FOLDER')`."


class Export:
    """How models are exported.

    Args:
        merge: fold the adapters into the language model, as a plain transformers model.
        prune: share of the weights of each matrix of painter and melody model that become 0, the smallest.
        quantize: "int8" rounds these matrices to eight bits, with a scale a row.
        measure_batches: held-out batches on which losses are measured, before and after; 0 for none.

    Raises:
        ValueError: for a number out of range or an unknown format.
    """

    def __init__(
        self,
        *,
        merge: bool = False,
        prune: float = 0.0,
        quantize: str | None = None,
        measure_batches: int = 8,
    ) -> None:
        if not 0 <= prune < 1 or measure_batches < 0:
            raise ValueError(
                "export.prune must be at least 0 and less than 1 and export.measure_batches 0 or more,"
                f" got {prune} and {measure_batches}"
            )
        if quantize is not None and quantize not in QUANTIZE:
            raise ValueError(unknown("export.quantize", quantize, QUANTIZE))
        self.merge, self.prune, self.quantize = merge, prune, quantize
        self.measure_batches = measure_batches

    def write(self, module: JointModule, folder: Path, data: pl.LightningDataModule | None) -> None:
        """Write ``text`` (or ``adapter`` and ``text``), ``painter`` and ``melody``, each with a card."""
        for stage in (module.image, module.music):
            stage.merge()
        losses = [self._measured(module, data)]
        for network in (module.image.network, module.music.network):
            if self.prune:
                prune(network, self.prune)
            if self.quantize is not None:
                network.load_state_dict(unpacked(packed(network.state_dict())))
        if self.prune or self.quantize is not None:
            losses.append(self._measured(module, data))
        module.export(folder)
        if self.quantize is not None:
            for name, file in WEIGHTS.items():
                pack(folder / name / file)
        if self.merge and (folder / "text" / ADAPTER).is_file():
            merge_adapters(folder)
        for name in ABOUT:
            if (folder / name).is_dir():
                self._card(folder / name, module, losses)

    def _measured(self, module: JointModule, data: pl.LightningDataModule | None) -> dict[str, float]:
        if data is None or not self.measure_batches:
            return {}
        quiet = {"logger": False, "enable_progress_bar": False, "enable_checkpointing": False}
        trainer = pl.Trainer(limit_val_batches=self.measure_batches, devices=1, **quiet)
        found = trainer.validate(module, data, verbose=False)
        return {name: value for some in found for name, value in some.items() if name != "val/loss"}

    def _card(self, folder: Path, module: JointModule, losses: list[Mapping[str, float]]) -> None:
        about = ABOUT["adapter" if (folder / ADAPTER).is_file() else folder.name]
        if folder.name == "painter" and self.quantize is not None:
            about = IN_EIGHT_BITS
        lines = [
            f"# {folder.name}",
            module.card,
            about.format(source=module.text.source, painter=module.image.about),
        ]
        if folder.name in WEIGHTS:
            lines += self._changes()
        if losses[0]:
            head = ["", "as trained", *(["as exported"] if len(losses) > 1 else [])]
            rows = [[name, *(f"{found[name]:.4f}" for found in losses)] for name in losses[0]]
            table = [head, ["---"] * len(head), *rows]
            said = f"Held-out losses, over at most {self.measure_batches} batches of each kind:"
            lines += [said, "\n".join(f"| {' | '.join(row)} |" for row in table)]
        atomic_write(folder / "README.md", "\n\n".join([*lines, "Trained by multiart; MIT licence."]) + "\n")

    def _changes(self) -> list[str]:
        said = []
        if self.prune:
            said.append(
                f"Of each matrix the {self.prune:.0%} of weights nearest to 0 are 0. The file is as large as"
                " before; it packs smaller."
            )
        if self.quantize is not None:
            said.append("Matrices are stored in eight bits, a scale a row, which multiart alone reads.")
        return said


def load_trained_together(path: str | Path) -> JointModule:
    """The averaged weights of a joint training.

    Args:
        path: a checkpoint, or the folder of a run, whose newest whole one is taken.

    Raises:
        MultiartError: if there is none, or it is of something else.
    """
    path = Path(path).expanduser()
    if path.is_dir():
        found = find_last(path / "checkpoints") or find_last(path)
        if found is None:
            raise MultiartError(f"{path} holds no whole checkpoint; give a run's folder or a checkpoint")
        path = found
    checkpoint = AtomicCheckpointIO().load_checkpoint(path)
    settings = checkpoint.get("hyper_parameters", {})
    if not {"text", "image", "music", "loss"} <= settings.keys():
        raise MultiartError(f"{path} is no checkpoint of a joint training (train +experiment=joint)")
    module = JointModule(**settings)
    try:
        module.load_state_dict(checkpoint["state_dict"])
    except RuntimeError as error:
        reason = str(error).splitlines()[1].strip()
        raise MultiartError(f"{path} does not fit the models that it was trained from: {reason}") from error
    return module.eval()


@torch.no_grad()
def prune(network: nn.Module, share: float) -> None:
    """Set the smallest weights of every matrix and kernel to 0, in place (Han et al. 2015)."""
    for weight in network.parameters():
        if weight.dim() > 1:
            count = int(share * weight.numel())
            if count:
                least = weight.abs().flatten().kthvalue(count).values
                weight[weight.abs() <= least] = 0


def pack(file: Path) -> None:
    """Write a file of weights anew in eight bits, as `FILE` where diffusers would look for it."""
    state = packed(load_file(file))
    new = file if file.name == WEIGHTS["melody"] else file.with_name(FILE)
    with atomic_path(new) as temporary:
        save_file(state, temporary)
    if new != file:
        file.unlink()


def merge_adapters(folder: Path) -> None:
    """Move ``text`` to ``adapter``, and write the language model with these folded in as ``text``."""
    shutil.rmtree(folder / "adapter", ignore_errors=True)
    (folder / "text").rename(folder / "adapter")
    language = load_causal_lm(f"file:{folder / 'adapter'}", dtype=torch.float32)
    language.model.save_pretrained(folder / "text")
    language.tokenizer.save_pretrained(folder / "text")
