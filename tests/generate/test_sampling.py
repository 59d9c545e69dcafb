"""Sampling: qualities that share a chain, solvers, noise, class balance."""

import numpy as np
import pytest
import torch
from scipy import stats

from sweetspot.config.compute import GeneratorCompute
from sweetspot.config.generator import Generator
from sweetspot.config.sampling import Sampling
from sweetspot.generate.denoiser import build_denoiser
from sweetspot.generate.sampling import balanced_labels, reverse_scheduler, sample_batches

GENERATOR = Generator(channels=(8,), timesteps=40)
SHAPE = (2, 4, 4)


class PerfectDenoiser(torch.nn.Module):
    """Predicts the velocity as if every image of class c were constant, c - 1/2, so that samples must be that."""

    def __init__(self, sampling: Sampling) -> None:
        super().__init__()
        self.alphas = reverse_scheduler(sampling, GENERATOR).alphas_cumprod
        self.seen: list[int] = []

    def forward(self, state, timestep, labels):
        self.seen.append(int(timestep))
        alpha, sigma = self.alphas[timestep].sqrt(), (1 - self.alphas[timestep]).sqrt()
        image = (labels.float() - 0.5)[:, None, None, None].expand_as(state)
        noise = (state - alpha * image) / sigma

        class Output:
            sample = alpha * noise - sigma * image

        return Output


def sampling(*qualities: str, **settings) -> Sampling:
    return Sampling(**({"solver_steps": 8, "images": 6, "batch_size": 4} | settings), qualities=qualities)


def pools(settings: Sampling, denoiser=None, generator=GENERATOR) -> dict[str, np.ndarray]:
    denoiser = denoiser or build_denoiser(GENERATOR, SHAPE, 2).eval()
    batches = list(sample_batches(denoiser, generator, settings, balanced_labels(settings.images, 2), SHAPE))
    parts = {name: np.concatenate([batch[name] for batch in batches]) for name in settings.qualities}
    assert {pool.shape for pool in parts.values()} == {(settings.images, *SHAPE)}
    return parts


SOLVERS = [
    {"solver": "ddpm", "solver_steps": 40},
    {"solver": "ddim"},
    {"solver": "ddim", "eta": 0.0},
    {"solver": "dpmsolver++"},
]


@pytest.mark.parametrize("solver", SOLVERS)
def test_a_perfect_denoiser_gives_its_images_and_sees_the_whole_chain(solver):
    settings = sampling("noise=0", **solver)
    denoiser = PerfectDenoiser(settings)
    images = pools(settings, denoiser)["noise=0"]
    expected = (balanced_labels(6, 2) - 0.5)[:, None, None, None] * np.ones((1, *SHAPE))
    np.testing.assert_allclose(images, expected, atol=0.02)
    assert len(denoiser.seen) == 2 * settings.solver_steps  # two batches
    assert denoiser.seen[0] == 39


@pytest.mark.parametrize("solver", SOLVERS)
@pytest.mark.parametrize("t", [5, 20, 35])
def test_a_stopped_chain_is_at_the_noise_level_of_its_timestep(solver, t):
    settings = sampling("noise=0", f"t={t}", images=800, batch_size=400, **solver)
    denoiser = PerfectDenoiser(settings)
    state = pools(settings, denoiser)[f"t={t}"]
    alpha = float(denoiser.alphas[t - 1])  # t steps of noise have index t - 1
    image = (balanced_labels(800, 2) - 0.5)[:, None, None, None]
    noise = (state - np.sqrt(alpha) * image) / np.sqrt(1 - alpha)
    assert abs(noise.mean()) < 0.03
    assert noise.std() == pytest.approx(1, abs=0.04)


@pytest.mark.parametrize("solver", SOLVERS)
def test_qualities_that_share_a_chain_equal_those_made_alone(solver):
    together = pools(sampling("noise=0", "t=10", "noise=0.5", "t=10+noise=0.5", **solver))
    for name, pool in together.items():
        np.testing.assert_array_equal(pool, pools(sampling(name, **solver))[name])
    assert not np.allclose(together["t=10"], together["noise=0"])


def test_samples_do_not_depend_on_the_size_of_the_pool():
    small, large = (pools(sampling("noise=0.5", images=n))["noise=0.5"] for n in (8, 12))
    np.testing.assert_allclose(small, large[:8], atol=1e-6)


def test_added_noise_has_the_named_variance():
    settings = sampling("noise=0", "noise=0.5", images=3000, batch_size=1500)
    made = pools(settings, PerfectDenoiser(settings))
    noise = (made["noise=0.5"] - made["noise=0"]).ravel()
    assert noise.var() == pytest.approx(0.5, rel=0.03)
    assert stats.kstest(noise[:5000] / np.sqrt(0.5), "norm").pvalue > 1e-3


def test_truncated_starting_noise_is_bounded_and_less_diverse():
    settings = {"eta": 0.0, "images": 400, "batch_size": 400}
    free, truncated = (pools(sampling(name, **settings))[name] for name in ("t=35", "truncation=0.5+t=35"))
    assert truncated.std() < 0.7 * free.std()


def test_finished_images_are_in_range():
    assert np.abs(pools(sampling("noise=0"))["noise=0"]).max() <= 1


def test_labels_are_balanced_and_seeds_differ():
    counts = np.bincount(balanced_labels(103, 10))
    assert counts.max() - counts.min() <= 1
    assert not np.allclose(pools(sampling("noise=0"))["noise=0"], pools(sampling("noise=0", seed=1))["noise=0"])


@pytest.mark.parametrize(("precision", "dtype"), [("full", torch.float32), ("bf16", torch.bfloat16)])
def test_the_network_computes_in_the_generators_precision_and_the_chain_in_float32(precision, dtype):
    class Watched(PerfectDenoiser):
        def forward(self, state, timestep, labels):
            assert state.dtype == torch.float32
            products.add((state @ state).dtype)
            return super().forward(state, timestep, labels)

    settings, products = sampling("noise=0", "t=20"), set()
    compute = GeneratorCompute(precision=precision)
    made = pools(settings, Watched(settings), Generator(channels=(8,), timesteps=40, compute=compute))
    assert products == {dtype}
    assert {pool.dtype for pool in made.values()} == {np.dtype(np.float32)}


def test_samples_of_both_precisions_are_alike():
    full, half = (
        pools(sampling("noise=0", eta=0.0), generator=GENERATOR.model_copy(update={"compute": compute}))["noise=0"]
        for compute in (GeneratorCompute(precision="full"), GeneratorCompute(precision="bf16"))
    )
    assert 0 < np.abs(full - half).max() < 0.1
