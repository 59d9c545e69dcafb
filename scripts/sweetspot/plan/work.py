"""The work of training runs and of sampling, in floating point operations."""

from __future__ import annotations

from dataclasses import dataclass

from sweetspot.config.budget import EpochBudget, StepBudget
from sweetspot.config.diffusion import Diffusion
from sweetspot.config.sampling import Sampling, parse_quality
from sweetspot.plan.job import Kind, Work
from sweetspot.plan.networks import Network

Budget = StepBudget | EpochBudget


@dataclass(frozen=True)
class Runs:
    """Runs of one downstream network: what one of them does depends on the size of its training set alone.

    validation : images of each evaluation, by which weights are chosen.
    test_images : images on which a run is judged at its end.
    """

    kind: Kind
    network: Network
    batch_size: int
    budget: Budget
    validation: int
    test_images: int

    def most(self, training_sets: list[int]) -> Work:
        """The work of one run for each size of a training set, if none stops early."""
        return {self.kind: sum(self._operations(n, early=False) for n in training_sets)}

    def least(self, training_sets: list[int]) -> Work | None:
        """The same if the first evaluation is the best of each; None if the budget is in steps."""
        if isinstance(self.budget, StepBudget):
            return None
        return {self.kind: sum(self._operations(n, early=True) for n in training_sets)}

    def _operations(self, n: int, early: bool) -> float:
        batch = min(self.batch_size, n)
        if isinstance(self.budget, StepBudget):
            steps = self.budget.steps
            evaluations = -(-steps // self.budget.evaluate_every)
        else:
            evaluations = min(self.budget.epochs, 1 + self.budget.patience) if early else self.budget.epochs
            steps = evaluations * -(-n // batch)
        seen = evaluations * self.validation + self.test_images
        return steps * batch * self.network.training + seen * self.network.forward


def generator_training(rule: str, network: Network, config: Diffusion, images: int) -> Work:
    """The training of one network of a generator on `images`: the share of one of its processes."""
    batch = min(config.batch_size, images) / config.processes
    return {Kind(rule, network.forward): config.steps * batch * network.training}


def chain_sampling(rule: str, network: Network, config: Diffusion, sampling: Sampling) -> Work:
    """The samples of one reverse chain: it runs no further than the last stop of its qualities."""
    stride = config.timesteps // sampling.solver_steps
    stop = min(parse_quality(name).t for name in sampling.qualities)
    evaluations = sampling.solver_steps - stop // stride
    return {Kind(rule, network.forward): sampling.images * evaluations * network.forward}
