"""When runs are evaluated and when they stop, and the weights that each keeps."""

from __future__ import annotations

from collections.abc import Iterable

import torch

from sweetspot.checkpoints import State
from sweetspot.config.budget import EpochBudget, StepBudget


class Schedule:
    """The steps after which runs are evaluated, and the one at which each stops."""

    def __init__(self, budget: StepBudget | EpochBudget, steps_per_epoch: int) -> None:
        if isinstance(budget, StepBudget):
            self.steps, self.every, self.patience = budget.steps, budget.evaluate_every, budget.steps
        else:
            self.steps, self.every = budget.epochs * steps_per_epoch, steps_per_epoch
            self.patience = budget.patience * steps_per_epoch

    def evaluate_after(self, step: int) -> bool:
        """Whether the validation set is looked at after `step` (from 0)."""
        return (step + 1) % self.every == 0 or step + 1 == self.steps

    def stops_at(self, best_step: torch.Tensor) -> torch.Tensor:
        """The step at which a run with its best validation loss at `best_step` stops."""
        return (best_step + self.patience).clamp(max=self.steps)

    def all_stopped(self, best: BestWeights, done: int) -> bool:
        """Whether no run goes on after `done` steps; a run that stops keeps its weights from then on."""
        best.running &= self.stops_at(best.step) > done
        return not best.running.any()


class BestWeights:
    """The weights of the lowest validation loss of each run, until the run stops.

    `loss` and `step` hold that loss and the steps after which it was reached; `loss` is infinite before.
    """

    def __init__(self, parameters: Iterable[torch.nn.Parameter], runs: tuple[int, ...] = ()) -> None:
        """`runs` is the leading shape of every parameter: (R,) for R runs together, () for one alone."""
        self.parameters = list(parameters)
        self.weights = [weight.detach().clone() for weight in self.parameters]
        device = self.weights[0].device
        self.loss = torch.full(runs, float("inf"), device=device)
        self.step = torch.zeros(runs, dtype=torch.int64, device=device)
        self.running = torch.ones(runs, dtype=torch.bool, device=device)

    @torch.no_grad()
    def update(self, done: int, losses: torch.Tensor) -> None:
        """Compare the validation losses after `done` steps, of shape `runs`, with the best so far."""
        better = (losses < self.loss) & self.running
        self.loss[better] = losses[better]
        self.step[better] = done
        for kept, weight in zip(self.weights, self.parameters, strict=True):
            kept[better] = weight[better]

    def state_dict(self) -> State:
        """What a checkpoint keeps."""
        return {"weights": self.weights, "loss": self.loss, "step": self.step, "running": self.running}

    def load_state_dict(self, state: State) -> None:
        """Go on from what a checkpoint kept."""
        for own, kept in zip(self.weights, state["weights"], strict=True):
            own.copy_(kept)
        for name in ("loss", "step", "running"):
            getattr(self, name).copy_(state[name])

    @torch.no_grad()
    def restore(self) -> None:
        """Put the best weights back into the network."""
        for kept, weight in zip(self.weights, self.parameters, strict=True):
            weight.copy_(kept)
