"""Reader of image folders: one folder for each class, `class/name.png`."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from sweetspot.config.data import ImageFolder
from sweetspot.data.images import LabelledImages, from_bytes
from sweetspot.errors import InputError

ENDINGS = (".png", ".jpg", ".jpeg")
MODES = {"grey": "L", "rgb": "RGB"}
# Pillow's modes with 8 bits a channel or less, which a conversion to grey or RGB renders faithfully.
CONVERTIBLE = ("1", "L", "LA", "P", "PA", "RGB", "RGBA", "CMYK", "YCbCr")


def read(source: ImageFolder, *, from_config: bool = True) -> LabelledImages:
    """All images, shape (n, 1 or 3, height, width), in order of class and file name.

    `from_config` says whether the user has a config to set `mode` in, so that a message may advise it.

    Raises
    ------
    InputError : no such folder, no classes, an empty class folder, a file that is no image or a broken one,
        or images of different size or mode.
    """
    listing = _listing(source)
    root = Path(source.path)
    images = _read_files([file for files in listing.values() for file in files], source.mode, source.size, from_config)
    counts = [len(files) for files in listing.values()]
    return LabelledImages(
        images,
        np.repeat(np.arange(len(counts), dtype=np.int64), counts),
        tuple(listing),
        tuple(file.relative_to(root).as_posix() for files in listing.values() for file in files),
    )


def read_unlabelled(root: Path) -> tuple[np.ndarray, tuple[str, ...]]:
    """All images in a folder without class folders, shape (n, 1 or 3, height, width), in order of file name, and these
    names.

    Raises
    ------
    InputError : see `read`; no image in the folder, or other files beside the images.
    """
    files = _class_files(root, "folder of images")
    return _read_files(files, None, None, False), tuple(file.name for file in files)


def has_classes(root: Path) -> bool:
    """Whether a folder holds class folders."""
    return any(entry.is_dir() for entry in _visible(root))


def _read_files(files: list[Path], mode: str | None, size: tuple[int, int] | None, from_config: bool) -> np.ndarray:
    """float32 images in [-1, 1]; `mode` as the config names it. Without one, the first image sets it for all others."""
    pixels: list[np.ndarray] = []
    pillow_mode = MODES[mode] if mode else None
    for file in files:
        image = _decode(file, pillow_mode, convert=mode is not None, size=size, from_config=from_config)
        pillow_mode = pillow_mode or ("L" if image.shape[0] == 1 else "RGB")
        size = size or (image.shape[1], image.shape[2])
        pixels.append(image)
    return from_bytes(np.stack(pixels))


def class_counts(source: ImageFolder) -> dict[str, int]:
    """Number of images of each class, from the names alone.

    Raises
    ------
    InputError : see `read`, as far as names tell.
    """
    return {name: len(files) for name, files in _listing(source).items()}


def image_shape(source: ImageFolder) -> tuple[int, int, int]:
    """(channels, height, width), from the first image alone.

    Raises
    ------
    InputError : see `read`, as far as it concerns the names and the first image.
    """
    # Not from the listing, which looks at every file.
    first = _class_files(_class_folders(source)[0])[0]
    mode = MODES[source.mode] if source.mode else None
    return _decode(first, mode, convert=source.mode is not None, size=source.size, from_config=True).shape


def _listing(source: ImageFolder) -> dict[str, list[Path]]:
    """The image files of each class, in order of name."""
    return {folder.name: _class_files(folder) for folder in _class_folders(source)}


def _class_folders(source: ImageFolder) -> list[Path]:
    """In order of name; hidden and loose other files are skipped."""
    root = Path(source.path)
    if not root.is_dir():
        raise InputError(f"{root}: no such folder; correct the key `path`")
    folders = []
    for entry in _visible(root):
        if entry.is_dir():
            folders.append(entry)
        elif entry.suffix.lower() in ENDINGS:
            raise InputError(f"{entry}: an image outside the class folders; move it into the folder of its class")
    if not folders:
        raise InputError(f"{root}: no class folders; it must hold one folder of images for each class")
    return folders


def _class_files(folder: Path, kind: str = "class folder") -> list[Path]:
    files = _visible(folder)
    for file in files:
        if file.suffix.lower() not in ENDINGS or not file.is_file():
            raise InputError(
                f"{file}: not an image; a {kind} may hold only {', '.join(ENDINGS)} files: convert or remove it"
            )
    if not files:
        raise InputError(f"{folder}: the {kind} is empty; add images or remove the folder")
    return files


def _visible(folder: Path) -> list[Path]:
    entries = sorted(entry for entry in folder.iterdir() if not entry.name.startswith("."))
    for entry in entries:
        if not entry.name.isprintable():
            raise InputError(f"{str(entry)!r}: the name has characters that cannot be printed; rename it")
    return entries


def _decode(
    file: Path, mode: str | None, *, convert: bool, size: tuple[int, int] | None, from_config: bool
) -> np.ndarray:
    """Pixels of one image, uint8 of shape (channels, height, width)."""
    from PIL import Image

    try:
        with Image.open(file, formats=("PNG", "JPEG")) as image:
            # Looked at before the pixels are decoded: a huge image costs nothing.
            if size is not None and (image.height, image.width) != tuple(size):
                raise InputError(
                    f"{file}: its size is {image.height} x {image.width}, not {size[0]} x {size[1]} "
                    "(height x width); bring all images to one size"
                )
            allowed = CONVERTIBLE if convert else (mode,) if mode else tuple(MODES.values())
            if image.mode not in allowed:
                hint = (
                    "" if convert or not from_config else ", or set the key `mode` to grey or rgb to convert all images"
                )
                raise InputError(f"{file}: its mode is {image.mode}, not {' or '.join(allowed)}; convert it{hint}")
            pixels = np.asarray(image.convert(mode) if convert else image)
    except (InputError, MemoryError):
        raise
    except Exception as error:  # Pillow's decoders raise many kinds on a broken file
        raise InputError(
            f"{file}: the image cannot be read ({type(error).__name__}: {error}); replace or remove the file"
        ) from None
    return pixels[np.newaxis] if pixels.ndim == 2 else np.moveaxis(pixels, -1, 0)
