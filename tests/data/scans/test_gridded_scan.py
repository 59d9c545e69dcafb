"""A whole scan on one grid: brain, images and masks together, from files stored in whatever way."""

from __future__ import annotations

import nibabel
import numpy as np
import pytest

from sweetspot.config.scans import SubjectSplit
from sweetspot.data.bids import index
from sweetspot.data.scan import read_scan
from sweetspot.errors import InputError

OWN = (0.9, 1.1, 1.3)
ORIENTATIONS = ("RAS", "LPS", "SRA", "PIL", "ALI", "IPR", "LAS", "AIR")


@pytest.fixture
def read(tmp_path, bids):
    """Read the one scan of `tmp_path`."""

    def read(spacing=OWN, **keys):
        bids.write_participants(tmp_path, {"sub-01": "NeuroRx"})
        source = bids.source(tmp_path, **keys)
        return read_scan(index(source, SubjectSplit(train=1, validation=1, test=1))[0], source.modalities, spacing)

    return read


def test_round_trip_is_exact(tmp_path, bids, read):
    bids.write_scan(tmp_path, "sub-01", seed=3)
    labels = bids.anatomy(seed=3)
    scan = read()
    for channel, modality in enumerate(("T1w", "T2w")):
        np.testing.assert_array_equal(scan.images[channel], bids.intensities(labels, modality, 3).astype(np.float32))
    np.testing.assert_array_equal(scan.brain, labels > 0)
    for channel, number in enumerate((2, 3, 1, 4)):
        np.testing.assert_array_equal(scan.masks[channel], labels == number)
    np.testing.assert_allclose(scan.z, 4.71 + 1.3 * np.arange(12), atol=1e-5)


@pytest.mark.parametrize("tissues", [True, False])
@pytest.mark.parametrize("spacing", [OWN, (1.5, 1.5, 2.0)])
def test_stored_axes_change_nothing(tmp_path, bids, read, spacing, tissues):
    """Each file in an orientation of its own, images and masks of one grid included; to the last bit."""
    shape = (14, 16, 12) if tissues else (24, 26, 22)
    bids.write_scan(tmp_path, "sub-01", shape=shape, tissues=tissues)
    keys = {} if tissues else {"tissue_masks": None}
    expected = read(spacing, **keys)
    files = sorted(tmp_path.rglob("*.nii.gz"))
    for shift in range(len(ORIENTATIONS) if tissues else 2):
        for place, path in enumerate(files):
            bids.reorient(path, ORIENTATIONS[(shift + 3 * place) % len(ORIENTATIONS)])
        scan = read(spacing, **keys)
        for name in ("images", "brain", "masks"):
            np.testing.assert_array_equal(getattr(scan, name), getattr(expected, name))
        np.testing.assert_allclose(scan.z, expected.z, atol=1e-4)


def test_masks_are_exclusive_within_the_brain_and_lesions_keep_their_volume(tmp_path, bids, read):
    bids.write_scan(tmp_path, "sub-01", shape=(30, 32, 28))
    for spacing in ((1.0, 1.0, 1.0), (2.0, 2.0, 2.0), (3.0, 2.5, 4.0)):
        scan = read(spacing)
        assert set(np.unique(scan.masks.sum(axis=0)[scan.brain])) <= {0, 1}
        assert scan.masks.sum(axis=0)[scan.brain].mean() > 0.99
        assert not scan.masks[:, ~scan.brain].any()
        pixel, true = np.prod(spacing), 8 * np.prod(OWN)
        assert abs(scan.masks[3].sum() * pixel - true) <= 0.5 * pixel + 0.15 * true


@pytest.mark.parametrize("brain", ["stripped", "masked"])
def test_the_border_of_the_brain_is_not_mixed_with_what_is_outside(tmp_path, bids, read, brain):
    """A brain of one intensity keeps it on any grid, beside zeros as beside skull."""
    bids.write_scan(tmp_path, "sub-01", shape=(30, 32, 28), brain=True)
    labels = bids.anatomy((30, 32, 28))
    for modality in ("T1w", "T2w"):
        image = np.where(labels > 0, 500, 0 if brain == "stripped" else 3000).astype(np.int16)
        bids.save(bids.file_of(tmp_path, "sub-01", modality), image)
    scan = read((2.0, 2.5, 3.0), brain_masks=None if brain == "stripped" else "brains")
    np.testing.assert_allclose(scan.images[:, scan.brain], 500, rtol=1e-5)


