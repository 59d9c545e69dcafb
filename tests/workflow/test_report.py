"""Snakemake's report of a whole run: one file, offline, with all results, their captions and their records."""

from __future__ import annotations

import json
import re
import shutil

import pytest
from browser import opened
from projects import FIRST, Project

from sweetspot.audit.record import read_record

REPORT = "results/report.html"


@pytest.fixture(scope="module")
def reported(first, tmp_path_factory):
    """A copy of the project after its first run, with the report."""
    folder = tmp_path_factory.mktemp("reported") / "project"
    shutil.copytree(first.kept, folder, symlinks=True)
    project = Project(folder)
    pages = project.run(FIRST, "report_pages", "--forcerun", "report_audit")
    assert pages.code == 0, pages.text
    with pytest.MonkeyPatch.context() as patch:
        # No way out, if anything of the report were not in Snakemake's package.
        for name in ("http_proxy", "https_proxy"):
            patch.setenv(name, "http://127.0.0.1:9")
        made = project.run(FIRST, "report_pages", "--report", REPORT, "--report-stylesheet", "report/report.css")
    assert made.code == 0, made.text
    return project, pages


def in_report(project, name):
    """What the report holds: `results` or `categories`."""
    text = (project.folder / REPORT).read_text(encoding="utf-8")
    found, _ = json.JSONDecoder().raw_decode(text.split(f'<script id="{name}">', 1)[1].split(" = ", 1)[1])
    return found


def test_no_job_but_those_of_the_report_is_run(reported):
    started = set(re.findall(r"^(?:local)?rule (\w+):", reported[1].text, re.MULTILINE))
    assert started == {"report_tables", "report_audit", "report_pages"}


def test_every_figure_and_table_is_in_it_with_its_record(reported):
    project, _ = reported
    results = in_report(project, "results")
    folder = project.folder / "results"
    published = [*(folder / "figures").glob("*.p[dn][fg]"), *(folder / "tables").glob("*.csv")]
    assert len(published) > 20
    for file in published:
        path = file.relative_to(project.folder).as_posix()
        assert results[path]["labels"]["record"] == read_record(file).id[:12], path
        assert "<p>" in results[path]["caption"], path
        assert "system-message" not in results[path]["caption"], path


def test_captions_name_runs_and_records(reported):
    results = in_report(reported[0], "results")
    figure = results["results/figures/figure_7.png"]
    assert figure["labels"]["record"] in figure["caption"]
    assert "photos" in figure["caption"]
    assert "2 seeds" in figure["caption"]
    assert "0.5" in figure["caption"]


def test_categories(reported):
    categories = in_report(reported[0], "categories")
    assert set(categories) == {"Paper 1", "Paper 2", "This project"}
    assert set(categories["Paper 1"]) == {"Figures", "Tables"}
    assert set(categories["This project"]) == {"Figures", "Tables", "Run"}


def test_the_audit_in_it_finds_nothing_wrong(reported):
    text = (reported[0].folder / "results/report/audit.html").read_text(encoding="utf-8")
    assert "files are as they were recorded." in text
    assert "CHANGED" not in text
    assert "MISSING" not in text


def test_it_opens_without_network_shows_figures_and_pages_and_leads_to_the_explorer(reported):
    with opened(reported[0].folder / REPORT) as window:
        page = window.page
        for category, kind, row in (
            ("Paper 1", "Figures", 0),
            ("This project", "Tables", 0),
            ("This project", "Run", 0),
        ):
            view = {"navbarMode": "subcategory", "category": category, "subcategory": kind}
            page.evaluate("app.setView({ navbarMode: 'menu' })")
            page.evaluate("(view) => app.setView(view)", view)
            page.locator("tbody tr").nth(row).locator("a").first.click()
            if kind == "Figures":
                page.wait_for_function("document.querySelector('img[src^=\"data:image/png\"]')?.naturalWidth > 300")
            else:
                title = page.frame_locator("iframe").locator("h1")
                title.wait_for()
                assert title.text_content()
        # The interactive page is beside it, too large for a frame.
        page.evaluate("app.setView({ navbarMode: 'menu', content: 'rulegraph' })")
        page.get_by_role("link", name="interactive page").click()
        page.wait_for_selector("#risk .scatterlayer path")
        explorer = (reported[0].folder / "results/figures/explorer.html").as_uri()
        assert page.url == explorer
        assert window.requests == [explorer]
        # Snakemake's own, about a library that it has in the report.
        assert [each for each in window.complaints if "cdn.tailwindcss.com should not be used" not in each] == []
