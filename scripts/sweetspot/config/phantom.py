"""The embedded brain phantom: how many subjects, their anatomy and lesions, and the two scanners."""

from __future__ import annotations

from typing import Literal

from pydantic import field_validator, model_validator

from sweetspot.config.block import REQUIRED, Block, key

# The images of a scan, in the order of the channels; `Scanner` has a sequence for each.
MODALITIES = ("T1w", "T2w", "PDw")
MS_SMART = "MS-SMART trial protocol (BMJ Open 2018;8:e021944), table 4, spin echo at 1.5 T"
WANG = (
    "from the areas of Wang et al. (J Neurol Neurosurg Psychiatry 1997;63:452: 20 % below 10 mm², 80 % below 80 mm²), "
    "taken for log-normal areas of spheres"
)


class Anatomy(Block):
    """How the subjects' brains differ from the template."""

    resolution: int = key(2, "voxel size of the simulated anatomy, before a scanner sees it", unit="mm", ge=1, le=4)
    deformation_spacing: float = key(
        44.0,
        "distance of the control points of the cubic B-spline deformation (Rueckert et al., IEEE Trans Med Imaging "
        "1999;18:712)",
        unit="mm",
        gt=0,
    )
    deformation: tuple[float, float, float] = key(
        (3.2, 3.2, 1.9),
        "standard deviation of the displacement from left to right, back to front and bottom to top",
        unit="mm",
    )

    @model_validator(mode="after")
    def _no_folding(self) -> Anatomy:
        if min(self.deformation) < 0 or max(self.deformation) > 0.1 * self.deformation_spacing:
            raise ValueError(
                "`deformation`: each entry must be between 0 and a tenth of `deformation_spacing`, or anatomy folds"
            )
        return self


class Lesions(Block):
    """Number, size and place of multiple sclerosis lesions, and how they change from session to session."""

    mean_number: float = key(
        20.0, "mean number of lesions of a subject in the first session", unit="lesions", ge=1, le=10000
    )
    dispersion: float = key(
        2.0,
        "shape of the negative binomial of numbers; smaller is more different between subjects",
        source="the distribution: Sormani et al. (J Neurol Sci 1999;163:74); its shape: assumed",
        gt=0,
    )
    median_volume: float = key(113.0, "median volume of a lesion", unit="mm³", source=WANG, gt=0)
    log_sd_volume: float = key(1.85, "standard deviation of the logarithm of the volume", source=WANG, ge=0, le=5)
    maximum_volume: float = key(8000.0, "largest volume of a new lesion", unit="mm³", gt=0)
    periventricular_share: float = key(
        0.6,
        "share of lesions that start near the lateral ventricles; the others start anywhere in white matter",
        source="lesion volume is highest there: Pongratz et al. (NeuroImage Clin 2023;37:103311); the share: assumed",
        ge=0,
        le=1,
    )
    periventricular_distance: float = key(
        5.0, "mean of the exponential fall of their density with the distance from the ventricles", unit="mm", ge=1
    )
    least_severity: float = key(
        0.5,
        "smallest share of a lesion's voxels that is lesion tissue, the rest being white matter; a lesion's share is "
        "uniform from here to 1",
        gt=0,
        le=1,
    )
    growth: float = key(0.2, "relative growth of a lesion's volume from session to session", ge=0, le=10)
    new_per_session: float = key(
        2.0, "mean number of new lesions in each further session", unit="lesions", ge=0, le=1000
    )


class SpinEcho(Block):
    """One spin-echo sequence."""

    repetition_time: float = key(REQUIRED, "TR", unit="ms", source=MS_SMART, gt=0)
    echo_time: float = key(REQUIRED, "TE", unit="ms", source=MS_SMART, gt=0)

    @model_validator(mode="after")
    def _echo_before_repetition(self) -> SpinEcho:
        if self.echo_time >= self.repetition_time:
            raise ValueError("`echo_time`: it must be shorter than `repetition_time`")
        return self


