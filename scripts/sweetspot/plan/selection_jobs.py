"""The jobs of the comparison of selection rules of a task."""

from __future__ import annotations

from collections.abc import Iterator

from sweetspot.config.classification_task import ClassificationTask
from sweetspot.config.selection import LINEAR, REAL_POOL, Selection
from sweetspot.plan import networks
from sweetspot.plan.job import Job, Kind
from sweetspot.plan.networks import Network
from sweetspot.plan.sizes import DataSizes
from sweetspot.plan.work import Runs


class SelectionJobs:
    """The jobs of the block `selection` of one task."""

    def __init__(self, name: str, task: ClassificationTask, sizes: DataSizes, prepared: str) -> None:
        """`prepared` is the name of the job that prepares the data."""
        self.name, self.task, self.sizes, self.prepared = name, task, sizes, prepared
        self.selection: Selection = task.selection

    def all(self) -> Iterator[Job]:
        """All jobs, each after those that it needs."""
        yield self.encoding()
        yield from map(self.encoding_of_samples, self.selection.chains())
        for pool in self.selection.all_pools():
            yield self.picks(pool)
            for paradigm, architecture in self.selection.trainings():
                yield self.training(pool, paradigm, architecture)

    def encoding(self) -> Job:
        parts, runs = self.sizes.parts, self._runs(self._encoder())
        encoded = parts["train"] + parts["validation"] + parts["test"]
        forward = self._encoder().forward * encoded
        least = runs.least([parts["generator"]])
        return Job(
            name=f"encode_images/{self.name}",
            rule="encode_images",
            stage="selection",
            needs=(self.prepared,),
            work={runs.kind: runs.most([parts["generator"]])[runs.kind] + forward},
            least=least and {runs.kind: least[runs.kind] + forward},
            gpu=True,
            bytes_written=self._bytes(encoded) + self._encoder().weights * 4.0,
        )

    def encoding_of_samples(self, chain: str) -> Job:
        encoded = len(self.task.sample_encoding(chain).qualities) * self.task.sampling.images
        return Job(
            name=f"encode_samples/{self.name}/{chain}",
            rule="encode_samples",
            stage="selection",
            needs=(f"encode_images/{self.name}", f"sample_generator/{self.name}/{chain}"),
            work={self._runs(self._encoder()).kind: encoded * self._encoder().forward},
            gpu=True,
            bytes_written=self._bytes(encoded),
        )

    def picks(self, pool: str) -> Job:
        settings, rules = self.selection, self._rules(pool)
        images = settings.n if pool == REAL_POOL else settings.pools[pool].images
        return Job(
            name=f"select_samples/{self.name}/{pool}",
            rule="select_samples",
            stage="selection",
            needs=self._encoded(pool),
            work={Kind("select_samples"): float(settings.seeds * len(rules) * settings.n * images)},
        )

    def training(self, pool: str, paradigm: str, architecture: str) -> Job:
        sizes = [self._training_set(pool, rule) for rule in self._rules(pool)] * self.selection.seeds
        work, least = {Kind("train_selected: linear"): float(sum(sizes) * self.task.classifier.dense)}, None
        if architecture != LINEAR:
            runs = self._runs(selected_network(self.task, self.sizes, architecture))
            work, least = runs.most(sizes), runs.least(sizes)
        samples = tuple(f"sample_generator/{self.name}/{chain}" for chain in self.selection.chains(pool))
        return Job(
            name=f"train_selected/{self.name}/{pool}/{paradigm}/{architecture}",
            rule="train_selected",
            stage="selection",
            needs=(self.prepared, *samples, *self._encoded(pool), f"select_samples/{self.name}/{pool}"),
            work=work,
            least=least,
            gpu=True,
        )

    def _rules(self, pool: str) -> tuple[str, ...]:
        return self.selection.rules_of(pool, self.task.split.train)

    def _training_set(self, pool: str, rule: str) -> int:
        added = {"none": 0, "all": self.selection.pools[pool].images if pool != REAL_POOL else 0}
        return self.selection.n_real + added.get(rule, self.selection.n)

    def _runs(self, network: Network) -> Runs:
        parts, config = self.sizes.parts, self.task.classifier
        kind = Kind("train_classifier", network.forward)
        return Runs(kind, network, config.batch_size, self.selection.budget, parts["validation"], parts["test"])

    def _encoder(self) -> Network:
        return networks.classifier(self.task.classifier, self.sizes.shape, self.sizes.classes)

    def _encoded(self, pool: str) -> tuple[str, ...]:
        """The jobs that encode the images in a pool."""
        chains = self.selection.chains(pool)
        return (f"encode_images/{self.name}", *(f"encode_samples/{self.name}/{chain}" for chain in chains))

    def _bytes(self, encoded: int) -> float:
        """Bytes of so many encoded images: features and probabilities."""
        return encoded * (self.task.classifier.dense + self.sizes.classes) * 4.0


def selected_network(task: ClassificationTask, sizes: DataSizes, architecture: str) -> Network:
    """One replica of a network that is trained on selected samples."""
    if architecture == "transformer":
        return networks.transformer(task.selection.transformer, task.classifier, sizes.shape, sizes.classes)
    return networks.classifier(task.classifier, sizes.shape, sizes.classes)
