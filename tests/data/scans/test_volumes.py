"""NIfTI in: orientation by the affine, resampling onto one grid, and clear refusals."""

from __future__ import annotations

import gzip
from itertools import permutations, product
from pathlib import Path

import nibabel
import numpy as np
import pytest

from sweetspot.data.volumes import Volume, check_grid, load_mask, load_volume, resample, same_grid, world_grid
from sweetspot.errors import InputError

ORIENTATIONS = ["".join(codes) for axes in permutations(("RL", "AP", "SI")) for codes in product(*axes)]
SMALL = (5, 6, 4)


def turned(angle: float) -> np.ndarray:
    """A rotation about all three axes."""
    c, s = np.cos(angle), np.sin(angle)
    about_x = np.array([[1, 0, 0], [0, c, -s], [0, s, c]])
    about_y = np.array([[c, 0, s], [0, 1, 0], [-s, 0, c]])
    about_z = np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]])
    return about_x @ about_y @ about_z


def affine_of(axes: np.ndarray, origin) -> np.ndarray:
    affine = np.eye(4)
    affine[:3, :3], affine[:3, 3] = axes, origin
    return affine


OBLIQUE = affine_of(turned(0.2) * [0.9, 1.1, 1.3], (-6.37, -8.13, 4.71))


def ramp(shape, affine, direction=(1.0, 2.0, -3.0)) -> Volume:
    """Values that are a linear function of the world coordinates."""
    places = np.stack(np.meshgrid(*map(np.arange, shape), indexing="ij"), axis=-1) @ affine[:3, :3].T + affine[:3, 3]
    return Volume(Path("ramp.nii"), (places @ np.array(direction)).astype(np.float32), affine)


def test_there_are_48_orientations():
    assert len(set(ORIENTATIONS)) == 48


@pytest.mark.parametrize("affine", ["axial", "oblique"])
@pytest.mark.parametrize("spacing", ["own", (1.7, 2.0, 1.5)])
def test_stored_axes_change_nothing(tmp_path, bids, affine, spacing):
    """To the last bit, for the volume that defines the grid and for one on another grid."""
    affine = bids.AFFINE if affine == "axial" else OBLIQUE
    spacing = (0.9, 1.1, 1.3) if spacing == "own" else spacing
    stream = np.random.default_rng(0)
    values = stream.integers(0, 1000, SMALL).astype(np.int16)
    other = affine_of(affine[:3, :3] * [1.4, 0.8, 1.2], affine[:3, 3] + [0.31, -0.17, 0.43])
    paths = bids.save(tmp_path / "a.nii", values, affine), bids.save(tmp_path / "b.nii", values, other)
    results = []
    for orientation in ORIENTATIONS:
        for path in paths:
            bids.reorient(path, orientation)
        assert "".join(nibabel.aff2axcodes(nibabel.load(paths[0]).affine)) == orientation
        first, second = (load_volume(path) for path in paths)
        grid = world_grid(first, spacing)
        results.append((first.voxels, second.voxels, resample(first, grid), resample(second, grid)))
        assert np.allclose(grid.affine, world_grid(first, spacing).affine)
    for result in results[1:]:
        for expected, array in zip(results[0], result, strict=True):
            np.testing.assert_array_equal(array, expected)
            assert array.flags.c_contiguous


@pytest.mark.parametrize("dtype", [np.uint8, np.int16, np.float32])
def test_round_trip_is_exact_at_the_own_spacing(tmp_path, bids, dtype):
    values = (np.random.default_rng(0).standard_normal(SMALL) * 50).astype(dtype)
    volume = load_volume(bids.save(tmp_path / "a.nii.gz", values))
    grid = world_grid(volume, (0.9, 1.1, 1.3))
    np.testing.assert_array_equal(resample(volume, grid), values.astype(np.float32))
    np.testing.assert_allclose(grid.affine, bids.AFFINE, atol=1e-6)


def test_scaled_integers_are_read_as_the_values_they_stand_for(tmp_path):
    image = nibabel.Nifti1Image(np.arange(24, dtype=np.float64).reshape(2, 3, 4) / 7, np.eye(4))
    image.header.set_data_dtype(np.int16)
    nibabel.save(image, tmp_path / "a.nii")
    np.testing.assert_allclose(load_volume(tmp_path / "a.nii").voxels.ravel(), np.arange(24) / 7, atol=1e-3)