class Scanner(Block):
    """A 1.5 T scanner with its protocol: multi-slice axial spin echo."""

    T1w: SpinEcho = key(REQUIRED, "the T1-weighted sequence", source=MS_SMART)
    T2w: SpinEcho = key(REQUIRED, "the T2-weighted sequence", source=MS_SMART)
    PDw: SpinEcho = key(REQUIRED, "the proton-density-weighted sequence", source=MS_SMART)
    voxel: tuple[float, float, float] = key(
        REQUIRED, "voxel size from left to right, back to front and bottom to top", unit="mm"
    )
    orientation: str = key(
        "RAS", "directions of the axes of the stored arrays, as nibabel names them", pattern=r"^[LRAPIS]{3}$"
    )
    bias: float = key(
        REQUIRED,
        "standard deviation of the logarithm of the bias field; 0.05 is about the 20 % of BrainWeb",
        ge=0,
        le=0.5,
    )
    noise: float = key(
        REQUIRED,
        "standard deviation of the noise in either channel, relative to the signal of white matter; BrainWeb offers "
        "0.01 to 0.09",
        ge=0,
        le=0.5,
    )

    @model_validator(mode="after")
    def _usable(self) -> Scanner:
        if not 1 <= min(self.voxel) <= max(self.voxel) <= 20:
            raise ValueError("`voxel`: each size must be between 1 and 20 mm")
        if not all(len(set(self.orientation) & set(pair)) == 1 for pair in ("LR", "AP", "IS")):
            raise ValueError("`orientation`: it takes one letter of L and R, one of A and P, one of I and S")
        return self


# The protocols of MS-SMART for scanners of Philips and of GE; slices as in many trials, and pixels as coarse as what is
# learnt from them needs.
NEURORX = Scanner(
    T1w=SpinEcho(repetition_time=600.0, echo_time=12.0),
    T2w=SpinEcho(repetition_time=3300.0, echo_time=100.0),
    PDw=SpinEcho(repetition_time=3300.0, echo_time=16.0),
    voxel=(3.0, 3.0, 5.0),
    orientation="LAS",
    bias=0.03,
    noise=0.02,
)
MIAC = Scanner(
    T1w=SpinEcho(repetition_time=650.0, echo_time=20.0),
    T2w=SpinEcho(repetition_time=2900.0, echo_time=86.0),
    PDw=SpinEcho(repetition_time=2900.0, echo_time=21.0),
    voxel=(3.5, 3.5, 5.0),
    orientation="PSR",
    bias=0.06,
    noise=0.04,
)


class Phantom(Block):
    """A digital brain phantom, written as a BIDS data set and read back as one."""

    reader: Literal["phantom"] = key(REQUIRED, "the embedded brain phantom; no file is needed")
    subjects: dict[str, int] = key(
        REQUIRED, "number of subjects scanned by each contract research organisation", unit="subjects"
    )
    sessions: int = key(1, "scans of each subject, with lesions that grow", unit="sessions", ge=1)
    seed: int = key(0, "names the streams of anatomy, lesions, bias field and noise", ge=0)
    field_of_view: tuple[float, float] = key(
        (-10.0, 50.0), "lowest and highest z that is scanned, in the coordinates of MNI152", unit="mm"
    )
    anatomy: Anatomy = key(Anatomy(), "the subjects' brains")
    lesions: Lesions = key(Lesions(), "the subjects' lesions")
    scanners: dict[str, Scanner] = key(
        {"NeuroRx": NEURORX, "MIAC": MIAC},
        "the scanner of each contract research organisation",
        source=f"sequences: {MS_SMART}; the rest: assumed",
    )

    @field_validator("subjects")
    @classmethod
    def _some(cls, subjects: dict[str, int]) -> dict[str, int]:
        if not subjects or min(subjects.values()) < 1:
            raise ValueError("each organisation needs one subject or more")
        return subjects

    @model_validator(mode="after")
    def _scannable(self) -> Phantom:
        for name in self.subjects:
            if name not in self.scanners:
                raise ValueError(f"`scanners`: {name!r} has subjects and no scanner; add `{name}` here")
            if not (name.isascii() and name.isalnum()):
                raise ValueError(f"`subjects`: {name!r} becomes part of BIDS labels; use letters and digits")
            height = self.field_of_view[1] - self.field_of_view[0]
            if height < self.scanners[name].voxel[2]:
                raise ValueError(f"`field_of_view`: it is lower than one slice of the scanner of {name}")
        if self.field_of_view[0] < -70 or self.field_of_view[1] > 85:
            raise ValueError("`field_of_view`: the brain lies between -70 and 85 mm")
        return self
