"""The mask-conditional U-Net: linear attention against its formula, shapes, where information flows."""

import pytest
import torch

from sweetspot.config.mask_generator import MaskGenerator, MaskGeneratorTraining
from sweetspot.errors import InputError
from sweetspot.generate.mask_denoiser import build_mask_denoiser
from sweetspot.generate.unet import LinearAttention, MaskUNet

SMALL = {"steps": 1, "channels": (8, 16), "attention_heads": 2, "attention_head_channels": 4}


def training(network="T1w", image_channels=(0,), **settings) -> MaskGeneratorTraining:
    generator = MaskGenerator(**(SMALL | settings))
    return MaskGeneratorTraining(generator=generator, snapshots=(1,), network=network, image_channels=image_channels)


def build(size=(8, 12), **settings) -> MaskUNet:
    return build_mask_denoiser(training(**settings), 4, size)


def inputs(channels=1, size=(8, 12)):
    stream = torch.Generator().manual_seed(0)
    noisy = torch.randn(3, channels, *size, generator=stream)
    return noisy, torch.tensor([0, 5, 599]), (torch.rand(3, 4, *size, generator=stream) < 0.3).byte()


def test_linear_attention_is_its_formula_pixel_by_pixel():
    attention = LinearAttention(8, heads=2, head_channels=3)
    hidden = torch.randn(1, 8, 2, 3)
    qkv = attention.to_qkv(attention.norm(hidden))[0].reshape(3, 2, 3, 6)  # q k v, heads, channels, pixels
    expected = torch.zeros(6, 6)
    for head in range(2):
        query, key, value = qkv[:, head]
        weights = key.softmax(1)  # over pixels
        for pixel in range(6):
            q = query[:, pixel].softmax(0) / 3**0.5
            expected[3 * head : 3 * head + 3, pixel] = sum(
                (q * weights[:, other]).sum() * value[:, other] for other in range(6)
            )
    expected = hidden + attention.to_out(expected.reshape(1, 6, 2, 3))
    torch.testing.assert_close(attention(hidden), expected)


@pytest.mark.parametrize("patch", [1, 2])
@pytest.mark.parametrize("image_channels", [(1,), (0, 1, 2)])
@pytest.mark.parametrize("input_kernel", [3, 7])
def test_the_output_has_the_shape_of_the_image(patch, image_channels, input_kernel):
    denoiser = build(patch=patch, image_channels=image_channels, input_kernel=input_kernel)
    noisy, times, masks = inputs(len(image_channels))
    assert denoiser(noisy, times, masks).sample.shape == noisy.shape


def test_time_mask_and_image_all_matter_and_images_of_a_batch_do_not_mix():
    denoiser = build()
    noisy, times, masks = inputs()
    base = denoiser(noisy, times, masks).sample
    changed = masks.clone()
    changed[0] = 1 - changed[0]
    for other in (
        denoiser(noisy + torch.tensor([1.0, 0, 0])[:, None, None, None], times, masks).sample,
        denoiser(noisy, torch.tensor([300, 5, 599]), masks).sample,
        denoiser(noisy, times, changed).sample,
    ):
        assert (other[0] - base[0]).abs().max() > 1e-3
        torch.testing.assert_close(other[1:], base[1:])


def test_one_time_for_all_is_that_time_for_each():
    denoiser = build()
    noisy, _, masks = inputs()
    torch.testing.assert_close(denoiser(noisy, 7, masks).sample, denoiser(noisy, torch.tensor([7, 7, 7]), masks).sample)


def test_initial_weights_follow_seed_and_network():
    def weights(**settings):
        return torch.cat([each.flatten() for each in build(**settings).parameters()])

    first = weights()
    assert torch.equal(first, weights())
    assert not torch.equal(first, weights(seed=1))
    assert not torch.equal(first, weights(network="T2w"))


def test_the_papers_network_has_four_stages_of_two_blocks_and_attention_everywhere():
    network = build_mask_denoiser(
        MaskGeneratorTraining(generator=MaskGenerator(steps=1), snapshots=(1,), network="T1w", image_channels=(0,)),
        4,
        (16, 16),
    )
    for way in (network.down, network.up):
        assert [len(stage) for stage in way] == [3] * 4
        assert all(isinstance(stage[-1], LinearAttention) for stage in way)
    assert len(network.bottleneck) == 3
    assert network.input.kernel_size == (7, 7)
    assert [stage[0].out_channels for stage in network.down] == [64, 128, 256, 512]


def test_slices_that_cannot_be_halved_are_refused_by_key():
    with pytest.raises(
        InputError, match=r"generator\.channels.*generator\.patch.*multiples of 4.*slices\.size.*10 x 12"
    ):
        build((10, 12), patch=2)


def test_networks_are_one_for_each_modality_or_one_for_all():
    names = ("T1w", "T2w", "PDw")
    assert MaskGenerator(**SMALL).networks(names) == {"T1w": (0,), "T2w": (1,), "PDw": (2,)}
    assert MaskGenerator(**SMALL, modalities="together").networks(names) == {"T1w+T2w+PDw": (0, 1, 2)}
