"""The jobs of a segmentation task."""

from __future__ import annotations

from collections.abc import Iterator

from sweetspot.config.phantom import Phantom
from sweetspot.config.segmentation_task import SegmentationTask
from sweetspot.config.segmenter import Segmenter
from sweetspot.data.slice_set import MASK_CHANNELS
from sweetspot.plan import networks
from sweetspot.plan.job import Job, Kind
from sweetspot.plan.networks import Network
from sweetspot.plan.task_jobs import FLOAT, TaskJobs
from sweetspot.plan.work import chain_sampling

# Of the default phantom, compressed: bytes of the files of one scan.
PHANTOM_SCAN = 165_000


class SegmentationJobs(TaskJobs):
    """The jobs of a segmentation task."""

    task: SegmentationTask
    suffix, generator_suffix, unit = "segmenter", "mask_generator", "slice"

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
                bytes_written=scans * PHANTOM_SCAN,
            )
            needs = (written.name,)
            yield written
        pixels = self.sizes.images * self.sizes.values / self.sizes.shape[0]
        written_bytes = pixels * (self.sizes.shape[0] * FLOAT + len(MASK_CHANNELS))
        work = {Kind("prepare_slices"): float(scans * len(self.task.modalities))}
        yield Job(self.prepared, "prepare_slices", "data", needs, work, bytes_written=written_bytes)

    def samples(self) -> Iterator[Job]:
        height, width = self.task.slices.size
        images = self.task.sampling.images
        masks = Job(
            name=f"draw_masks/{self.name}",
            rule="draw_masks",
            stage="samples",
            needs=(self.prepared,),
            work={Kind("draw_masks"): float(images * height * width)},
            bytes_written=images * height * width * len(MASK_CHANNELS),
        )
        yield masks
        denoisers = self.denoisers()
        for chain, sampling in self.task.chains().items():
            for name, channels in self.task.networks().items():
                denoiser = denoisers[f"{self.name}/{name}"]
                yield Job(
                    name=f"sample_mask_generator/{self.name}/{chain}/{name}",
                    rule="sample_mask_generator",
                    stage="samples",
                    needs=(f"train_mask_generator/{self.name}/{name}", masks.name),
                    work=chain_sampling("sample_mask_generator", denoiser, self.task.generator, sampling),
                    gpu=True,
                    bytes_written=self.pool_bytes(len(channels), len(sampling.qualities)),
                )

    def sample_jobs(self, chain: str | None = None) -> tuple[str, ...]:
        chains = self.task.sampling.chains() if chain is None else [chain]
        return (
            f"draw_masks/{self.name}",
            *(f"sample_mask_generator/{self.name}/{each}/{name}" for each in chains for name in self.task.networks()),
        )

    def denoisers(self) -> dict[str, Network]:
        return {
            f"{self.name}/{name}": networks.mask_denoiser(self.task.generator, len(channels), self.task.slices.size)
            for name, channels in self.task.networks().items()
        }

    def downstream(self) -> tuple[Segmenter, Network]:
        config = self.task.segmenter
        return config, networks.segmenter(config, self.sizes.shape[0], self.task.slices.size)
