"""Steps of a task's own networks on random data, by the very functions that the jobs call, to be timed."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar

from sweetspot.config.budget import StepBudget
from sweetspot.config.classifier import Classifier
from sweetspot.config.diffusion import Diffusion
from sweetspot.config.sampling import Sampling
from sweetspot.config.segmenter import Segmenter
from sweetspot.config.selected_runs import Transformer
from sweetspot.plan.job import Kind
from sweetspot.plan.networks import Network
from sweetspot.plan.trial_inputs import balanced_conditions, lesion_slices, random_images, untrained_denoiser
from sweetspot.plan.work import Runs

# Operations of one step at most where there is no GPU: with larger networks the batch is made smaller, but not so small
# that the update of the weights, whatever the batch, counts for much.
OPERATIONS = 1e11


@dataclass(frozen=True)
class Trial(ABC):
    """A network to time. `call(steps)` does that many steps, with `operations(steps)` in all.

    `module` has the function that it calls; a program imports it as it starts, which `time_start` counts.
    """

    module: ClassVar[str]
    kind: Kind
    network: Network
    shape: tuple[int, int, int]
    config: Diffusion | Classifier | Segmenter

    @property
    def device_type(self) -> str:
        """The type of the device that the network computes on here.

        Raises
        ------
        InputError : the device that the config asks for is not here.
        """
        from sweetspot.device import select_device

        return select_device(self.config.compute).type

    @property
    def most_steps(self) -> int:
        """As many as a call can do."""
        return 100_000

    @abstractmethod
    def call(self, steps: int) -> None: ...

    @abstractmethod
    def operations(self, steps: int) -> float: ...

    def batch(self, asked: int, of_one: float) -> int:
        """The batch of the config, or as much of it as can be timed here; `of_one` are the operations of one image."""
        return asked if self.device_type != "cpu" else max(1, min(asked, int(OPERATIONS / of_one)))


@dataclass(frozen=True)
class DenoiserTraining(Trial):
    """The training of a generator's network; `classes` is 0 where masks are its condition."""

    module = "sweetspot.generate.training"
    config: Diffusion
    classes: int

    def call(self, steps: int) -> None:
        from sweetspot.checkpoints import NO_CHECKPOINTS
        from sweetspot.generate.training import train_generator

        update = {"steps": steps, "batch_size": self._batch(), "warmup_steps": 1, "processes": 1}
        config = self.config.model_copy(update=update)
        images = random_images((2 * self._batch(), *self.shape))
        conditions = balanced_conditions(len(images), self.shape, self.classes)
        network = untrained_denoiser(self.config, self.shape, self.classes)
        train_generator(network, config, (steps,), images, conditions, NO_CHECKPOINTS.part(""))

    def operations(self, steps: int) -> float:
        return steps * self._batch() * self.network.training

    def _batch(self) -> int:
        return self.batch(self.config.batch_size // self.config.processes, self.network.training)


@dataclass(frozen=True)
class DenoiserSampling(Trial):
    """Reverse chains of a batch; a step is one evaluation of the network."""

    module = "sweetspot.generate.sampling"
    config: Diffusion
    sampling: Sampling
    classes: int

    @property
    def most_steps(self) -> int:
        return self.config.timesteps

    def call(self, steps: int) -> None:
        from sweetspot.generate.sampling import sample_batches

        images = self._batch()
        # A quality that runs its chain to the end, of as many solver steps as are to be timed.
        update = {"images": images, "batch_size": images, "solver_steps": steps, "qualities": ("noise=0",)}
        network = untrained_denoiser(self.config, self.shape, self.classes).eval().requires_grad_(False)
        conditions = balanced_conditions(images, self.shape, self.classes)
        sampling = self.sampling.model_copy(update=update)
        for _ in sample_batches(network, self.config, sampling, conditions, self.shape):
            pass

    def operations(self, steps: int) -> float:
        return steps * self._batch() * self.network.forward

    def _batch(self) -> int:
        return self.batch(min(self.sampling.batch_size, self.sampling.images), self.network.forward)


@dataclass(frozen=True)
class ClassifierTraining(Trial):
    """Replicas of the classifier, or of the transformer, trained together."""

    module = "sweetspot.downstream.replicas"
    config: Classifier
    classes: int
    replicas: int
    validation: int
    evaluate_every: int
    transformer: Transformer | None = None

    def call(self, steps: int) -> None:
        import numpy as np

        from sweetspot.downstream.architectures import architecture
        from sweetspot.downstream.replicas import LabelledSet, train_replicas

        def labelled(n: int) -> LabelledSet:
            return LabelledSet(random_images((n, *self.shape)), np.arange(n) % self.classes)

        replicas = self._replicas()
        rows = np.tile(np.arange(4 * self.config.batch_size), (replicas, 1))
        budget = StepBudget(unit="steps", steps=steps, evaluate_every=self.evaluate_every)
        validation = labelled(self.validation)
        pool = labelled(rows.shape[1])
        train_replicas(
            *(self.config, budget, pool, rows, range(replicas), validation, validation, self.classes),
            architecture=architecture(self.transformer),
        )

    def operations(self, steps: int) -> float:
        budget = StepBudget(unit="steps", steps=steps, evaluate_every=self.evaluate_every)
        runs = Runs(self.kind, self.network, self.config.batch_size, budget, self.validation, self.validation)
        return runs.most([4 * self.config.batch_size] * self._replicas())[self.kind]

    def _replicas(self) -> int:
        return self.batch(self.replicas, self.config.batch_size * self.network.training)


@dataclass(frozen=True)
class SegmenterTraining(Trial):
    """One run of the segmenter."""

    module = "sweetspot.downstream.segmentation"
    config: Segmenter
    validation: int
    evaluate_every: int

    def call(self, steps: int) -> None:
        import numpy as np

        from sweetspot.downstream.segmentation import TrainingSlices, train_segmenter

        images = 2 * self._batch()
        config = self.config.model_copy(update={"batch_size": self._batch()})
        budget = StepBudget(unit="steps", steps=steps, evaluate_every=self.evaluate_every)
        training = TrainingSlices([(lesion_slices(images, self.shape), np.arange(images))])
        train_segmenter(config, budget, training, 0, lesion_slices(self._validation(), self.shape))

    def operations(self, steps: int) -> float:
        budget = StepBudget(unit="steps", steps=steps, evaluate_every=self.evaluate_every)
        runs = Runs(self.kind, self.network, self._batch(), budget, self._validation(), 0)
        return runs.most([2 * self._batch()])[self.kind]

    def _batch(self) -> int:
        return self.batch(self.config.batch_size, self.network.training)

    def _validation(self) -> int:
        return self.batch(self.validation, self.network.forward)
