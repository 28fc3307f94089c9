"""Trained painters from the model store, or out of a training's checkpoint."""

from pathlib import Path

import torch
from diffusers.utils import logging
from safetensors.torch import load_file
from torch import nn

from multiart.errors import ModelUnavailable
from multiart.image.latent import LatentPipeline, is_latent_diffusion, load_latent
from multiart.image.pipeline import PainterPipeline
from multiart.image.schedulers import make_scheduler
from multiart.models.adapters import adapted, base_of, inject, merged
from multiart.models.exported import fetch_trained
from multiart.models.int8 import FILE, unpacked
from multiart.models.store import Fetched

ONE_STEP = "asset:painter_gan"


def fetch_painter(source: str) -> Fetched:
    """Where an exported painter lies.

    Raises:
        ModelUnavailable: if it is missing, with the command that trains one.
    """
    return fetch_trained(source, name="painter_gan" if source == ONE_STEP else "painter")


def painter_weights(source: str) -> dict[str, str]:
    """sha256 of an exported painter by its source, and of the one that it is adapters of.

    Raises:
        ModelUnavailable: if one is missing.
    """
    fetched = fetch_painter(source)
    base = base_of(fetched.path)
    return {source: fetched.sha256} | ({} if base is None else painter_weights(base))


def load_painter(source: str) -> PainterPipeline | LatentPipeline:
    """Load an exported painter in float32, one that is latent diffusion too, or adapters of one.

    Raises:
        ModelUnavailable: if it is missing, or is not a painter.
    """
    path = fetch_painter(source).path
    if (base := base_of(path)) is not None:
        return _adapted(load_painter(base), source, path)
    if is_latent_diffusion(path):
        pipeline = load_latent(source, **_in_eight_bits(path))
        if pipeline.config.text_encoder_source is None:
            raise ModelUnavailable(
                f"{source} reads no language model: paint with image=hub image.model={source}"
            )
        return pipeline
    logging.disable_progress_bar()  # two small files; the bar would break the console's live lines
    try:
        return PainterPipeline.from_pretrained(path, dtype=torch.float32, **_in_eight_bits(path))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RuntimeError) as error:
        raise ModelUnavailable(f"{source} is not a painter this version can load: {error}") from error
    finally:
        logging.enable_progress_bar()


def _adapted(
    pipeline: PainterPipeline | LatentPipeline, source: str, path: Path
) -> PainterPipeline | LatentPipeline:
    """A painter with a folder's adapters folded into its U-Net."""
    try:
        pipeline.unet = adapted(pipeline.unet, path)
    except Exception as error:  # readers of broken files raise almost anything
        reason = (str(error).strip() or repr(error)).splitlines()[0]
        raise ModelUnavailable(f"{source} holds no adapters that fit a painter: {reason}") from error
    return pipeline


def _in_eight_bits(path: Path) -> dict[str, nn.Module]:
    """The U-Net of a pipeline that holds it in eight bits, which diffusers does not read."""
    file = path / "unet" / FILE
    if not file.exists():
        return {}
    from diffusers import UNet2DConditionModel

    unet = UNet2DConditionModel.from_config(UNet2DConditionModel.load_config(path / "unet"))
    unet.load_state_dict(unpacked(load_file(file)))
    return {"unet": unet.eval()}


def load_checkpoint(path: str) -> PainterPipeline:
    """Load the averaged weights out of a Lightning checkpoint of the painter.

    Raises:
        ModelUnavailable: if the file is missing, cut short, or not a checkpoint of the painter.
    """
    from diffusers import UNet2DConditionModel

    from multiart.image.autoencoder import PatchAutoencoder

    try:
        checkpoint = torch.load(path, map_location="cpu", weights_only=True)
        settings = checkpoint["hyper_parameters"]
        networks = {}
        for name, kind in (("vae", PatchAutoencoder), ("unet", UNet2DConditionModel)):
            networks[name] = kind.from_config(checkpoint["networks"][name]).eval()
            adapters = settings["peft"] if name == "unet" and settings.get("method") == "peft" else None
            if adapters is not None:
                networks[name] = inject(networks[name], adapters)
            prefix, state = f"{name}.", checkpoint["state_dict"].items()
            weights = {k.removeprefix(prefix): v for k, v in state if k.startswith(prefix)}
            networks[name].load_state_dict(weights)
            if adapters is not None:
                networks[name] = merged(networks[name])
        return PainterPipeline(
            **networks,
            scheduler=make_scheduler(),
            text_encoder_source=settings["text_encoder_source"],
            text_encoder_layer=settings["text_encoder_layer"],
            sample_size=settings["sample_size"],
        )
    except FileNotFoundError as error:
        raise ModelUnavailable(f"image.ckpt: there is no file {path}") from error
    except Exception as error:
        reason = str(error).splitlines()[0]
        raise ModelUnavailable(f"image.ckpt: {path} is not a checkpoint of the painter ({reason})") from error
