"""All feature extractors of a task, by the names that `distances.csv` gives them."""

from __future__ import annotations

import numpy as np

from sweetspot.config.measure import Measure
from sweetspot.measure.features import Extractor, PrincipalComponents, pixels
from sweetspot.measure.pretrained import pretrained_features
from sweetspot.measure.rapsd import rapsd


def extractors(config: Measure, others: np.ndarray, network: Extractor) -> dict[str, Extractor]:
    """Spectra, pixels, principal components of `others`, the task's `network`, and the pretrained ones asked for.

    `others` are real images (n, channels, height, width) of which none is compared, such as the part `validation`:
    components that are fitted on one side of a distance have more variance on that side than on the other.
    """
    return {
        "rapsd": rapsd,
        "pixels": pixels,
        "pca": PrincipalComponents(others, config.components),
        "network": network,
        **{name: pretrained_features(name, source) for name, source in config.pretrained().items()},
    }