@pytest.mark.parametrize("shift", [(0, 0, 0), (3, -2, 1)])
@pytest.mark.parametrize("spacing", [OWN, (2.0, 2.5, 3.0)])
def test_skull_is_not_mixed_into_an_image_on_another_grid_than_the_brain_mask(tmp_path, bids, read, spacing, shift):
    """T2w has voxels of half the size, each inside one of the mask's, and a box that is moved by whole voxels."""
    bids.write_scan(tmp_path, "sub-01", shape=(30, 32, 28), brain=True)
    labels = bids.anatomy((30, 32, 28))
    fine = np.where(labels > 0, 500, 3000).astype(np.int16)
    for axis in range(3):
        fine = np.repeat(fine, 2, axis=axis)
    fine = np.roll(np.pad(fine, 4, constant_values=3000), np.negative(shift), axis=(0, 1, 2))
    halved = bids.AFFINE.copy()
    halved[:3, :3] /= 2
    halved[:3, 3] += halved[:3, :3] @ (np.array(shift) - 4.5)
    bids.save(bids.file_of(tmp_path, "sub-01", "T2w"), fine, halved)
    scan = read(spacing, brain_masks="brains")
    np.testing.assert_allclose(scan.images[1, scan.brain], 500, rtol=1e-5)


def test_modalities_on_grids_of_their_own(tmp_path, bids, read):
    """T2w has other voxels over the same anatomy: it lands where T1w is."""
    bids.write_scan(tmp_path, "sub-01", shape=(30, 32, 28))
    fine = bids.anatomy((60, 64, 56))
    halved = bids.AFFINE.copy()
    halved[:3, :3] /= 2
    halved[:3, 3] -= np.diag(halved)[:3] / 2
    # Half the voxel size over the same box; its labels are drawn on the same ellipsoids.
    bids.save(bids.file_of(tmp_path, "sub-01", "T2w"), bids.intensities(fine, "T2w"), halved)
    scan = read()
    white = scan.masks[1] > 0
    assert abs(np.median(scan.images[1][white]) - 400) < 20
    assert np.corrcoef(scan.images[1][scan.brain], scan.images[0][scan.brain])[0, 1] < -0.8


def test_brain_masks_let_images_keep_their_skull(tmp_path, bids, read):
    bids.write_scan(tmp_path, "sub-01", brain=True)
    labels = bids.anatomy()
    for modality in ("T1w", "T2w"):
        image = bids.intensities(labels, modality).astype(np.int16)
        bids.save(bids.file_of(tmp_path, "sub-01", modality), np.where(labels > 0, image, 333).astype(np.int16))
    np.testing.assert_array_equal(read(brain_masks="brains").brain, labels > 0)
    with pytest.raises(InputError, match=r"sub-01_T1w.nii.gz: it is not skull-stripped: 100% of .*`brain_masks`"):
        read()


def test_a_hole_inside_the_brain_is_brain(tmp_path, bids, read):
    bids.write_scan(tmp_path, "sub-01")
    labels = bids.anatomy()
    image = bids.intensities(labels, "T1w")
    image[tuple(np.argwhere(labels == 3)[20])] = 0
    bids.save(bids.file_of(tmp_path, "sub-01", "T1w"), image)
    np.testing.assert_array_equal(read().brain, labels > 0)


def test_found_tissues_are_those_of_the_anatomy(tmp_path, bids, read):
    shape = (40, 42, 38)
    bids.write_scan(tmp_path, "sub-01", shape=shape, tissues=False)
    labels = bids.anatomy(shape)
    scan = read(tissue_masks=None)
    for channel, number in enumerate((2, 3, 1, 4)):
        assert (scan.masks[channel][labels == number] == 1).mean() > 0.93


def replace(bids, path, change):
    image = nibabel.load(path)
    bids.save(path, change(np.asanyarray(image.dataobj).copy()))


def put_nan(image):
    image = image.astype(np.float32)
    image[3, 3, 3] = np.nan
    return image


def moved(affine, by):
    affine = affine.copy()
    affine[:3, 3] += by
    return affine


