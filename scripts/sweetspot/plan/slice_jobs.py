"""The jobs of a segmentation task."""

from __future__ import annotations

from collections.abc import Iterator

from sweetspot.config.phantom import Phantom
from sweetspot.config.segmentation_task import SegmentationTask
from sweetspot.data.slice_set import MASK_CHANNELS
from sweetspot.plan import networks
from sweetspot.plan.job import Job, Kind
from sweetspot.plan.task_jobs import FLOAT, TaskJobs
from sweetspot.plan.work import Runs, chain_sampling, generator_training

# Of the default phantom, compressed: bytes of the files of one scan.
PHANTOM_SCAN = 165_000


class SegmentationJobs(TaskJobs):
    """The jobs of a segmentation task."""

    task: SegmentationTask
    suffix, unit = "segmenter", "slice"

    @property
    def prepared(self) -> str:
        return f"prepare_slices/{self.name}"

    def data(self) -> Iterator[Job]:
        scans, needs = self.sizes.scans, ()
        if isinstance(self.task.data, Phantom):
            written = Job(
                name=f"write_phantom/{self.name}",
                rule="write_phantom",
                stage="data",
                work={Kind("write_phantom"): float(scans)},
                size=scans * PHANTOM_SCAN,
            )
            needs = (written.name,)
            yield written
        pixels = self.sizes.images * self.sizes.values / self.sizes.shape[0]
        size = pixels * (self.sizes.shape[0] * FLOAT + len(MASK_CHANNELS))
        work = {Kind("prepare_slices"): float(scans * len(self.task.modalities))}
        yield Job(self.prepared, "prepare_slices", "data", needs, work, size=size)

    def generator(self) -> Iterator[Job]:
        config, images = self.task.generator, self.sizes.parts["generator"]
        for name, network in self._denoisers().items():
            yield Job(
                name=f"train_mask_generator/{self.name}/{name}",
                rule="train_mask_generator",
                stage="generator",
                needs=(self.prepared,),
                work=generator_training("train_mask_generator", network, config, images),
                gpu=True,
                workers=config.processes,
                size=network.weights * FLOAT * len(self.task.snapshots()),
            )

    def samples(self) -> Iterator[Job]:
        height, width = self.task.slices.size
        images = self.task.sampling.images
        masks = Job(
            name=f"draw_masks/{self.name}",
            rule="draw_masks",
            stage="samples",
            needs=(self.prepared,),
            work={Kind("draw_masks"): float(images * height * width)},
            size=images * height * width * len(MASK_CHANNELS),
        )
        yield masks
        for chain, sampling in self.task.sampling.chains().items():
            for name, network in self._denoisers().items():
                yield Job(
                    name=f"sample_mask_generator/{self.name}/{chain}/{name}",
                    rule="sample_mask_generator",
                    stage="samples",
                    needs=(f"train_mask_generator/{self.name}/{name}", masks.name),
                    work=chain_sampling("sample_mask_generator", network, self.task.generator, sampling),
                    gpu=True,
                    size=self.pool_bytes(len(self.task.networks()[name]), len(sampling.qualities)),
                )

    def sample_jobs(self, chain: str | None = None) -> tuple[str, ...]:
        chains = self.task.sampling.chains() if chain is None else [chain]
        return (
            f"draw_masks/{self.name}",
            *(f"sample_mask_generator/{self.name}/{each}/{name}" for each in chains for name in self.task.networks()),
        )

    def runs(self, experiment: str) -> Runs:
        config, sizes = self.task.segmenter, self.sizes
        network = networks.segmenter(config, sizes.shape[0], self.task.slices.size)
        budget = self.task.experiments[experiment].budget
        kind = Kind("train_segmenter", network.forward)
        return Runs(kind, network, config.batch_size, budget, sizes.parts["validation"], sizes.parts["test"])

    def _denoisers(self) -> dict[str, networks.Network]:
        return {
            name: networks.mask_denoiser(self.task.generator, len(channels), self.task.slices.size)
            for name, channels in self.task.networks().items()
        }
