"""Our call of torch's functional Adam is torch's Adam."""

import subprocess
import sys

import torch

from sweetspot.downstream.adam import Adam


def quadratic_path(make) -> list[torch.Tensor]:
    """The path of two parameters down a quadratic."""
    parameters = [torch.nn.Parameter(torch.tensor([1.0, -2.0])), torch.nn.Parameter(torch.tensor([[3.0]]))]
    optimiser = make(parameters)
    path = []
    for _ in range(20):
        optimiser.zero_grad()
        (parameters[0].square().sum() + 3 * parameters[1].square().sum()).backward()
        optimiser.step()
        path.append(torch.cat([each.detach().flatten() for each in parameters]))
    return path


def test_the_path_is_that_of_torch():
    ours = quadratic_path(lambda parameters: Adam(parameters, 0.1))
    torchs = quadratic_path(lambda parameters: torch.optim.Adam(parameters, lr=0.1, fused=True))
    torch.testing.assert_close(ours, torchs, rtol=0, atol=0)


def test_the_compiler_is_not_imported():
    program = (
        "import sys, torch; from sweetspot.downstream.adam import Adam\n"
        "weight = torch.nn.Parameter(torch.ones(2)); optimiser = Adam([weight], 0.1)\n"
        "optimiser.zero_grad(); weight.sum().backward(); optimiser.step()\n"
        "assert weight[0] < 1; sys.exit('torch._dynamo' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program], check=True, env={"PYTHONPATH": ":".join(sys.path)})
