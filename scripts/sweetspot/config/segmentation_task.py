"""A segmentation task: scans with lesion masks, a mask-conditional generator, a U-Net."""

from __future__ import annotations

from typing import Literal

from sweetspot.config.block import REQUIRED, key
from sweetspot.config.experiment import SegmentationExperiment
from sweetspot.config.hyperparameters import SegmentationHyperparameters
from sweetspot.config.mask_generator import MaskGenerator, MaskGeneratorTraining
from sweetspot.config.mask_sampling import MaskSampling
from sweetspot.config.measure import Mixtures, SliceDistances
from sweetspot.config.phantom import MODALITIES, Phantom
from sweetspot.config.pilot import SegmenterPilot
from sweetspot.config.scans import Bids, PreparedSlices, Slices, SubjectSplit
from sweetspot.config.segmenter import Segmenter, SegmenterRuns
from sweetspot.config.segmenter_search import SearchedSegmenter, SegmenterSearch
from sweetspot.config.task import Task


class SegmentationTask(Task):
    """Scans of one or two domains, their split, a generator, qualities, a segmenter, and experiments."""

    kind: Literal["segmentation"] = key(REQUIRED, "what the downstream model does")
    data: Phantom | Bids = key(REQUIRED, "where the scans come from", discriminator="reader")
    slices: Slices = key(REQUIRED, "how slices are cut")
    split: SubjectSplit = key(REQUIRED, "how subjects are split")
    generator: MaskGenerator = key(REQUIRED, "the diffusion model")
    sampling: MaskSampling = key(REQUIRED, "how synthetic slices are drawn")
    segmenter: Segmenter = key(REQUIRED, "the downstream network")
    search: SegmenterSearch | None = key(
        None, "hyperparameters of the segmenter to search, for table 3; it runs only when table 3 is asked for"
    )
    experiments: dict[str, SegmentationExperiment] = key(
        REQUIRED, "sweeps by name; figure 2 shows `in_domain`, figure 3 `domain_shift`", min_length=1
    )

    def check_sizes(self) -> None:
        """Refuse experiments on a domain that is not there, and a split that the phantom's subjects cannot fill."""
        shifted = {name for name, experiment in self.experiments.items() if experiment.real == "source"}
        if "in_domain" in shifted:
            raise ValueError("`experiments.in_domain.real`: the real slices of this experiment are the target's")
        if shifted and "domain_shift" not in shifted:
            raise ValueError(
                f"`experiments.{min(shifted)}`: one experiment with `real: source` must be named `domain_shift`, as "
                "figure 3 shows it"
            )
        if "domain_shift" in set(self.experiments) - shifted:
            raise ValueError("`experiments.domain_shift.real`: the real slices of this experiment are the source's")
        for name, experiment in self.experiments.items():
            if experiment.real == "source" and self.split.source is None:
                raise ValueError(
                    f"`experiments.{name}.real`: the real slices are of the source domain, and `split.source` is null"
                )
        if isinstance(self.data, Phantom):
            self._check_phantom(self.data)
        self._check_slice_size()
        self.searched_segmenter()

    def _check_slice_size(self) -> None:
        networks = {
            "generator": self.generator.patch * 2 ** (len(self.generator.channels) - 1),
            "segmenter": 2 ** (len(self.segmenter.channels) - 1),
        }
        for name, divisor in networks.items():
            if any(length % divisor for length in self.slices.size):
                raise ValueError(
                    f"`slices.size`: {self.slices.size[0]} x {self.slices.size[1]} pixels cannot be halved as often as "
                    f"`{name}.channels` asks for; both numbers must be multiples of {divisor}"
                )

    def _check_phantom(self, phantom: Phantom) -> None:
        for role in ("target", "source"):
            domain = getattr(self.split, role)
            if domain is not None and domain not in phantom.subjects:
                raise ValueError(
                    f"`split.{role}`: {domain!r} is not in `data.subjects`, which has {', '.join(phantom.subjects)}"
                )
        parts = {name: getattr(self.split, name) for name in ("generator", "train", "validation", "test")}
        asked = sum(size if size is not None else 1 for size in parts.values())
        if asked > phantom.subjects[self.split.target]:
            sizes = " + ".join(f"{'at least 1' if size is None else size} {name}" for name, size in parts.items())
            raise ValueError(
                f"`split`: {sizes} subjects are asked for, and `data.subjects` has "
                f"{phantom.subjects[self.split.target]} of {self.split.target}"
            )

    def bids(self, phantom_folder: str) -> Bids:
        """The data set to read: the user's, or the phantom that is written to `phantom_folder`."""
        if isinstance(self.data, Phantom):
            return Bids(
                reader="bids",
                path=phantom_folder,
                modalities=MODALITIES,
                lesion_masks="lesions",
                tissue_masks="tissues",
            )
        return self.data

    def prepared_slices(self, phantom_folder: str) -> PreparedSlices:
        """The data stage's own part."""
        return PreparedSlices(data=self.bids(phantom_folder), slices=self.slices, split=self.split)

    @property
    def modalities(self) -> tuple[str, ...]:
        """The channels of an image."""
        return MODALITIES if isinstance(self.data, Phantom) else self.data.modalities

    def networks(self) -> dict[str, tuple[int, ...]]:
        """The generator's networks: name, as in paths, and image channels."""
        return self.generator.networks(self.modalities)

    def generator_training(self, network: str) -> MaskGeneratorTraining:
        """The training stage's own part, for one network."""
        return MaskGeneratorTraining(
            generator=self.generator,
            snapshots=self.snapshots(),
            network=network,
            image_channels=self.networks()[network],
        )

    def hyperparameters(self) -> SegmentationHyperparameters:
        """What table 2 shows."""
        return SegmentationHyperparameters(
            **{block: getattr(self, block) for block in SegmentationHyperparameters.model_fields}
        )

    def runs(self, experiment: str, share: str) -> SegmenterRuns:
        """What a job of an experiment depends on."""
        real = self.experiments[experiment].real
        return SegmenterRuns(**self.shared_runs(experiment, share), segmenter=self.segmenter, real=real)

    def pilot(self, experiment: str) -> SegmenterPilot:
        """What the pilot of an experiment depends on."""
        real = self.experiments[experiment].real
        return SegmenterPilot(**self.pilot_runs(experiment), segmenter=self.segmenter, real=real)

    def searched_segmenter(self) -> SearchedSegmenter:
        """What table 3 shows."""
        return SearchedSegmenter(segmenter=self.segmenter, search=self.search)

    def distances(self) -> SliceDistances:
        """What the distances depend on; the network trains as in `in_domain`."""
        shift = self.experiments.get("domain_shift")
        return SliceDistances(
            measure=self.measure,
            qualities=self.sampling.qualities,
            segmenter=self.segmenter,
            budget=self.experiments["in_domain"].budget,
            mixtures=None
            if shift is None
            else Mixtures(
                n_real=shift.n_real,
                ratios=shift.ratios,
                qualities=shift.qualities or self.sampling.qualities,
                more_real=shift.more_real,
            ),
        )

    def real_curves(self, experiment: str) -> dict[str, list[float]]:
        """More real slices; under domain shift of the source, or of the target."""
        settings = self.experiments[experiment]
        arms = ("more_real",) if settings.real == "target" else ("more_source", "target_real")
        return {arm: settings.real_ratios(None) for arm in arms}
