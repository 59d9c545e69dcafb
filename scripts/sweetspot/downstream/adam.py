"""Adam without the start-up cost of `torch.optim.Adam`, the same for a run whichever others it trains with."""

from __future__ import annotations

from collections.abc import Iterable

import torch
from torch.optim.adam import adam

from sweetspot.checkpoints import State

ALIGNMENT = 64  # numbers; every parameter begins at a multiple of it


class Adam:
    """torch's own fused Adam, called through its functional form, with torch's default betas and epsilon.

    Making any `torch.optim.Optimizer` imports torch's compiler, which takes as long as a third of a small cell of runs.

    All parameters are moved into one vector, so that a step is one call. The fused kernel rounds the last few numbers
    of a vector, those that fill no register, otherwise than the rest; here these are padding. So what a run computes
    does not depend on the number of runs that share its tensors.
    """

    def __init__(self, parameters: Iterable[torch.nn.Parameter], learning_rate: float) -> None:
        self.learning_rate = learning_rate
        parameters = list(parameters)
        self.param_groups = [{"params": parameters}]  # all that torch's GradScaler asks for
        ends = torch.tensor([_padded(each.numel()) for each in parameters]).cumsum(0).tolist()
        self.values = torch.zeros(ends[-1], device=parameters[0].device)
        self.gradients, self.means, self.squares = (torch.zeros_like(self.values) for _ in range(3))
        self.steps = torch.zeros((), device=self.values.device)
        for parameter, first in zip(parameters, [0, *ends], strict=False):
            layout = (parameter.size(), parameter.stride(), first)
            parameter.data = self.values.as_strided(*layout).copy_(parameter.data)
            parameter.grad = self.gradients.as_strided(*layout)

    def state_dict(self) -> State:
        """What a checkpoint keeps: the parameters, and the moments of their gradients."""
        return {name: getattr(self, name) for name in ("values", "means", "squares", "steps")}

    def load_state_dict(self, state: State) -> None:
        """Go on from what a checkpoint kept."""
        for name, kept in state.items():
            getattr(self, name).copy_(kept)

    def zero_grad(self) -> None:
        """Forget the gradients."""
        self.gradients.zero_()

    @torch.no_grad()
    def step(self) -> None:
        """Update the parameters by their gradients."""
        adam(
            [self.values],
            [self.gradients],
            [self.means],
            [self.squares],
            [],
            [self.steps],
            fused=True,
            amsgrad=False,
            beta1=0.9,
            beta2=0.999,
            lr=self.learning_rate,
            weight_decay=0.0,
            eps=1e-8,
            maximize=False,
        )


def _padded(numbers: int) -> int:
    return -(-numbers // ALIGNMENT) * ALIGNMENT
