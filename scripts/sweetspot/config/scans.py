"""Where a segmentation task's scans come from, how slices are cut from them, and how subjects are split."""

from __future__ import annotations

from typing import Literal

from pydantic import field_validator, model_validator

from sweetspot.config.block import REQUIRED, Block, key
from sweetspot.config.data import PATH

PAPER = "paper 1, Section 6 (NO.MS)"


class Bids(Block):
    """A BIDS data set: `sub-XX[/ses-YY]/anat/sub-XX[_ses-YY]_SUFFIX.nii.gz`, masks under `derivatives/`."""

    reader: Literal["bids"] = key(REQUIRED, "a BIDS data set of scans with lesion masks")
    path: str = key(REQUIRED, "the folder of the data set, which holds participants.tsv", pattern=PATH)
    modalities: tuple[str, ...] = key(
        REQUIRED,
        "BIDS suffixes of the images, such as T1w, T2w, PDw or FLAIR, in the order of the channels",
        min_length=1,
        source=PAPER,
        paper=["T1w", "T2w", "PDw"],
    )
    lesion_masks: str = key("lesions", "folder under derivatives/ with `*_label-lesion_mask.nii.gz`", pattern=PATH)
    tissue_masks: str | None = key(
        None,
        "folder under derivatives/ with `*_label-GM_mask.nii.gz`, and WM and CSF likewise; if null, tissues are found "
        "on the T1w image by a hidden Markov random field",
        pattern=PATH,
    )
    brain_masks: str | None = key(
        None,
        "folder under derivatives/ with `*_desc-brain_mask.nii.gz`; if null, the images must be skull-stripped, with "
        "0 outside of the brain",
        pattern=PATH,
    )
    domain_column: str = key("cro", "column of participants.tsv that names a subject's domain", min_length=1)
    domains: dict[str, str] = key(
        {}, "the domain of each participant, such as `sub-01: NeuroRx`; if not empty, it replaces the column"
    )

    @field_validator("modalities")
    @classmethod
    def _distinct(cls, modalities: tuple[str, ...]) -> tuple[str, ...]:
        if len(set(modalities)) < len(modalities) or not all(each.isalnum() for each in modalities):
            raise ValueError("modalities must be distinct BIDS suffixes of letters and digits, such as T1w")
        return modalities


class Slices(Block):
    """Axial slices on one grid: world axes (RAS), one spacing, one size, centred on the brain."""

    spacing: tuple[float, float, float] = key(
        REQUIRED, "distance of pixels from left to right and from back to front, and of slices", unit="mm"
    )
    size: tuple[int, int] = key(REQUIRED, "height (back to front) and width (left to right) of a slice", unit="pixels")
    minimum_brain: float = key(0.1, "smallest share of a slice that is brain; other slices are left out", gt=0, le=1)
    per_scan: int | None = key(
        None, "at most this many slices of a scan, evenly spaced among those with enough brain; null for all", ge=1
    )
    percentiles: tuple[float, float] = key(
        (0.5, 99.5),
        "percentiles of the intensity inside the brain that become -1 and 1, for each image; what is beyond is clipped",
        unit="%",
    )

    @model_validator(mode="after")
    def _usable(self) -> Slices:
        if min(self.spacing) <= 0:
            raise ValueError("`spacing`: each distance must be above 0")
        if min(self.size) < 4:
            raise ValueError("`size`: height and width must be 4 or more")
        if not 0 <= self.percentiles[0] < self.percentiles[1] <= 100:
            raise ValueError("`percentiles`: they must ascend, between 0 and 100")
        return self


class SubjectSplit(Block):
    """Disjoint parts by subject; all sessions of a subject are in one part."""

    seed: int = key(0, "seed of the split", ge=0)
    target: str = key("NeuroRx", "the domain that is tested on, and that the generator learns", source=PAPER)
    source: str | None = key("MIAC", "the domain that domain shift starts from; null if there is none", source=PAPER)
    train: int = key(
        REQUIRED,
        "target subjects for training subsets; 0 here, for validation and for test if only a generator is trained",
        unit="subjects",
        ge=0,
        source=PAPER,
        paper="100 scans",
    )
    validation: int = key(
        REQUIRED, "target subjects for the choice of weights", unit="subjects", ge=0, source=PAPER, paper="20 scans"
    )
    test: int = key(REQUIRED, "target subjects that results are reported on", unit="subjects", ge=0)
    generator: int | None = key(
        None, "target subjects that the generator learns from; null for all that are left", unit="subjects", ge=1
    )

    @model_validator(mode="after")
    def _two_domains(self) -> SubjectSplit:
        if self.source == self.target:
            raise ValueError(f"`source`: it must be another domain than `target`, which is {self.target!r}")
        return self


class PreparedSlices(Block):
    """What the preparation of slices depends on."""

    data: Bids = key(REQUIRED, "the data set; a phantom is read back like any other")
    slices: Slices = key(REQUIRED, "how slices are cut")
    split: SubjectSplit = key(REQUIRED, "how subjects are split")