@pytest.mark.parametrize("spacing", [(1.0, 1.0, 1.0), (2.0, 1.5, 3.0)])
@pytest.mark.parametrize("affine", [np.diag([0.9, 1.1, 1.3, 1]), OBLIQUE])
def test_places_in_the_world_are_kept(affine, spacing):
    """A linear function of the world stays one, wherever and however it was sampled."""
    reference = ramp((24, 26, 22), affine)
    grid = world_grid(reference, spacing)
    expected = ramp(grid.shape, grid.affine).voxels
    finer = ramp((40, 44, 38), affine_of(affine[:3, :3] * 0.6, affine[:3, 3] + 0.3))
    inside = tuple(slice(size * 3 // 8, size * 5 // 8) for size in grid.shape)
    assert expected[inside].size
    for volume in (reference, finer):
        np.testing.assert_allclose(resample(volume, grid)[inside], expected[inside], atol=0.02)


def test_grid_covers_the_volume_and_shares_its_centre():
    reference = ramp((9, 10, 11), np.diag([0.5, 1, 2, 1.0]))
    grid = world_grid(reference, (1.0, 1.0, 3.0))
    assert grid.shape == (5, 10, 8)
    middle = grid.affine[:3, :3] @ ((np.array(grid.shape) - 1) / 2) + grid.affine[:3, 3]
    np.testing.assert_allclose(middle, [2, 4.5, 10])


def test_what_the_grid_is_too_coarse_for_is_smoothed_away():
    checkers = np.indices((32, 32, 32)).sum(axis=0) % 2
    volume = Volume(Path("a.nii"), checkers.astype(np.float32), np.eye(4))
    for factor, least in ((2, 0.9), (4, 0.99)):
        values = resample(volume, world_grid(volume, (factor, factor, factor)))[2:-2, 2:-2, 2:-2]
        assert np.abs(values - 0.5).max() < (1 - least) / 2


@pytest.mark.parametrize("factor", [1.0, 1.6, 2.0, 3.0])
def test_the_volume_of_masks_is_kept(factor):
    """In the mean over places: a single mask may fall well or badly between coarse pixels."""
    stream = np.random.default_rng(0)
    true, found = 0.0, 0.0
    for _ in range(100):
        mask = np.zeros((24, 24, 24), dtype=np.float32)
        mask[tuple(slice(8, 8 + length) for length in stream.integers(2, 8, 3))] = 1
        volume = Volume(Path("a.nii"), mask, np.eye(4))
        # At a factor of 1 no point need lie between two voxels, so the grid stays.
        place = affine_of(np.eye(3), stream.uniform(-factor, factor, 3) * (factor > 1))
        shares = resample(volume, world_grid(Volume(volume.path, mask, place), (factor, factor, factor)))
        assert shares.min() >= 0
        assert shares.max() <= 1 + 1e-6
        true += mask.sum()
        found += shares.sum() * factor**3
    assert found == pytest.approx(true, rel=0.02)


def test_a_small_difference_of_affines_is_rounding_and_a_large_one_another_grid(bids):
    first = Volume(Path("a.nii"), np.zeros(bids.SHAPE, np.float32), bids.AFFINE)
    near, far = bids.AFFINE.copy(), bids.AFFINE.copy()
    near[0, 3] += 1e-3
    far[0, 3] += 0.5
    assert same_grid(first, Volume(Path("b.nii"), first.voxels, near))
    assert not same_grid(first, Volume(Path("b.nii"), first.voxels, far))
    assert not same_grid(first, Volume(Path("b.nii"), first.voxels[1:], bids.AFFINE))


def test_mask_on_another_grid(bids):
    image = Volume(Path("sub-01_T1w.nii.gz"), np.zeros(bids.SHAPE, np.float32), bids.AFFINE)
    mask = Volume(Path("sub-01_mask.nii.gz"), np.zeros((3, 4, 5), np.float32), bids.AFFINE)
    with pytest.raises(InputError, match=r"sub-01_mask.nii.gz: mask on another grid: \(3, 4, 5\), but sub-01_T1w"):
        check_grid(mask, [image])
    shifted = Volume(Path("sub-01_mask.nii.gz"), image.voxels, bids.AFFINE + np.eye(4, k=3) * 5)
    with pytest.raises(InputError, match=r"sub-01_mask.nii.gz: its affine does not match that of sub-01_T1w"):
        check_grid(shifted, [image])
    check_grid(shifted, [image, shifted])


def cut(path: Path, share: float) -> None:
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * share)])


def with_affine(path: Path, affine, code=1) -> None:
    image = nibabel.load(path)
    new = nibabel.Nifti1Image(np.asanyarray(image.dataobj), None)
    new.set_sform(affine, code=code)
    new.set_qform(np.eye(4), code=0)
    nibabel.save(new, path)


def replaced(path: Path, place, value) -> None:
    values = np.asanyarray(nibabel.load(path).dataobj).astype(np.float32)
    values[place] = value
    nibabel.save(nibabel.Nifti1Image(values, np.eye(4)), path)


