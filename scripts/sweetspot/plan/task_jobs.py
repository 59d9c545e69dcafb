"""The jobs of a task, in the order in which data flow: what both kinds of tasks have in common."""

from __future__ import annotations

from collections.abc import Iterator

from sweetspot.config.classifier import Classifier
from sweetspot.config.sampling import parse_quality
from sweetspot.config.segmenter import Segmenter
from sweetspot.config.task import Task
from sweetspot.plan.job import Job, Kind
from sweetspot.plan.networks import Network
from sweetspot.plan.sizes import DataSizes
from sweetspot.plan.work import Runs, generator_training
from sweetspot.predict.pilot_design import dealt_out, pilot_runs

FLOAT = 4  # bytes


class TaskJobs:
    """The jobs of one task; each kind of task adds its data, its networks and where its samples are."""

    suffix: str  # of the rules that train the downstream network
    generator_suffix: str  # of the rule that trains the generator
    unit: str  # what a task's data are made of

    def __init__(self, name: str, task: Task, sizes: DataSizes) -> None:
        self.name, self.task, self.sizes = name, task, sizes

    def all(self) -> Iterator[Job]:
        """All jobs of the task, each after those that it needs."""
        yield from self.data()
        yield from self.generator()
        yield from self.samples()
        yield self.distances()
        for experiment in self.task.experiments:
            yield from self.runs_of(experiment)
            yield from self.predictions(experiment)

    def data(self) -> Iterator[Job]:
        raise NotImplementedError

    def generator(self) -> Iterator[Job]:
        config, images = self.task.generator, self.sizes.parts["generator"]
        rule = f"train_{self.generator_suffix}"
        for path, network in self.denoisers().items():
            yield Job(
                name=f"{rule}/{path}",
                rule=rule,
                stage="generator",
                needs=(self.prepared,),
                work=generator_training(rule, network, config, images),
                gpu=True,
                workers=config.processes,
                bytes_written=network.weights * FLOAT * len(self.task.snapshots()),
            )

    def samples(self) -> Iterator[Job]:
        raise NotImplementedError

    def runs(self, experiment: str) -> Runs:
        config, network = self.downstream()
        parts, budget = self.sizes.parts, self.task.experiments[experiment].budget
        kind = Kind(f"train_{self.suffix}", network.forward)
        return Runs(kind, network, config.batch_size, budget, parts["validation"], parts["test"])

    def denoisers(self) -> dict[str, Network]:
        """The networks of the generator, by what follows their rule in the names of their jobs."""
        raise NotImplementedError

    def downstream(self) -> tuple[Classifier | Segmenter, Network]:
        """The settings of the downstream network, and what it costs."""
        raise NotImplementedError

    def sample_jobs(self, chain: str | None = None) -> tuple[str, ...]:
        """The names of the jobs that a reader of the samples of one chain, or of all, waits for."""
        raise NotImplementedError

    def distances(self) -> Job:
        measure, task = self.task.measure, self.task
        n = min(measure.images, self.sizes.parts["train"], self.sizes.parts["generator"], task.sampling.images)
        pairs = 2 * (len(task.sampling.qualities) + 1)  # each with its floor
        encoder = self.runs("in_domain")
        work = encoder.most([self.sizes.parts["validation"]])
        rule = f"measure_{self.unit}_distances"
        return Job(
            name=f"measure_distances/{self.name}",
            rule=rule,
            stage="distances",
            needs=(self.prepared, *self.sample_jobs()),
            work={**work, Kind(rule): pairs * n**2 * (measure.replicates + 1)},
            least=encoder.least([self.sizes.parts["validation"]]),
            gpu=True,
        )

    def runs_of(self, experiment: str) -> Iterator[Job]:
        settings, runs = self.task.experiments[experiment], self.runs(experiment)
        for share in self.task.fan_out(experiment).shares():
            sizes = [_with_added(settings.n_real, ratio) for ratio in share.ratios for _ in share.seeds]
            chain = parse_quality(share.quality).chain if share.quality else None
            yield Job(
                name=f"train_{self.suffix}/{self.name}/{experiment}/{share.path}",
                rule=f"train_{self.suffix}",
                stage="downstream",
                needs=(self.prepared, *(self.sample_jobs(chain) if chain else ())),
                work=runs.most(sizes),
                least=runs.least(sizes),
                gpu=True,
            )

    def predictions(self, experiment: str) -> Iterator[Job]:
        pilot, settings = self.task.pilot(experiment), self.task.experiments[experiment]
        parts, runs = settings.pilot.jobs, self.runs(experiment)
        everyone = pilot_runs(self.name, experiment, pilot)
        names = []
        for part in range(1, parts + 1):
            dealt = dealt_out(everyone, part, parts)
            sizes = [_with_added(pilot.n_real, ratio) for ratio, own in dealt.items() for _ in own]
            names.append(f"pilot_{self.suffix}/{self.name}/{experiment}/{part}of{parts}")
            yield Job(
                name=names[-1],
                rule=f"pilot_{self.suffix}",
                stage="predictions",
                needs=(self.prepared, *self.sample_jobs()),
                work=runs.most(sizes),
                least=runs.least(sizes),
                gpu=True,
            )
        # Features of the whole pool and of the real images; fits on training sets up to the largest one.
        images = settings.n_real + self.task.sampling.images + self.sizes.parts["validation"]
        features = Kind("predict_ratios: features"), images * self.sizes.values
        fits = Kind(f"predict_ratios: {self.unit} fits"), _with_added(settings.n_real, settings.ratios[-1])
        yield Job(
            name=f"predict_ratios/{self.name}/{experiment}",
            rule="predict_ratios",
            stage="predictions",
            needs=(self.prepared, *self.sample_jobs(), *names),
            work={kind: float(len(pilot.qualities) * units) for kind, units in (features, fits)},
        )

    @property
    def prepared(self) -> str:
        """The name of the job that prepares the data."""
        raise NotImplementedError

    def pool_bytes(self, channels: int, qualities: int) -> float:
        _, height, width = self.sizes.shape
        return float(self.task.sampling.images * qualities * channels * height * width * FLOAT)


def _with_added(n_real: int, ratio: float) -> int:
    """The size of a training set."""
    return n_real + round(ratio * n_real)
