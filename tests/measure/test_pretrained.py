"""Features of pretrained networks, by small ones with random weights in the real format of their files."""

from __future__ import annotations

import sys

import numpy as np
import pytest
import torch
from scipy import ndimage

from sweetspot.config.measure import Measure
from sweetspot.errors import InputError
from sweetspot.measure.extractors import extractors
from sweetspot.measure.pretrained import CLIP_COLOURS, pretrained_features

transformers = pytest.importorskip("transformers")
SMALL = {"hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 2}


@pytest.fixture(scope="module")
def clip(tmp_path_factory):
    folder = tmp_path_factory.mktemp("clip")
    torch.manual_seed(0)
    config = transformers.CLIPVisionConfig(
        **SMALL, intermediate_size=32, projection_dim=12, image_size=32, patch_size=8
    )
    transformers.CLIPVisionModelWithProjection(config).save_pretrained(folder)
    return str(folder)


@pytest.fixture(scope="module")
def dino(tmp_path_factory):
    folder = tmp_path_factory.mktemp("dino")
    torch.manual_seed(0)
    transformers.Dinov2Model(transformers.Dinov2Config(**SMALL, image_size=112, patch_size=56)).save_pretrained(folder)
    return str(folder)


def images(n=5, channels=3, height=20, width=24, seed=0):
    smooth = ndimage.gaussian_filter(
        np.random.default_rng(seed).standard_normal((n, channels, height, width)), (0, 0, 2, 2)
    )
    return (smooth / np.abs(smooth).max()).astype(np.float32)


def test_clip_gives_the_projected_embedding(clip):
    found = pretrained_features("clip", clip)(images())
    assert found.shape == (5, 12)
    assert found.dtype == np.float64
    assert np.ptp(found, axis=0).min() > 0


def test_clip_is_prepared_as_described(clip):
    """A square of the network's own size needs no resize, so its features are those of the normalised pixels."""
    some = images(height=32, width=32)
    mean, deviation = (np.reshape(each, (3, 1, 1)) for each in CLIP_COLOURS)
    network = transformers.CLIPVisionModelWithProjection.from_pretrained(clip).eval()
    with torch.no_grad():
        expected = network(torch.from_numpy((((some + 1) / 2 - mean) / deviation).astype(np.float32))).image_embeds
    assert pretrained_features("clip", clip)(some) == pytest.approx(expected.numpy(), abs=1e-5)


def test_dino_gives_the_class_token(dino):
    found = pretrained_features("dino", dino)(images())
    assert found.shape == (5, 16)
    # The last layer normalises the token.
    assert found.mean(axis=1) == pytest.approx(0, abs=1e-5)
    assert found.std(axis=1) == pytest.approx(1, abs=1e-3)


@pytest.mark.parametrize("name", ["clip", "dino"])
def test_grey_is_three_equal_colours_and_what_is_out_of_range_is_cut_off(name, request):
    extract = pretrained_features(name, request.getfixturevalue(name))
    grey = images(channels=1)
    assert extract(grey) == pytest.approx(extract(grey.repeat(3, axis=1)), abs=1e-6)
    far = images() * 3
    assert extract(far) == pytest.approx(extract(np.clip(far, -1, 1)), abs=1e-6)


def test_other_numbers_of_channels_are_refused(clip):
    with pytest.raises(InputError, match="1 or 3 channels, and these have 4"):
        pretrained_features("clip", clip)(images(channels=4))


@pytest.mark.parametrize("name", ["clip", "dino"])
def test_a_folder_without_a_network_is_refused(name, tmp_path):
    with pytest.raises(InputError, match=rf"`measure.{name}`: {tmp_path} holds no network"):
        pretrained_features(name, str(tmp_path))


@pytest.mark.parametrize(
    ("name", "hidden", "extra"),
    [
        ("clip", "transformers", "pretrained"),
        ("dino", "transformers", "pretrained"),
        ("inception", "torch_fidelity", "inception"),
    ],
)
def test_without_the_extra_it_says_what_to_install(name, hidden, extra, monkeypatch):
    monkeypatch.setitem(sys.modules, hidden, None)
    with pytest.raises(InputError, match=rf"`measure.{name}` needs .*sweetspot\[{extra}\]"):
        pretrained_features(name, "anywhere")


def test_the_networks_that_the_config_names_are_measured(clip, dino):
    found = extractors(Measure(clip=clip, dino=dino, components=3), images(10), lambda batch: batch[:, 0, 0, :2])
    assert list(found) == ["rapsd", "pixels", "pca", "network", "clip", "dino"]
    assert [extract(images()).shape for extract in found.values()] == [
        (5, 10),
        (5, 3 * 20 * 24),
        (5, 3),
        (5, 2),
        (5, 12),
        (5, 16),
    ]


def test_inception_refuses_a_file_that_holds_no_weights(tmp_path):
    pytest.importorskip("torchvision")
    pytest.importorskip("torch_fidelity")
    for content in (b"no weights", b""):
        (tmp_path / "weights.pth").write_bytes(content)
        with pytest.raises(InputError, match="holds no weights that can be loaded"):
            pretrained_features("inception", str(tmp_path / "weights.pth"))


def test_inception_gives_its_2048_features(tmp_path, monkeypatch):
    pytest.importorskip("torchvision")
    module = pytest.importorskip("torch_fidelity.feature_extractor_inceptionv3")
    network = module.FeatureExtractorInceptionV3
    with monkeypatch.context() as patched:
        # Its own weights would be downloaded: it is built with random ones, which are then saved in its own format.
        patched.setattr(module, "load_state_dict_from_url", lambda *_, **__: {})
        patched.setattr(network, "load_state_dict", lambda self, state: None)
        torch.save(network("inception", ["2048"]).state_dict(), tmp_path / "weights.pth")
    found = pretrained_features("inception", str(tmp_path / "weights.pth"))(images(2))
    assert found.shape == (2, 2048)
    assert np.isfinite(found).all()
    assert found[0] != pytest.approx(found[1])
