"""Benchmark files are read as Snakemake writes them, and what is none is refused."""

from __future__ import annotations

import pytest
from plans import HEADER, write_benchmark

from sweetspot.benchmark_files import benchmark_seconds
from sweetspot.errors import InputError


def test_the_seconds_of_a_job(tmp_path):
    write_benchmark(tmp_path, "figure_1", 4.25)
    assert benchmark_seconds(tmp_path / "figure_1.tsv") == 4.25


def test_a_repeated_job_counts_with_its_mean(tmp_path):
    row = "{}\t0:00:01\t-\t-\t-\t-\t-\t-\t0\t-\n"  # too short for its memory to be measured
    (tmp_path / "job.tsv").write_text(HEADER + row.format(2) + row.format(5))
    assert benchmark_seconds(tmp_path / "job.tsv") == 3.5


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "not a benchmark file"),
        ("h:m:s\n0:00:01\n", "not a benchmark file"),
        (HEADER.replace("\t", ","), "not a benchmark file"),
        ("s\th:m:s\nlong\t0:00:01\n", "not a benchmark file"),
        (HEADER, "holds no time"),
        ("s\th:m:s\n-\t-\n", "holds no time"),
    ],
)
def test_a_file_without_a_time_is_named(tmp_path, text, words):
    (tmp_path / "job.tsv").write_text(text)
    with pytest.raises(InputError, match=rf"job\.tsv: .*{words}"):
        benchmark_seconds(tmp_path / "job.tsv")
