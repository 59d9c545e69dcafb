"""The vanilla U-Net computes what its description says, and its first weights depend on the seed alone."""

import itertools
import math

import pytest
import torch
from torch import nn
from torch.nn.functional import conv2d, conv_transpose2d, max_pool2d, relu

from sweetspot.config.segmenter import Segmenter
from sweetspot.downstream.unet import UNet
from sweetspot.errors import InputError

CONFIG = Segmenter(channels=(4, 6, 8))


def weights(network: UNet) -> torch.Tensor:
    return nn.utils.parameters_to_vector(network.parameters()).detach()


def test_forward_is_the_plain_composition_of_its_layers():
    network = UNet(CONFIG, 3, (16, 12), 0)
    images = torch.randn(2, 3, 16, 12, generator=torch.Generator().manual_seed(1))

    def twice(level, features):
        for layer in (level[0], level[2]):
            features = relu(conv2d(features, layer.weight, layer.bias, padding=1))
        return features

    def risen(layer, features):
        return conv_transpose2d(features, layer.weight, layer.bias, stride=2)

    with torch.no_grad():
        first = twice(network.down[0], images)
        second = twice(network.down[1], max_pool2d(first, 2))
        third = twice(network.down[2], max_pool2d(second, 2))
        second = twice(network.up[0], torch.cat([second, risen(network.rise[0], third)], 1))
        first = twice(network.up[1], torch.cat([first, risen(network.rise[1], second)], 1))
        expected = conv2d(first, network.head.weight, network.head.bias)
        torch.testing.assert_close(network(images), expected, rtol=1e-5, atol=1e-5)
    assert expected.shape == (2, 1, 16, 12)


def test_the_papers_network_has_its_size():
    network = UNet(Segmenter(), 3, (64, 64), 0)
    widths, three = (64, 128, 256), 9
    pairs = [(3, 64), (64, 64), (64, 128), (128, 128), (128, 256), (256, 256)]
    pairs += [(2 * width, width) for width in widths[:2]] + [(width, width) for width in widths[:2]]
    expected = sum(before * width * three + width for before, width in pairs)
    expected += sum(4 * below * width + width for width, below in itertools.pairwise(widths)) + 64 + 1
    assert len(weights(network)) == expected


def test_slices_do_not_influence_each_other():
    for normalisation in ("none", "group"):
        network = UNet(Segmenter(channels=(4, 8), normalisation=normalisation, norm_groups=2), 2, (8, 8), 0)
        images = torch.randn(3, 2, 8, 8, generator=torch.Generator().manual_seed(2))
        with torch.no_grad():
            torch.testing.assert_close(network(images)[1:2], network(images[1:2]), rtol=1e-4, atol=1e-5)


def test_initial_weights_are_kaiming_uniform():
    network = UNet(Segmenter(channels=(32, 64)), 3, (16, 16), 0)
    for layer in network.modules():
        if isinstance(layer, nn.Conv2d | nn.ConvTranspose2d):
            fan_in = layer.in_channels * (math.prod(layer.kernel_size) if isinstance(layer, nn.Conv2d) else 1)
            bound = math.sqrt(6 / fan_in)
            largest = float(layer.weight.detach().abs().max())
            assert 0.8 * bound < largest <= bound
            assert not layer.bias.any()


def test_activations_neither_vanish_nor_explode_at_the_start():
    network = UNet(Segmenter(channels=(32, 32, 32)), 3, (32, 32), 0)
    images = torch.randn(4, 3, 32, 32, generator=torch.Generator().manual_seed(3))
    with torch.no_grad():
        assert 0.1 < float(network(images).std()) < 10


def test_initial_weights_depend_on_the_seed_alone():
    torch.manual_seed(1)
    first = weights(UNet(CONFIG, 3, (16, 16), 5))
    torch.rand(7)
    assert torch.equal(first, weights(UNet(CONFIG, 3, (32, 16), 5)))
    assert not torch.equal(first, weights(UNet(CONFIG, 3, (16, 16), 6)))


@pytest.mark.parametrize("size", [(18, 16), (16, 18)])
def test_a_size_that_cannot_be_halved_is_an_error_that_names_both_keys(size):
    with pytest.raises(InputError, match=r"18.*`segmenter.channels`.*`slices.size` multiples of 4"):
        UNet(CONFIG, 3, size, 0)


def test_the_prior_is_what_the_last_bias_alone_predicts():
    config = Segmenter(channels=(4, 8), prior=0.02)
    network = UNet(config, 2, (8, 8), 0)
    assert torch.sigmoid(network.head.bias).item() == pytest.approx(0.02)
    plain = UNet(config.model_copy(update={"prior": 0.5}), 2, (8, 8), 0)
    assert plain.head.bias.item() == 0
    assert torch.equal(plain.head.weight, network.head.weight)
