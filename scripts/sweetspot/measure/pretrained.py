"""Features of pretrained networks: Inception, as the FID has it, CLIP and DINOv2. Each needs an optional extra.

How an image is prepared is part of the metric. Pixels of [-1, 1] are mapped to [0, 1] and cut off there; an image with
one channel is shown as grey; then

- Inception: rounded to 8 bits, resized to 299 x 299 as TensorFlow 1 did; the 2,048 features of its last pooling, by
  torch-fidelity, whose weights are those of the FID (Heusel et al., NeurIPS 2017);
- CLIP: resized to the network's own square by antialiased bicubic interpolation, normalised by CLIP's means and
  deviations; the projected image embedding (Radford et al., ICML 2021);
- DINOv2: resized to 224 x 224 likewise, normalised by ImageNet's; the normalised class token (Oquab et al., TMLR 2024).

Images that are no squares are squeezed to one, so that nothing is cropped.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import torch
from torch.nn.functional import interpolate

from sweetspot.audit.recording import also_read, depends_on
from sweetspot.config.compute import Compute
from sweetspot.device import select_device
from sweetspot.errors import InputError
from sweetspot.measure.features import Extractor
from sweetspot.measure.in_batches import in_batches

BATCH = 64
DINO_SIDE = 224
DOWNLOAD = "download"
# Means and deviations of red, green and blue.
CLIP_COLOURS = (0.48145466, 0.4578275, 0.40821073), (0.26862954, 0.26130258, 0.27577711)
IMAGENET_COLOURS = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


def pretrained_features(name: str, source: str) -> Extractor:
    """The features of a network: `name` is inception, clip or dino; `source` its file, folder or hub id.

    Raises
    ------
    InputError : the optional extra is not installed, or the network cannot be loaded; later, for images that have
        neither one channel nor three.
    """
    load = {"inception": _inception, "clip": _clip, "dino": _dino}[name]
    network, extract = load(source)
    network.to(select_device(Compute())).eval()
    return lambda images: in_batches(network, lambda batch: extract(_colours(batch)), images, BATCH)


Loaded = tuple[torch.nn.Module, Callable[[torch.Tensor], torch.Tensor]]


def _clip(source: str) -> Loaded:
    network = _transformer("clip", "CLIPVisionModelWithProjection", source)
    side = network.config.image_size
    return network, lambda images: network(_resized(images, side, CLIP_COLOURS)).image_embeds


def _dino(source: str) -> Loaded:
    network = _transformer("dino", "Dinov2Model", source)
    return network, lambda images: network(_resized(images, DINO_SIDE, IMAGENET_COLOURS)).pooler_output


def _transformer(name: str, model: str, source: str) -> torch.nn.Module:
    try:
        import transformers
    except ImportError:
        raise _not_installed(name, "transformers", "pretrained") from None
    try:
        network = getattr(transformers, model).from_pretrained(source)
    except (OSError, ValueError) as error:
        reason = str(error).strip().split("\n")[0]
        raise InputError(f"`measure.{name}`: {source} holds no network that can be loaded ({reason})") from None
    if Path(source).is_dir():
        also_read([source])
    else:
        depends_on(f"revision of {source}", str(getattr(network.config, "_commit_hash", None)))
    return network


def _inception(source: str) -> Loaded:
    try:
        from torch_fidelity.feature_extractor_inceptionv3 import URL_INCEPTION_V3, FeatureExtractorInceptionV3
    except ImportError:
        raise _not_installed("inception", "torch-fidelity and torchvision", "inception") from None
    path = None if source == DOWNLOAD else source
    try:
        if path is not None:
            # The library would run whatever code the file holds; here it may hold tensors only.
            torch.load(Path(path), weights_only=True, map_location="cpu")
        network = FeatureExtractorInceptionV3("inception", ["2048"], feature_extractor_weights_path=path)
    except Exception as error:  # broken files raise whatever their bytes lead to
        reason = str(error).strip().split("\n")[0]
        raise InputError(f"`measure.inception`: {source} holds no weights that can be loaded ({reason})") from None
    if path is None:
        depends_on("weights of Inception", URL_INCEPTION_V3)
    else:
        also_read([path])
    return network, lambda images: network((images * 255).round().to(torch.uint8))[0]


def _not_installed(name: str, packages: str, extra: str) -> InputError:
    return InputError(
        f"`measure.{name}` needs {packages}: run `pip install 'sweetspot[{extra}]'`, or set the key to null"
    )


def _colours(images: torch.Tensor) -> torch.Tensor:
    """Red, green and blue in [0, 1], (n, 3, height, width)."""
    if images.shape[1] not in (1, 3):
        raise InputError(
            f"pretrained networks take images with 1 or 3 channels, and these have {images.shape[1]}: set "
            "`measure.inception`, `measure.clip` and `measure.dino` to null"
        )
    return ((images + 1) / 2).clamp(0, 1).expand(-1, 3, -1, -1)


def _resized(images: torch.Tensor, side: int, colours: tuple[tuple[float, ...], tuple[float, ...]]) -> torch.Tensor:
    mean, deviation = (torch.tensor(each, device=images.device)[:, None, None] for each in colours)
    square = interpolate(images, (side, side), mode="bicubic", antialias=True, align_corners=False)
    return (square.clamp(0, 1) - mean) / deviation
