"""A toy problem: classes of random patterns, seen through noise; the pool may be exact, shifted or mislabelled."""

import numpy as np
import pytest

from sweetspot.predict import gather

CLASSES = 4


def patterns(n, rng, noise, wrong_labels=0.0):
    """n images (n, 1, 8, 8) of the four classes, and labels of which a share is drawn anew."""
    centres = np.random.default_rng(0).standard_normal((CLASSES, 1, 8, 8))
    classes = np.arange(n) % CLASSES
    images = centres[classes] + noise * rng.standard_normal((n, 1, 8, 8))
    labels = np.where(rng.random(n) < wrong_labels, rng.integers(0, CLASSES, n), classes)
    return images.astype(np.float32), labels


@pytest.fixture(scope="session")
def toy():
    """Evidence of 24 real images and a pool of 384, with held-out ones or without, and few features, to be fast."""
    made = {}
    context = pytest.MonkeyPatch.context

    def evidence(pool_noise=1.5, wrong_labels=0.0, seed=0, held_out=40):
        key = (pool_noise, wrong_labels, seed, held_out)
        if key not in made:
            rng = np.random.default_rng(seed)
            sets = patterns(24, rng, 1.5), patterns(384, rng, pool_noise, wrong_labels)
            judged = patterns(held_out, rng, 1.5) if held_out else None
            with context() as patch:
                patch.setattr(gather, "COMPONENTS", 24)
                made[key] = gather.classification_evidence(*sets, judged, CLASSES, 16, seed)
        return made[key]

    return evidence
