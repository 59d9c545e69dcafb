"""Scanners: contrast of the tissues, partial volume, bias field and Rician noise."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from sweetspot.config.phantom import MIAC, MODALITIES, NEURORX, Lesions, SpinEcho
from sweetspot.data.phantom.contrast import TISSUE_RELAXATION, spin_echo_signal
from sweetspot.data.phantom.lesions import LesionMaps, grow_lesions
from sweetspot.data.phantom.scanner import rician, scan_brain
from sweetspot.data.phantom.template import Brain
from sweetspot.data.slice_set import MASK_CHANNELS

HEIGHTS = (-10.0, 50.0)
SCANNERS = {"NeuroRx": NEURORX, "MIAC": MIAC}
IDEAL = NEURORX.model_copy(update={"noise": 0.0, "bias": 0.0})


def signals(sequence):
    return {tissue: spin_echo_signal(relaxation, sequence) for tissue, relaxation in TISSUE_RELAXATION.items()}


@pytest.mark.parametrize("scanner", SCANNERS.values(), ids=SCANNERS)
def test_contrast_orders_tissues_as_real_images_do(scanner):
    t1, t2, pd = (signals(getattr(scanner, modality)) for modality in MODALITIES)
    assert t1["WM"] > t1["GM"] > t1["CSF"]
    assert t1["WM"] > t1["lesion"] > t1["CSF"]
    assert t2["CSF"] > t2["GM"] > t2["WM"]
    assert t2["lesion"] > t2["GM"]
    assert pd["GM"] > pd["WM"]
    assert pd["lesion"] > pd["WM"]


def test_spin_echo_signal_at_its_limits():
    for relaxation in TISSUE_RELAXATION.values():
        full = SpinEcho(repetition_time=1e6, echo_time=1e-6)
        assert spin_echo_signal(relaxation, full) == pytest.approx(relaxation.proton_density)
        # One T1 of recovery, one T2 of decay.
        both = SpinEcho(repetition_time=relaxation.t1, echo_time=relaxation.t2)
        expected = relaxation.proton_density * (1 - 1 / np.e) / np.e
        assert spin_echo_signal(relaxation, both) == pytest.approx(expected)


@pytest.mark.parametrize("ratio", [0.0, 0.5, 2.0, 30.0])
def test_rician_noise_has_the_moments_of_the_closed_form(ratio):
    sd, n = 0.3, 200_000
    noisy = rician(np.full(n, ratio * sd), sd, np.random.default_rng(int(ratio * 10)))
    expected = stats.rice(ratio, scale=sd)
    assert noisy.min() >= 0
    assert abs(noisy.mean() - expected.mean()) < 5 * expected.std() / np.sqrt(n)
    assert noisy.var() == pytest.approx(expected.var(), rel=0.03)
    if ratio == 0:
        assert expected.mean() == pytest.approx(sd * np.sqrt(np.pi / 2))
    if ratio == 30:
        assert noisy.std() == pytest.approx(sd, rel=0.02)


def block(fractions, shape=(8, 8, 30)):
    """A brain of 2 mm voxels around the origin, of the given shares of GM, WM and CSF."""
    axes = tuple(2.0 * (np.arange(n) - (n - 1) / 2) for n in shape)
    volume = np.broadcast_to(np.asarray(fractions, dtype=np.float32)[:, None, None, None], (3, *shape)).copy()
    nothing = np.zeros(shape, dtype=bool)
    return Brain(axes, volume, np.zeros(shape, dtype=np.float32)), LesionMaps(nothing, nothing.astype(np.float32))


def test_signal_of_a_voxel_is_that_of_its_tissues():
    brain, none = block((0.5, 0.3, 0.2))
    scan = scan_brain(brain, none, IDEAL, (-20.0, 20.0), "sub-01/ses-01", 0)
    for modality in MODALITIES:
        parts = signals(getattr(IDEAL, modality))
        expected = 0.5 * parts["GM"] + 0.3 * parts["WM"] + 0.2 * parts["CSF"]
        assert np.allclose(scan.images[modality][scan.labels > 0], expected, atol=1e-6)


def test_partial_volume_is_exact_overlap():
    brain, none = block((0.0, 1.0, 0.0), shape=(7, 8, 30))
    brain.fractions[1, 4:], brain.fractions[2, 4:] = 0, 1
    scanner = IDEAL.model_copy(update={"voxel": (3.0, 4.0, 5.0)})
    scan = scan_brain(brain, none, scanner, (-20.0, 20.0), "sub-01/ses-01", 0)
    centres = scan.affine[0, 3] + 3 * np.arange(scan.labels.shape[0])
    for modality in MODALITIES:
        parts = signals(getattr(scanner, modality))
        low, high = centres - 1.5, centres + 1.5
        # White matter from -7 to 1 mm, CSF from 1 to 7 mm.
        white = np.clip(np.minimum(high, 1) - np.maximum(low, -7), 0, None)
        csf = np.clip(np.minimum(high, 7) - np.maximum(low, 1), 0, None)
        inside = white + csf > 1.5
        expected = (white * parts["WM"] + csf * parts["CSF"])[inside] / (white + csf)[inside]
        line = scan.images[modality][:, 2, 3]
        assert np.allclose(line[inside], expected, atol=1e-6)
        assert not line[~inside].any()


def test_a_lesion_of_half_severity_is_half_lesion_and_half_white_matter():
    brain, _ = block((0.0, 1.0, 0.0))
    region = np.ones(brain.ventricle_distance.shape, dtype=bool)
    scan = scan_brain(brain, LesionMaps(region, 0.5 * region), IDEAL, (-20.0, 20.0), "sub-01/ses-01", 0)
    inside = scan.labels > 0
    assert set(scan.labels[inside]) == {1 + MASK_CHANNELS.index("lesion")}
    for modality in MODALITIES:
        parts = signals(getattr(IDEAL, modality))
        assert np.allclose(scan.images[modality][inside], (parts["WM"] + parts["lesion"]) / 2, atol=1e-6)


@pytest.fixture(scope="module")
def lesions(brain):
    return grow_lesions(brain, Lesions(median_volume=2000.0, least_severity=1.0), "sub-01", 0, 1)[0]


def test_images_are_zero_just_outside_of_the_brain(brain, lesions):
    for scanner in SCANNERS.values():
        scan = scan_brain(brain, lesions, scanner, HEIGHTS, "sub-01/ses-01", 0)
        for image in scan.images.values():
            assert image.dtype == np.float32
            assert np.array_equal(image > 0, scan.labels > 0)


def test_noiseless_images_show_the_lesions(brain, lesions):
    scan = scan_brain(brain, lesions, IDEAL, HEIGHTS, "sub-01/ses-01", 0)
    means = {
        modality: {
            label: scan.images[modality][scan.labels == n].mean() for n, label in enumerate(MASK_CHANNELS, start=1)
        }
        for modality in MODALITIES
    }
    assert means["T1w"]["WM"] > means["T1w"]["GM"] > means["T1w"]["CSF"]
    assert means["T1w"]["WM"] > means["T1w"]["lesion"]
    assert means["T2w"]["CSF"] > means["T2w"]["GM"] > means["T2w"]["WM"]
    assert means["T2w"]["lesion"] > means["T2w"]["GM"]
    assert means["PDw"]["lesion"] > means["PDw"]["WM"]


def test_bias_is_smooth_and_the_same_for_all_modalities(brain, lesions):
    plain = scan_brain(brain, lesions, IDEAL, HEIGHTS, "sub-01/ses-01", 0)
    biased = scan_brain(brain, lesions, IDEAL.model_copy(update={"bias": 0.1}), HEIGHTS, "sub-01/ses-01", 0)
    inside = plain.labels > 0
    logs = [np.log(np.where(inside, biased.images[m], 1) / np.where(inside, plain.images[m], 1)) for m in MODALITIES]
    assert np.allclose(logs[0], logs[1], atol=1e-5)
    assert np.allclose(logs[0], logs[2], atol=1e-5)
    assert 0.02 < logs[0][inside].std() < 0.2
    both = inside[1:] & inside[:-1]
    assert np.abs(np.diff(logs[0], axis=0)[both]).max() < 0.03


def test_noise_is_relative_to_white_matter(brain, lesions):
    noisy = IDEAL.model_copy(update={"noise": 0.05})
    plain = scan_brain(brain, lesions, IDEAL, HEIGHTS, "sub-01/ses-01", 0)
    scans = [scan_brain(brain, lesions, noisy, HEIGHTS, f"sub-01/ses-{n}", 0) for n in (1, 2)]
    for modality in MODALITIES:
        white = spin_echo_signal(TISSUE_RELAXATION["WM"], getattr(noisy, modality))
        first, second = (
            scan.images[modality][plain.labels == 2] - plain.images[modality][plain.labels == 2] for scan in scans
        )
        assert first.std() == pytest.approx(0.05 * white, rel=0.05)
        assert abs(np.corrcoef(first, second)[0, 1]) < 0.05


def test_both_scanners_see_the_brain_in_the_same_place(brain, lesions):
    centres = []
    for scanner in SCANNERS.values():
        scan = scan_brain(brain, lesions, scanner, HEIGHTS, "sub-01/ses-01", 0)
        voxels = np.argwhere(scan.labels > 0).mean(axis=0)
        centres.append(scan.affine[:3, :3] @ voxels + scan.affine[:3, 3])
    assert np.abs(centres[0] - centres[1]).max() < 0.5
    weights = brain.fractions.sum(axis=0)
    truth = [np.average(axis, weights=weights.sum(axis=tuple({0, 1, 2} - {n}))) for n, axis in enumerate(brain.axes)]
    assert np.abs(centres[0] - truth).max() < 0.5


def test_slices_stay_within_the_field_of_view(brain, lesions):
    scan = scan_brain(brain, lesions, NEURORX, HEIGHTS, "sub-01/ses-01", 0)
    assert scan.labels.shape[2] == 12
    assert scan.affine[2, 3] == -7.5
    assert scan.labels.any(axis=(0, 1)).all()
