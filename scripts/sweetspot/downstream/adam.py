"""Adam without the start-up cost of `torch.optim.Adam`."""

from __future__ import annotations

from collections.abc import Iterable

import torch
from torch.optim.adam import adam

from sweetspot.checkpoints import State

STATE = ("parameters", "means", "squares", "steps")


class Adam:
    """torch's own fused Adam, called through its functional form, with torch's default betas and epsilon.

    Making any `torch.optim.Optimizer` imports torch's compiler, which takes as long as a third of a small cell of runs.
    """

    def __init__(self, parameters: Iterable[torch.nn.Parameter], learning_rate: float) -> None:
        self.parameters = list(parameters)
        self.learning_rate = learning_rate
        self.means = [torch.zeros_like(each) for each in self.parameters]
        self.squares = [torch.zeros_like(each) for each in self.parameters]
        self.steps = [torch.zeros((), device=each.device) for each in self.parameters]
        self.param_groups = [{"params": self.parameters}]  # all that torch's GradScaler asks for

    def state_dict(self) -> State:
        """What a checkpoint keeps: the parameters, and the moments of their gradients."""
        return {name: [each.detach() for each in getattr(self, name)] for name in STATE}

    @torch.no_grad()
    def load_state_dict(self, state: State) -> None:
        """Go on from what a checkpoint kept."""
        for name in STATE:
            for own, kept in zip(getattr(self, name), state[name], strict=True):
                own.copy_(kept)

    def zero_grad(self) -> None:
        """Forget the gradients."""
        for each in self.parameters:
            each.grad = None

    @torch.no_grad()
    def step(self) -> None:
        """Update the parameters by their gradients; every parameter must have one."""
        adam(
            self.parameters,
            [each.grad for each in self.parameters],
            self.means,
            self.squares,
            [],
            self.steps,
            fused=True,
            amsgrad=False,
            beta1=0.9,
            beta2=0.999,
            lr=self.learning_rate,
            weight_decay=0.0,
            eps=1e-8,
            maximize=False,
        )
