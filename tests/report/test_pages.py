"""The pages of the report say what the tables, the audit and the records hold."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from pathlib import Path

import pytest
import yaml
from recorded_projects import RUNS, RecordedProject

from sweetspot.audit.audit import all_results, audit
from sweetspot.audit.record import read_record
from sweetspot.errors import InputError
from sweetspot.report.audit_page import audit_page
from sweetspot.report.run_page import run_page
from sweetspot.report.table_page import MOST_ROWS, table_page

PUBLISHED = ["results/figures/figure_2.pdf", "results/figures/figure_2.png", "results/tables/runs.csv"]


class Tables(HTMLParser):
    """The cells of all tables of a page, and its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_data(self, data):
        self.text += data
        if self.rows and self.rows[-1] and self.lasttag in ("td", "th"):
            self.rows[-1][-1] += data.strip("\n")


@pytest.fixture
def project(tmp_path):
    return RecordedProject(tmp_path).make()


def audited(project):
    everything = all_results(project.folder)
    published = [path for path in everything if path.startswith(("results/figures/", "results/tables/"))]
    return Tables(audit_page(audit(project.folder, everything), published))


def test_a_table_is_shown_as_it_is(tmp_path):
    path = tmp_path / "methods.csv"
    path.write_text('method,sees\npilot,"real <data>, and more"\n')
    assert Tables(table_page(path)).rows == [["method", "sees"], ["pilot", "real <data>, and more"]]


def test_of_a_long_table_the_first_rows_are_shown(tmp_path):
    path = tmp_path / "runs.csv"
    path.write_text("x\n" + "".join(f"{number}\n" for number in range(MOST_ROWS + 7)))
    found = Tables(table_page(path))
    assert found.rows[-1] == [str(MOST_ROWS - 1)]
    assert f"The first {MOST_ROWS} of {MOST_ROWS + 7} rows" in found.text


def test_no_table(tmp_path):
    (tmp_path / "empty.csv").touch()
    with pytest.raises(InputError, match=r"empty\.csv: it is not a table"):
        table_page(tmp_path / "empty.csv")


def test_an_audit_that_finds_nothing_wrong(project):
    found = audited(project)
    assert "files are as they were recorded." in found.text
    assert "What differs" not in found.text
    last = {row[0]: row for row in found.rows}
    record = read_record(project.folder / PUBLISHED[0])
    for path in PUBLISHED:
        assert last[path][1] == "OK"
    assert last[PUBLISHED[0]][4] == record.id[:12]
    # The table, the runs, images, samples and the two raw files.
    assert last[PUBLISHED[0]][5] == str(1 + len(RUNS) + 2 + 2)


def test_an_audit_that_finds_changed_and_missing_files(project):
    project.write(RUNS[0], "changed")
    (project.folder / PUBLISHED[1]).unlink()
    found = audited(project)
    assert "2 of" in found.text
    differs = {row[0]: row[2] for row in found.rows if len(row) == 4 and row[0] in (RUNS[0], PUBLISHED[1])}
    assert differs == {RUNS[0]: "CHANGED", PUBLISHED[1]: "MISSING"}


def test_the_run_is_told_from_its_records(project):
    config = yaml.safe_load((Path(__file__).parents[1] / "support/whole_run.yaml").read_text(encoding="utf-8"))
    project.write("results/configs/one.json", json.dumps(config))
    for number, path in enumerate(PUBLISHED):
        source = {"commit": "c" * 40, "dirty": number == 1}
        memory = (1 + number) * 2**20
        project.job(f"rule_{number}", {path: "x"}, source=source, seconds=1800.0, peak_memory=memory,
                    workflow_config={"results/configs/one.json": "0" * 64})  # fmt: skip
    found = Tables(run_page(project.folder, [read_record(project.folder / path) for path in PUBLISHED]))
    assert "3 jobs with 1.5 h of work, the first from 2026-01-01 00:00" in found.text
    assert ["c" * 40, "no", "2"] in found.rows
    assert ["c" * 40, "yes", "1"] in found.rows
    assert ["here", "not known", "one", "not known", "3"] in found.rows
    assert ["numpy", "2.4.6"] in found.rows
    assert ["rule_2", "1", "30 min", "3 MiB"] in found.rows
    # A default that the config leaves out.
    assert "runs_per_job: cell" in found.text


def test_a_config_that_is_gone_is_said_to_be(project):
    project.job("one", {PUBLISHED[0]: "x"}, workflow_config={"results/configs/gone.json": "0" * 64})
    text = Tables(run_page(project.folder, [read_record(project.folder / PUBLISHED[0])])).text
    assert "It cannot be shown" in text


def test_a_run_without_records(tmp_path):
    with pytest.raises(InputError, match=r"no result has a record; run the workflow again"):
        run_page(tmp_path, [])
