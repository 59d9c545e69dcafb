"""Synthetic pools as the samplers write them: one folder for each reverse chain, one file for each quality."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from sweetspot.config.sampling import parse_quality
from sweetspot.data.slice_set import SliceSet
from sweetspot.errors import InputError

JOIN = "+"  # between the modalities in the name of a folder


def class_pool(folders: Sequence[Path], quality: str) -> tuple[np.ndarray, np.ndarray]:
    """Images of `quality`, memory-mapped, and their labels; each of `folders` is named after its reverse chain.

    Raises
    ------
    InputError : no folder has the quality's chain, or a file in it is missing or broken.
    """
    chain = parse_quality(quality).chain
    folder = next((folder for folder in folders if folder.name == chain), None)
    if folder is None:
        raise InputError(f"--samples: it names no folder {chain}, where the samples of `{quality}` are; add it")
    return _open(folder / f"{quality}.npy"), np.asarray(_open(folder / "labels.npy"))


def slice_pool(
    folders: Sequence[Path], quality: str, modalities: Sequence[str], choose: Callable[[np.ndarray], Sequence[int]]
) -> SliceSet:
    """Some of the slices of `quality`, with the channels in the order of `modalities`.

    Parameters
    ----------
    folders : CHAIN/MODALITIES, such as full/T1w+T2w+PDw, or full/T1w and so on with one folder for each modality.
    choose : from all masks, uint8 (n, 4, height, width), the positions of the slices to read; so a pool of any size
        takes no more memory than what is chosen.

    Raises
    ------
    InputError : no folder has the quality's chain and a modality, or a file is missing or broken.
    """
    chain = parse_quality(quality).chain
    places = {
        modality: (folder, channel)
        for folder in folders
        if folder.parent.name == chain
        for channel, modality in enumerate(folder.name.split(JOIN))
    }
    missing = [modality for modality in modalities if modality not in places]
    if missing:
        raise InputError(
            f"--samples: it names no folder {chain}/{missing[0]}, where the samples of `{quality}` are; add it"
        )
    masks = _open(places[modalities[0]][0] / "masks.npy")
    rows = list(choose(masks))
    channels = [_open(folder / f"{quality}.npy")[rows, channel] for folder, channel in map(places.get, modalities)]
    return SliceSet(np.stack(channels, axis=1), np.asarray(masks[rows]), np.full(len(rows), ""))


def _open(path: Path) -> np.ndarray:
    if not path.is_file():
        raise InputError(f"{path}: no such file; sample the generator first")
    try:
        return np.load(path, mmap_mode="r")
    except (ValueError, EOFError, OSError) as error:
        raise InputError(f"{path}: not a readable .npy file ({error}); sample the generator again") from None
