"""The jobs of a classification task."""

from __future__ import annotations

from collections.abc import Iterator

from sweetspot.config.classification_task import ClassificationTask
from sweetspot.config.classifier import Classifier
from sweetspot.plan import networks
from sweetspot.plan.job import Job, Kind
from sweetspot.plan.networks import Network
from sweetspot.plan.selection_jobs import SelectionJobs
from sweetspot.plan.task_jobs import FLOAT, TaskJobs
from sweetspot.plan.work import chain_sampling


class ClassificationJobs(TaskJobs):
    """The jobs of a classification task."""

    task: ClassificationTask
    suffix, generator_suffix, unit = "classifier", "generator", "class"

    @property
    def prepared(self) -> str:
        return f"prepare_data/{self.name}"

    def all(self) -> Iterator[Job]:
        yield from super().all()
        if self.task.selection:
            yield from SelectionJobs(self.name, self.task, self.sizes, self.prepared).all()

    def data(self) -> Iterator[Job]:
        values = self.sizes.images * self.sizes.values
        work = {Kind("prepare_data"): float(values)}
        yield Job(self.prepared, "prepare_data", "data", work=work, bytes_written=values * FLOAT)

    def samples(self) -> Iterator[Job]:
        (denoiser,) = self.denoisers().values()
        for chain, sampling in self.task.chains().items():
            yield Job(
                name=f"sample_generator/{self.name}/{chain}",
                rule="sample_generator",
                stage="samples",
                needs=(f"train_generator/{self.name}",),
                work=chain_sampling("sample_generator", denoiser, self.task.generator, sampling),
                gpu=True,
                bytes_written=self.pool_bytes(self.sizes.shape[0], len(sampling.qualities)),
            )

    def sample_jobs(self, chain: str | None = None) -> tuple[str, ...]:
        chains = self.task.sampling.chains() if chain is None else [chain]
        return tuple(f"sample_generator/{self.name}/{each}" for each in chains)

    def denoisers(self) -> dict[str, Network]:
        return {self.name: networks.class_denoiser(self.task.generator, self.sizes.shape, self.sizes.classes)}

    def downstream(self) -> tuple[Classifier, Network]:
        config = self.task.classifier
        return config, networks.classifier(config, self.sizes.shape, self.sizes.classes)
