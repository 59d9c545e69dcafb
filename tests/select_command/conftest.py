"""Features in three classes, and the command as it is typed."""

import numpy as np
import pytest

SCALE = np.array([3.0, 2, 1, 1, 0.5, 0.5])


def features_of(n, seed, stretch=1.0):
    """n features (n, 6) of three classes in turn, and the classes; `stretch` makes the second one vary more."""
    rng = np.random.default_rng(seed)
    classes = np.arange(n) % 3
    scale = SCALE * np.where(np.arange(6) == 1, stretch, 1)
    return rng.standard_normal((n, 6)) * scale + 2 * classes[:, None], np.array(["a", "b", "c"])[classes]


@pytest.fixture
def sets():
    """A real set of 60 and a pool of 240 whose second feature varies three times as much: features and classes."""
    return features_of(60, 1), features_of(240, 2, 3.0)


@pytest.fixture
def call(sweetspot, monkeypatch, tmp_path, sets):
    """Run `sweetspot select` on files of `sets`; returns exit code, standard output and standard error."""
    for name, (features, labels) in zip(("real", "pool"), sets, strict=True):
        np.save(tmp_path / f"{name}.npy", features)
        np.save(tmp_path / f"{name}_labels.npy", labels)
    monkeypatch.chdir(tmp_path)

    def run(*arguments, real="real.npy", pool="pool.npy"):
        return sweetspot("select", "--real", real, "--pool", pool, *arguments)

    return run
