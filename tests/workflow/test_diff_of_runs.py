"""`sweetspot diff` of real runs names what was different, and nothing else."""

from __future__ import annotations

import copy
import dataclasses
from pathlib import Path

import pytest
from PIL import Image
from projects import FIRST, Project

from sweetspot.audit.diff import Kind, difference
from sweetspot.audit.fingerprints import fingerprint
from sweetspot.audit.record import read_record, record_path

IMAGES, SPLIT, TABLE = "results/data/photos/images.npy", "results/data/photos/split.csv", "results/tables/table_1.csv"
KERNEL = {f"results/kernel/row_2/{name}.csv" for name in ("risk", "optima", "fit")}


def made(project: Project, config: dict = FIRST) -> Path:
    """The data of a task and a table of the theory: two branches of the workflow that take seconds."""
    run = project.run(config, IMAGES, TABLE)
    assert run.code == 0, run.text
    return project.folder


def causes(before: Path, after: Path) -> dict[tuple[Kind, str], set[str]]:
    """What follows from each first cause."""
    found = difference(before, after)
    assert not found.only_before
    assert not found.only_after
    return {(cause.kind, cause.what): set(paths) for cause, paths in found.by_cause().items()}


@pytest.fixture(scope="module")
def before(new_project):
    return made(new_project())


@pytest.fixture(scope="module")
def again(new_project):
    return made(new_project())


def test_nothing(before, again):
    assert causes(before, again) == {}
    assert difference(before, again).without_effect == {}


def test_another_seed(before, new_project):
    config = copy.deepcopy(FIRST)
    config["kernel_regression"]["seed"] = 1
    found = causes(before, made(new_project(), config))
    assert set(found) == {(Kind.CONFIG, "seed")}
    assert found[Kind.CONFIG, "seed"] <= KERNEL | {TABLE}
    assert "results/kernel/row_2/risk.csv" in found[Kind.CONFIG, "seed"]


def test_an_edited_module(before, new_project):
    project = new_project()
    edit = "\n_before = stream_seed\n\n\ndef stream_seed(name, seed):\n    return _before(name, seed) + 1\n"
    with project.edited("scripts/sweetspot/streams.py", edit):
        found = causes(before, made(project))
    assert set(found) == {(Kind.CODE, "scripts/sweetspot/streams.py")}
    (results,) = found.values()
    assert {IMAGES, "results/kernel/row_2/risk.csv"} <= results


def test_another_input_file(before, new_project):
    project = new_project()
    picture = sorted((project.folder / "pictures").rglob("*.png"))[0]
    Image.new("L", (8, 8), 77).save(picture)
    found = causes(before, made(project))
    assert found == {(Kind.INPUT, picture.relative_to(project.folder).as_posix()): {IMAGES, SPLIT}}


def test_another_version_of_a_library(before, again):
    """As if another numpy had made other numbers."""
    table = again / TABLE
    old_table, old_record = table.read_bytes(), record_path(table).read_bytes()
    table.write_bytes(old_table.replace(b"1", b"2", 1))
    record = read_record(table)
    libraries = {**record.libraries, "numpy": "1.0"}
    changed = dataclasses.replace(record, libraries=libraries, outputs={TABLE: fingerprint(table)})
    record_path(table).write_text(changed.to_text(), encoding="utf-8")
    try:
        assert causes(before, again) == {(Kind.LIBRARY, "numpy"): {TABLE}}
    finally:
        table.write_bytes(old_table)
        record_path(table).write_bytes(old_record)
