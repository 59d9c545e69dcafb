"""Steps of a task's own networks on random data, by the very functions that the jobs call, to be timed."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar

from sweetspot.config.budget import StepBudget
from sweetspot.config.classifier import Classifier
from sweetspot.config.diffusion import Diffusion
from sweetspot.config.generator import Generator
from sweetspot.config.mask_generator import MaskGenerator, MaskGeneratorTraining
from sweetspot.config.sampling import Sampling
from sweetspot.config.segmenter import Segmenter
from sweetspot.plan.job import Kind
from sweetspot.plan.networks import Network
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

    @abstractmethod
    def call(self, steps: int) -> None: ...

    @abstractmethod
    def operations(self, steps: int) -> float: ...

    def batch(self, asked: int, of_one: float) -> int:
        """The batch of the config, or as much of it as can be timed here; `of_one` are the operations of one image."""
        return asked if on_gpu() else max(1, min(asked, int(OPERATIONS / of_one)))


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
        images = _random((2 * self._batch(), *self.shape))
        conditions = _conditions(len(images), self.shape, self.classes)
        network = _denoiser(self.config, self.shape, self.classes)
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

    def call(self, steps: int) -> None:
        from sweetspot.generate.sampling import sample_batches

        images = self._batch()
        # A quality that runs its chain to the end, of as many solver steps as are to be timed.
        update = {"images": images, "batch_size": images, "solver_steps": steps, "qualities": ("noise=0",)}
        network = _denoiser(self.config, self.shape, self.classes).eval().requires_grad_(False)
        conditions = _conditions(images, self.shape, self.classes)
        sampling = self.sampling.model_copy(update=update)
        for _ in sample_batches(network, self.config, sampling, conditions, self.shape):
            pass

    def operations(self, steps: int) -> float:
        return steps * self._batch() * self.network.forward

    def _batch(self) -> int:
        return self.batch(min(self.sampling.batch_size, self.sampling.images), self.network.forward)


@dataclass(frozen=True)
class ClassifierTraining(Trial):
    """Replicas of the classifier, trained together."""

    module = "sweetspot.downstream.replicas"
    config: Classifier
    classes: int
    replicas: int
    validation: int
    evaluate_every: int

    def call(self, steps: int) -> None:
        import numpy as np

        from sweetspot.downstream.replicas import LabelledSet, train_replicas

        def labelled(n: int) -> LabelledSet:
            return LabelledSet(_random((n, *self.shape)), np.arange(n) % self.classes)

        replicas = self._replicas()
        rows = np.tile(np.arange(4 * self.config.batch_size), (replicas, 1))
        budget = StepBudget(unit="steps", steps=steps, evaluate_every=self.evaluate_every)
        validation = labelled(self.validation)
        pool = labelled(rows.shape[1])
        train_replicas(self.config, budget, pool, rows, range(replicas), validation, validation, self.classes)

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

        from sweetspot.data.slice_set import LESION, SliceSet
        from sweetspot.downstream.segmentation import TrainingSlices, train_segmenter

        def slices(n: int) -> SliceSet:
            masks = np.zeros((n, LESION + 1, *self.shape[1:]), np.uint8)
            masks[:, LESION, :2, :2] = 1
            return SliceSet(_random((n, *self.shape)), masks, np.full(n, ""))

        config = self.config.model_copy(update={"batch_size": self._batch()})
        budget = StepBudget(unit="steps", steps=steps, evaluate_every=self.evaluate_every)
        training = TrainingSlices([(slices(2 * self._batch()), np.arange(2 * self._batch()))])
        train_segmenter(config, budget, training, 0, slices(self._looked_at()))

    def operations(self, steps: int) -> float:
        budget = StepBudget(unit="steps", steps=steps, evaluate_every=self.evaluate_every)
        runs = Runs(self.kind, self.network, self._batch(), budget, self._looked_at(), 0)
        return runs.most([2 * self._batch()])[self.kind]

    def _batch(self) -> int:
        return self.batch(self.config.batch_size, self.network.training)

    def _looked_at(self) -> int:
        return self.batch(self.validation, self.network.forward)


def on_gpu() -> bool:
    """Whether networks compute on one here."""
    import torch

    return torch.cuda.is_available()


def _random(shape: tuple[int, ...]):
    import numpy as np

    from sweetspot.streams import numpy_stream

    return numpy_stream("trial", 0).standard_normal(shape, dtype=np.float32)


def _conditions(n: int, shape: tuple[int, int, int], classes: int):
    import numpy as np

    from sweetspot.data.slice_set import MASK_CHANNELS

    return np.arange(n) % classes if classes else np.zeros((n, len(MASK_CHANNELS), *shape[1:]), np.uint8)


def _denoiser(config: Diffusion, shape: tuple[int, int, int], classes: int):
    if isinstance(config, MaskGenerator):
        from sweetspot.data.slice_set import MASK_CHANNELS
        from sweetspot.generate.mask_denoiser import build_mask_denoiser

        channels = tuple(range(shape[0]))
        training = MaskGeneratorTraining(generator=config, snapshots=(1,), network="trial", image_channels=channels)
        return build_mask_denoiser(training, len(MASK_CHANNELS), shape[1:])
    from sweetspot.generate.denoiser import build_denoiser

    assert isinstance(config, Generator)
    return build_denoiser(config, shape, classes)
