"""The jobs of a classification task."""

from __future__ import annotations

from collections.abc import Iterator

from sweetspot.config.classification_task import ClassificationTask
from sweetspot.plan import networks
from sweetspot.plan.job import Job, Kind
from sweetspot.plan.task_jobs import FLOAT, TaskJobs
from sweetspot.plan.work import Runs, chain_sampling, generator_training


class ClassificationJobs(TaskJobs):
    """The jobs of a classification task."""

    task: ClassificationTask
    suffix, unit = "classifier", "class"

    @property
    def prepared(self) -> str:
        return f"prepare_data/{self.name}"

    def data(self) -> Iterator[Job]:
        values = self.sizes.images * self.sizes.values
        work = {Kind("prepare_data"): float(values)}
        yield Job(self.prepared, "prepare_data", "data", work=work, size=values * FLOAT)

    def generator(self) -> Iterator[Job]:
        network = self._denoiser()
        config, images = self.task.generator, self.sizes.parts["generator"]
        yield Job(
            name=f"train_generator/{self.name}",
            rule="train_generator",
            stage="generator",
            needs=(self.prepared,),
            work=generator_training("train_generator", network, config, images),
            gpu=True,
            workers=config.processes,
            size=network.weights * FLOAT * len(self.task.snapshots()),
        )

    def samples(self) -> Iterator[Job]:
        for chain, sampling in self.task.sampling.chains().items():
            yield Job(
                name=f"sample_generator/{self.name}/{chain}",
                rule="sample_generator",
                stage="samples",
                needs=(f"train_generator/{self.name}",),
                work=chain_sampling("sample_generator", self._denoiser(), self.task.generator, sampling),
                gpu=True,
                size=self.pool_bytes(self.sizes.shape[0], len(sampling.qualities)),
            )

    def sample_jobs(self, chain: str | None = None) -> tuple[str, ...]:
        chains = self.task.sampling.chains() if chain is None else [chain]
        return tuple(f"sample_generator/{self.name}/{each}" for each in chains)

    def runs(self, experiment: str) -> Runs:
        config, sizes = self.task.classifier, self.sizes
        network = networks.classifier(config, sizes.shape, sizes.classes)
        budget = self.task.experiments[experiment].budget
        kind = Kind("train_classifier", network.forward)
        return Runs(kind, network, config.batch_size, budget, sizes.parts["validation"], sizes.parts["test"])

    def _denoiser(self) -> networks.Network:
        return networks.class_denoiser(self.task.generator, self.sizes.shape, self.sizes.classes)
