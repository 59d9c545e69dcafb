"""Where a task's images come from, and how they are split into parts."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, field_validator

from sweetspot.config.block import REQUIRED, Block, key

# Braces are wildcards to Snakemake.
PATH = r"^[^{}]+$"
CIFAR10_SHA256 = "6d958be074577803d12ecdefd02955f39262c83c16fe9348329d7fe0b5c001ce"


PAPER = "paper 1, Section 6 (CIFAR-10: 500 + 5,000 + 50,000 images)"


class Digits(Block):
    """scikit-learn's bundled handwritten digits: 1,797 grey images of 8 x 8 pixels in ten classes."""

    reader: Literal["digits"] = key(REQUIRED, "the bundled digits; no file is needed")


class Cifar10(Block):
    """CIFAR-10, train and test parts pooled: 60,000 colour images of 32 x 32 pixels in ten classes."""

    reader: Literal["cifar10"] = key(REQUIRED, "CIFAR-10 in its official python form")
    path: str = key(
        REQUIRED,
        "the archive cifar-10-python.tar.gz, or the folder that it unpacks to",
        pattern=PATH,
    )
    sha256: str = key(
        CIFAR10_SHA256,
        "the checksum to accept: SHA-256 of the archive, or, for a folder, of its files batches.meta, "
        "data_batch_1 to data_batch_5 and test_batch, one after the other. With the default, the official "
        "archive's, a folder is compared with the official files",
        source="https://www.cs.toronto.edu/~kriz/cifar.html",
        pattern="^[0-9a-f]{64}$",
    )


class ImageFolder(Block):
    """One folder of images for each class, `class/name.png`; the classes are numbered in order of name."""

    reader: Literal["image_folder"] = key(REQUIRED, "a folder with one folder of images for each class")
    path: str = key(REQUIRED, "the folder that holds the class folders", pattern=PATH)
    mode: Literal["grey", "rgb"] | None = key(
        None,
        "convert all images to this mode; if null, all must be grey or all RGB, with 8 bits a channel. "
        "A conversion drops transparency",
    )
    size: tuple[int, int] | None = key(
        None,
        "height and width that each image must have; if null, that of the first image",
        unit="pixels",
    )

    @field_validator("size")
    @classmethod
    def _positive(cls, size: tuple[int, int] | None) -> tuple[int, int] | None:
        if size is not None and min(size) < 1:
            raise ValueError("height and width must be at least 1")
        return size


class Arrays(Block):
    """Images and labels in two `.npy` files."""

    reader: Literal["arrays"] = key(REQUIRED, "images and labels in two .npy files")
    images: str = key(
        REQUIRED,
        "a .npy file of numbers, of shape (n, channels, height, width) or, if grey, (n, height, width)",
        pattern=PATH,
    )
    labels: str = key(REQUIRED, "a .npy file of n integers, the classes, numbered from 0", pattern=PATH)
    value_range: tuple[float, float] = key(
        REQUIRED, "the lowest and highest possible pixel value, which become -1 and 1"
    )
    class_names: tuple[str, ...] | None = key(None, "a name for each class; if null, the numbers are used")

    @field_validator("value_range")
    @classmethod
    def _ordered(cls, value_range: tuple[float, float]) -> tuple[float, float]:
        if not value_range[0] < value_range[1]:
            raise ValueError("the lowest value must be below the highest")
        return value_range

    @field_validator("class_names")
    @classmethod
    def _distinct(cls, names: tuple[str, ...] | None) -> tuple[str, ...] | None:
        if names is not None and (len(set(names)) < len(names) or not all(n and n.isprintable() for n in names)):
            raise ValueError("class names must be distinct, printable and not empty")
        return names


DataSource = Annotated[Digits | Cifar10 | ImageFolder | Arrays, Field(discriminator="reader")]


class Split(Block):
    """Disjoint parts of a data set, each with the classes in the proportions of the whole."""

    seed: int = key(0, "seed of the split", ge=0)
    generator: int = key(
        REQUIRED, "images that the generator learns from", unit="images", ge=1, source=PAPER, paper=50000
    )
    train: int = key(
        REQUIRED, "images that training subsets are drawn from", unit="images", ge=1, source=PAPER, paper=5000
    )
    validation: int = key(REQUIRED, "images for choices such as early stopping", unit="images", ge=1)
    test: int = key(REQUIRED, "images that results are reported on", unit="images", ge=1)

    def sizes(self) -> dict[str, int]:
        """Number of images for each part, in the order in which a sample store holds the parts."""
        return {
            "generator": self.generator,
            "train": self.train,
            "validation": self.validation,
            "test": self.test,
        }


class PreparedData(Block):
    """What the preparation of a data set depends on."""

    data: DataSource = key(REQUIRED, "where the images come from")
    split: Split = key(REQUIRED, "how the images are split")
