"""Ids of records are found for every run, also where a job has many or few of them."""

from __future__ import annotations

import pytest

from sweetspot.audit.fingerprints import fingerprint
from sweetspot.audit.record import Input, Record, record_path
from sweetspot.errors import InputError
from sweetspot.explorer.sources import RunRecords, ids_of_inputs, short_id


@pytest.fixture
def recorded(tmp_path):
    """Makes a table whose record names these inputs with these ids."""

    def make(inputs):
        table = tmp_path / "runs.csv"
        table.write_text("x\n")
        record = Record(
            rule="collect_runs", wildcards={}, command=["python"], config=None, seeds={}, code={}, libraries={},
            inputs={path: Input("0" * 64, 1, name) for path, name in inputs.items()},
            outputs={table.as_posix(): fingerprint(table)},
        )  # fmt: skip
        record_path(table).write_text(record.to_text(), encoding="utf-8")
        return table, record

    return make


def test_a_table_without_a_record(tmp_path):
    assert short_id(tmp_path / "runs.csv") == ""
    assert ids_of_inputs(tmp_path / "runs.csv") == {}
    assert RunRecords.of(tmp_path / "runs.csv").id("digits", "in_domain", "synthetic", "noise=0", 1.0, 0) == ""


def test_ids_are_short_and_raw_data_have_none(recorded):
    table, record = recorded({"results/a.csv": "1" * 64, "raw.csv": None})
    assert ids_of_inputs(table) == {"results/a.csv": "1" * 12}
    assert short_id(table) == record.id[:12]


def test_runs_of_one_job_several_ratios_and_part_of_the_seeds(recorded):
    folder = "results/downstream/digits/in_domain"
    table, _ = recorded(
        {
            f"{folder}/real_only/none/ratio=0.csv": "0" * 64,
            f"{folder}/synthetic/noise=0.5/ratio=0.5_1.csv": "1" * 64,
            f"{folder}/synthetic/noise=0.5/ratio=4/seeds=0-4.csv": "2" * 64,
            f"{folder}/synthetic/noise=0.5/ratio=4/seeds=5-9.csv": "3" * 64,
            "results/benchmarks/runs/digits/in_domain/synthetic/noise=0.5/ratio=8.csv": "4" * 64,
        }
    )
    records = RunRecords.of(table)

    def found(arm, quality, ratio, seed, task="digits"):
        return records.id(task, "in_domain", arm, quality, ratio, seed)[:1]

    assert found("real_only", "", 0.0, 7) == "0"
    assert [found("synthetic", "noise=0.5", ratio, 7) for ratio in (0.5, 1.0, 4.0, 8.0)] == ["1", "1", "3", ""]
    assert found("synthetic", "noise=0.5", 4.0, 4) == "2"
    assert found("synthetic", "noise=1", 1.0, 0) == ""
    assert found("synthetic", "noise=0.5", 1.0, 0, task="photos") == ""


def test_a_damaged_record_is_named(recorded):
    table, _ = recorded({})
    text = record_path(table).read_text()
    record_path(table).write_text(text.replace("collect_runs", "collect_rums"))
    with pytest.raises(InputError, match=r"runs\.csv\.provenance\.json: the record is damaged"):
        RunRecords.of(table)
