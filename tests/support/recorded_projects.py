"""Small projects with records, made without the workflow: raw data, a folder of samples, runs, a table and a figure."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

from sweetspot.audit.fingerprints import fingerprint
from sweetspot.audit.record import Input, Record, read_record

RUNS = tuple(f"results/downstream/photos/ratio={ratio}.csv" for ratio in (0, 1, 2, 4, 8))


class RecordedProject:
    """A project folder. Its jobs copy what they read; the records are real ones."""

    def __init__(self, folder: Path, **changes: Any) -> None:
        """`changes` replace fields of the records of all jobs."""
        self.folder = folder
        self._changes = changes

    def write(self, path: str, text: str) -> str:
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        return path

    def job(self, rule: str, outputs: dict[str, str], inputs: list[str] = (), **changes: Any) -> None:
        """Write outputs with these texts, and their record."""
        code = self.write(f"scripts/{rule}.py", f"# {rule}\n") if not (self.folder / f"scripts/{rule}.py").exists() \
            else f"scripts/{rule}.py"  # fmt: skip
        record = Record(
            rule=rule,
            wildcards={},
            command=["python", code, *outputs],
            config={"seed": 0},
            seeds={"seed": 0},
            code={each: self._sha256(each) for each in (code, "scripts/common.py")},
            inputs={path: self._input(path) for path in inputs},
            libraries={"python": "3.11.7", "numpy": "2.4.6"},
            machine={"host": "here", "processor": "one"},
            started="2026-01-01T00:00:00.000+00:00",
            ended="2026-01-01T00:00:01.000+00:00",
        )
        for path, text in outputs.items():
            self.write(path, text)
        found = {path: fingerprint(self.folder / path) for path in map(self._result, outputs)}
        record = dataclasses.replace(record, outputs=found, **(self._changes | changes))
        for path in found:
            (self.folder / f"{path}.provenance.json").write_text(record.to_text(), encoding="utf-8")

    def make(self, **changes: Any) -> RecordedProject:
        """All jobs; `changes` replace fields of the records of the job `prepare`."""
        self.write("scripts/common.py", "# common\n")
        self.write("raw/one.csv", "1\n")
        self.write("raw/two.csv", "2\n")
        self.job("prepare", {"results/data/images.npy": "images"}, ["raw/one.csv", "raw/two.csv"], **changes)
        self.job("sample", {"results/samples/full/a.npy": "a", "results/samples/full/b.npy": "b"},
                 ["results/data/images.npy"])  # fmt: skip
        for run in RUNS:
            self.job("train", {run: run}, ["results/data/images.npy", "results/samples/full"])
        self.job("collect", {"results/tables/runs.csv": "runs"}, list(RUNS))
        figure = {f"results/figures/figure_2.{ending}": ending for ending in ("pdf", "png")}
        self.job("draw", figure, ["results/tables/runs.csv"])
        return self

    def files(self) -> list[str]:
        return sorted(file.relative_to(self.folder).as_posix() for file in self.folder.rglob("*") if file.is_file())

    @staticmethod
    def _result(path: str) -> str:
        return path.rsplit("/", 1)[0] if path.startswith("results/samples") else path

    def _sha256(self, path: str) -> str:
        return fingerprint(self.folder / path).sha256

    def _input(self, path: str) -> Input:
        found = fingerprint(self.folder / path)
        record = read_record(self.folder / path)
        return Input(found.sha256, found.size, record.id if record else None)
