"""The denoising network and its weights on disk."""

from __future__ import annotations

import json
from pathlib import Path

import torch
from diffusers import UNet2DModel
from safetensors import SafetensorError, safe_open
from safetensors.torch import save

from sweetspot.config.generator import Generator
from sweetspot.errors import InputError
from sweetspot.files import atomic_path
from sweetspot.streams import stream_seed


def build_denoiser(config: Generator, image_shape: tuple[int, int, int], classes: int) -> UNet2DModel:
    """A U-Net that maps (x_t, t, class) to the noise or velocity; initial weights from the seed's own stream.

    Parameters
    ----------
    image_shape : (channels, height, width).
    classes : number of class labels.

    Raises
    ------
    InputError : height or width cannot be halved as often as the network does.
    """
    channels, height, width = image_shape
    halvings = len(config.channels) - 1
    if height % 2**halvings or width % 2**halvings:
        raise InputError(
            f"config key `generator.channels` has {halvings + 1} resolutions, so the image's height and width must "
            f"be multiples of {2**halvings}, and they are {height} x {width}; use fewer resolutions"
        )
    attention = config.attention or (False,) * len(config.channels)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(stream_seed("generator/initial weights", config.seed))
        denoiser = UNet2DModel(
            sample_size=(height, width),
            in_channels=channels,
            out_channels=channels,
            layers_per_block=config.layers_per_block,
            block_out_channels=config.channels,
            down_block_types=tuple("AttnDownBlock2D" if each else "DownBlock2D" for each in attention),
            up_block_types=tuple("AttnUpBlock2D" if each else "UpBlock2D" for each in reversed(attention)),
            norm_num_groups=config.norm_groups,
            add_attention=any(attention),
            num_class_embeds=classes,
        )
    # A step takes a quarter less time on a CPU with channels last in memory; GPUs prefer it too.
    return denoiser.to(memory_format=torch.channels_last)


def save_snapshots(
    path: str | Path, snapshots: dict[int, dict[str, torch.Tensor]], description: dict[str, object]
) -> None:
    """Write the weights kept at several steps to one safetensors file, as `step/parameter`.

    `description` (JSON) says how to build the network; it is the file's metadata.
    """
    tensors = {
        f"{step}/{name}": tensor.contiguous() for step, weights in snapshots.items() for name, tensor in weights.items()
    }
    # One metadata key: the library orders several at random, and equal weights must give equal bytes.
    content = save(tensors, metadata={"description": json.dumps(description, sort_keys=True)})
    with atomic_path(path) as temporary:
        temporary.write_bytes(content)


def load_denoiser(path: str | Path, step: int | None = None) -> tuple[UNet2DModel, Generator, int]:
    """Read the network with the weights kept at `step` (the last ones if None).

    Returns
    -------
    The network in evaluation mode, the config it was trained with, and the number of classes.

    Raises
    ------
    InputError : the file is not what `save_snapshots` writes, or has no weights of that step.
    """
    try:
        with safe_open(path, framework="pt") as file:
            description = json.loads(file.metadata()["description"])
            names = list(file.keys())
            kept = sorted({int(name.split("/")[0]) for name in names})
            step = kept[-1] if step is None else step
            if step not in kept:
                raise InputError(f"{path}: no weights after {step} steps were kept, only after {kept}")
            prefix = f"{step}/"
            weights = {name.removeprefix(prefix): file.get_tensor(name) for name in names if name.startswith(prefix)}
    except (SafetensorError, KeyError, TypeError, json.JSONDecodeError) as error:
        raise InputError(
            f"{path}: not a generator written by this workflow ({error}); delete it and train again"
        ) from None
    config = Generator.model_validate_json(json.dumps(description["generator"]))
    denoiser = build_denoiser(config, tuple(description["image_shape"]), description["classes"])
    denoiser.load_state_dict(weights)
    return denoiser.eval().requires_grad_(False), config, description["classes"]