def huge(path: Path) -> None:
    """A header of 32767 x 32767 x 32767 voxels before a few bytes."""
    header = nibabel.Nifti1Header()
    header.set_data_dtype(np.float64)
    header.set_data_shape((32767, 32767, 32767))
    header.set_sform(np.eye(4), code=1)
    header["magic"], header["vox_offset"] = b"n+1", 352
    path.write_bytes(gzip.compress(header.binaryblock + bytes(100)))


DAMAGE = {
    "truncated gzip": (lambda path: cut(path, 0.6), "broken or cut off"),
    "no trailer": (lambda path: path.write_bytes(path.read_bytes()[:-8]), "broken or cut off"),
    "another checksum": (lambda path: path.write_bytes(path.read_bytes()[:-8] + bytes(8)), "broken or cut off"),
    "absurd shape": (huge, r"its shape is \(32767, 32767, 32767\)"),
    "metres": (lambda path: with_affine(path, np.diag([1e-3, 1e-3, 1e-3, 1])), "0.001 mm; are its units mm"),
    "micrometres": (lambda path: with_affine(path, np.diag([1, 1, 900, 1])), "1 x 1 x 900 mm; are its units mm"),
    "truncated header": (lambda path: cut(path, 0.05), "not a readable NIfTI|broken or cut off"),
    "empty file": (lambda path: path.write_bytes(b""), "not a readable NIfTI"),
    "no gzip": (lambda path: path.write_bytes(b"hello" * 100), "not a readable NIfTI|broken"),
    "no NIfTI": (lambda path: path.write_bytes(gzip.compress(b"hello" * 100)), "not a readable NIfTI"),
    "4-D": (
        lambda path: nibabel.save(nibabel.Nifti1Image(np.zeros((3, 3, 3, 2), np.float32), np.eye(4)), path),
        r"4 axes \(3, 3, 3, 2\)",
    ),
    "2-D": (
        lambda path: nibabel.save(nibabel.Nifti1Image(np.zeros((3, 3), np.float32), np.eye(4)), path),
        "2 axes",
    ),
    "NaN": (lambda path: replaced(path, (1, 1, 1), np.nan), "1 voxels are NaN or infinite"),
    "infinite": (lambda path: replaced(path, (1, slice(2)), -np.inf), "voxels are NaN or infinite"),
    "singular": (lambda path: with_affine(path, np.diag([1, 1, 0, 1])), "affine is singular"),
    "parallel axes": (lambda path: with_affine(path, [[1, 1, 0, 0], [1, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]]), "sing"),
    "infinite affine": (lambda path: with_affine(path, np.diag([1, np.inf, 1, 1])), "affine is not finite"),
    "no orientation": (lambda path: with_affine(path, np.eye(4), code=0), "no orientation"),
    "complex": (
        lambda path: nibabel.save(nibabel.Nifti1Image(np.zeros((3, 3, 3), np.complex64), np.eye(4)), path),
        "complex64, not numbers",
    ),
    "missing": (Path.unlink, "no such file"),
}


@pytest.mark.parametrize("what", DAMAGE)
def test_damaged_file_is_one_error_with_its_name(tmp_path, bids, what):
    path = bids.save(tmp_path / "sub-01_T1w.nii.gz", np.random.default_rng(0).integers(1, 99, (16, 16, 16), np.int16))
    damage, words = DAMAGE[what]
    damage(path)
    with pytest.raises(InputError, match=words) as caught:
        load_volume(path)
    assert str(caught.value).startswith(f"{path}: ")
    assert "\n" not in str(caught.value)


def test_a_fourth_axis_of_length_one_is_dropped(tmp_path, bids):
    values = np.random.default_rng(0).integers(0, 99, (*SMALL, 1), np.int16)
    bids.save(tmp_path / "a.nii", values)
    np.testing.assert_array_equal(load_volume(tmp_path / "a.nii").voxels, values[..., 0])


@pytest.mark.parametrize(("value", "shown"), [(2, "2"), (0.5, "0.5"), (255, "255"), (-1, "-1")])
def test_mask_with_other_values(tmp_path, bids, value, shown):
    values = np.zeros(SMALL, np.float32)
    values[1] = 1
    path = bids.save(tmp_path / "sub-01_mask.nii.gz", values)
    assert load_mask(path).voxels.sum() == values.sum()
    replaced(path, (2, 2, 2), value)
    with pytest.raises(InputError, match=rf"sub-01_mask.nii.gz: a mask holds 0 and 1 only, this one also {shown};"):
        load_mask(path)