def damage(root, bids, what):
    image, lesions = (
        bids.file_of(root, "sub-01", "T2w"),
        bids.file_of(root, "sub-01", "label-lesion_mask", "", "lesions"),
    )
    tissue = bids.file_of(root, "sub-01", "label-GM_mask", "", "tissues")
    labels = bids.anatomy()
    match what:
        case "empty image":
            replace(bids, image, np.zeros_like)
        case "NaN":
            replace(bids, image, put_nan)
        case "4-D":
            replace(bids, image, lambda values: np.stack([values, values], axis=-1))
        case "truncated":
            image.write_bytes(image.read_bytes()[:-800])
        case "image elsewhere":
            bids.save(image, bids.intensities(labels, "T2w"), moved(bids.AFFINE, 9))
        case "lesions on another grid":
            replace(bids, lesions, lambda values: values[1:])
        case "lesions with another affine":
            bids.save(lesions, (labels == 4).astype(np.uint8), moved(bids.AFFINE, 2))
        case "lesion values":
            replace(bids, lesions, lambda values: values * 2)
        case "lesions outside":
            bids.save(lesions, (labels == 0).astype(np.uint8))
        case "tissue on another grid":
            replace(bids, tissue, lambda values: values[:, 2:])
        case "one tissue twice":
            replace(bids, tissue, lambda values: (labels == 3).astype(np.uint8))
        case "hardly any tissue":
            for name in bids.TISSUES:
                path = bids.file_of(root, "sub-01", f"label-{name}_mask", "", "tissues")
                replace(bids, path, lambda values: np.where(np.arange(values.shape[0])[:, None, None] < 5, values, 0))
        case "tissue values":
            replace(bids, tissue, lambda values: values * 100)


@pytest.mark.parametrize(
    ("what", "words"),
    [
        ("empty image", "sub-01_T2w.nii.gz: empty brain: all voxels are 0"),
        ("NaN", "sub-01_T2w.nii.gz: 1 voxels are NaN or infinite"),
        ("4-D", r"sub-01_T2w.nii.gz: 4 axes \(14, 16, 12, 2\)"),
        ("truncated", "sub-01_T2w.nii.gz: broken or cut off"),
        ("image elsewhere", "sub-01_T2w.nii.gz: its affine does not match that of sub-01_T1w.nii.gz"),
        ("lesions on another grid", r"sub-01_label-lesion_mask.nii.gz: mask on another grid: \(13, 16, 12\)"),
        (
            "lesions with another affine",
            "sub-01_label-lesion_mask.nii.gz: its affine does not match that of sub-01_T1w",
        ),
        ("lesion values", "sub-01_label-lesion_mask.nii.gz: a mask holds 0 and 1 only, this one also 2"),
        ("lesions outside", "sub-01_label-lesion_mask.nii.gz: more than half of its lesions are outside"),
        ("tissue on another grid", "sub-01_label-GM_mask.nii.gz: mask on another grid"),
        (
            "one tissue twice",
            r"sub-01_label-GM_mask.nii.gz: it overlaps with sub-01_label-WM_mask.nii.gz in more than 5%",
        ),
        ("hardly any tissue", r"sub-01_label-GM_mask.nii.gz: this mask, .* cover only \d\d?% of the brain"),
        ("tissue values", "sub-01_label-GM_mask.nii.gz: a mask holds 0 and 1 only, this one also 100"),
    ],
)
def test_damaged_scan_is_one_error_with_the_files_name(tmp_path, bids, read, what, words):
    bids.write_scan(tmp_path, "sub-01")
    damage(tmp_path, bids, what)
    with pytest.raises(InputError, match=words) as caught:
        read()
    assert "\n" not in str(caught.value)


def test_empty_brain_mask(tmp_path, bids, read):
    bids.write_scan(tmp_path, "sub-01", brain=True)
    replace(bids, bids.file_of(tmp_path, "sub-01", "desc-brain_mask", "", "brains"), np.zeros_like)
    with pytest.raises(InputError, match=r"sub-01_desc-brain_mask.nii.gz: empty brain: the mask is 0 everywhere"):
        read(brain_masks="brains")


def test_a_scan_without_lesions(tmp_path, bids, read):
    bids.write_scan(tmp_path, "sub-01")
    replace(bids, bids.file_of(tmp_path, "sub-01", "label-lesion_mask", "", "lesions"), np.zeros_like)
    assert not read().masks[3].any()
