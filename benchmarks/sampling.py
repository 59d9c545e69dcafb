"""Fast solvers against full ancestral sampling: seconds, and the Fréchet distance of classifier features.

    FD = |m_a - m_b|^2 + Tr(C_a + C_b - 2 (C_a C_b)^{1/2})

between samples and real digits that the generator has not seen, on the hidden layer of a classifier that was trained on
the generator's part of the real digits. Needs the generator of `make run`.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

os.environ["POT_BACKEND_DISABLE_PYTORCH"] = "1"  # it is not needed here

import numpy as np
import ot
import torch
from training import digits

from sweetspot.config.classifier import Classifier
from sweetspot.config.sampling import Sampling
from sweetspot.downstream.classifier import ReplicatedClassifier
from sweetspot.downstream.replicas import LabelledSet
from sweetspot.generate.denoiser import load_denoiser
from sweetspot.generate.sampling import balanced_labels, sample_batches
from sweetspot.streams import numpy_stream

MODEL = Path("results/generator/digits/model.safetensors")
IMAGES = 2000
SOLVERS = {
    "ancestral (DDPM), all steps": {"solver": "ddpm", "solver_steps": 200},
    **{f"DDIM, eta 1, {n} steps": {"solver": "ddim", "solver_steps": n, "eta": 1.0} for n in (20, 50)},
    **{f"DPM-Solver++, {n} steps": {"solver": "dpmsolver++", "solver_steps": n} for n in (10, 20, 40)},
}


def feature_extractor(config: Classifier, real: LabelledSet) -> ReplicatedClassifier:
    """A classifier trained on `real` for 600 steps."""
    network = ReplicatedClassifier(config, real.images.shape[1:], 10, [0])
    optimiser = torch.optim.Adam(network.parameters(), lr=config.learning_rate)
    images, labels = torch.from_numpy(real.images), torch.from_numpy(real.labels)
    for step in range(600):
        rows = numpy_stream(f"benchmark/step={step}", 0).integers(0, len(labels), 32)
        loss = torch.nn.functional.cross_entropy(network(images[rows])[0], labels[rows])
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    return network


@torch.no_grad()
def moments(network: ReplicatedClassifier, images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean (dense,) and covariance (dense, dense) of the features, float64."""
    features = network.features(torch.from_numpy(images))[0].double().numpy()
    covariance = np.cov(features.T)
    # Units that are never active have no variance; a millionth of the mean variance keeps the square root real.
    return features.mean(0), covariance + 1e-6 * np.trace(covariance) / len(covariance) * np.eye(len(covariance))


def frechet_distance(a: tuple[np.ndarray, np.ndarray], b: tuple[np.ndarray, np.ndarray]) -> float:
    """The squared Bures-Wasserstein distance of two Gaussians, each given by mean and covariance."""
    return float(ot.gaussian.bures_wasserstein_distance(a[0], b[0], a[1], b[1])) ** 2


def main() -> None:
    if not MODEL.exists():
        sys.exit(f"{MODEL} is missing: `make run` first")
    torch.set_num_threads(1)
    task, parts = digits()
    network = feature_extractor(task.classifier, parts["generator"])
    real = np.concatenate([parts[name].images for name in ("train", "validation", "test")])
    reference = moments(network, real)
    halves = moments(network, real[::2]), moments(network, real[1::2])
    print(f"{IMAGES} digits on one thread, against {len(real)} real ones")
    print(f"{'real half against real half':<30} {'':>8}  FD {frechet_distance(*halves):7.3f}")
    full, equal = None, (1.0, "none of them")
    for name, settings in SOLVERS.items():
        denoiser, generator, classes = load_denoiser(MODEL)
        sampling = Sampling(images=IMAGES, qualities=("noise=0",), **settings)
        started = time.perf_counter()
        batches = sample_batches(denoiser, generator, sampling, balanced_labels(IMAGES, classes), real.shape[1:])
        images = np.concatenate([made["noise=0"] for made in batches])
        seconds = time.perf_counter() - started
        distance = frechet_distance(moments(network, images), reference)
        full = full or (seconds, distance)
        print(
            f"{name:<30} {seconds:6.1f} s  FD {distance:7.3f}  {full[0] / seconds:5.1f} times as fast, "
            f"FD {100 * (distance / full[1] - 1):+.1f} %",
            flush=True,
        )
        if distance <= 1.05 * full[1]:
            equal = max(equal, (full[0] / seconds, name))
    print(f"fastest with a distance within 5 % of full ancestral sampling: {equal[1]}, {equal[0]:.1f} times as fast")


if __name__ == "__main__":
    main()
