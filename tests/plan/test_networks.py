"""Operations are those of a count by hand, and those of a network do not need its weights in memory."""

from __future__ import annotations

import pytest

from sweetspot.config.classifier import Classifier
from sweetspot.config.generator import Generator
from sweetspot.config.mask_generator import MaskGenerator
from sweetspot.config.segmenter import Segmenter
from sweetspot.plan import networks


def test_the_classifier_by_hand():
    found = networks.classifier(Classifier(horizontal_flip=False, channels=(4, 6), dense=10), (3, 8, 12), 5)
    # A multiply-add is two operations; convolutions are padded, and pooling halves twice.
    layers = (8 * 12 * 4 * 27, 4 * 6 * 6 * 36, 10 * 6 * 2 * 3, 5 * 10)
    assert found.forward == 2 * sum(layers)
    # Back: the gradient of the weights in all layers, that of the input in all but the first.
    assert found.training == 2 * (3 * sum(layers) - layers[0])
    assert found.weights == 4 * 28 + 6 * 37 + 10 * 37 + 5 * 11


def test_operations_grow_with_the_pixels():
    small, large = (networks.segmenter(Segmenter(channels=(4, 8)), 2, (8 * k, 8 * k)) for k in (1, 2))
    assert large.forward == 4 * small.forward
    assert large.weights == small.weights
    assert 2.5 < large.training / large.forward < 3


@pytest.mark.parametrize("channels", [(8,), (8, 16)])
def test_generators(channels):
    of_classes = networks.class_denoiser(Generator(channels=channels), (1, 8, 8), 10)
    of_masks = networks.mask_denoiser(MaskGenerator(channels=channels, norm_groups=8, steps=1), 3, (16, 8))
    for network in (of_classes, of_masks):
        assert 2.5 < network.training / network.forward < 3.1
        assert network.weights > 1000
