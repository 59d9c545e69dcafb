"""The records of the jobs behind a table, for what is drawn of it: see `sweetspot.audit.record`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sweetspot.audit.record import SHORT, BrokenRecord, Record, read_record, record_path
from sweetspot.config.fan_out import parse_share
from sweetspot.errors import InputError

RUNS = ("results", "downstream")
REAL = "none"  # the quality of real data in the names of files


def short_id(table: Path) -> str:
    """The short id of the record of a table; empty if it has none.

    Raises
    ------
    InputError : its record is damaged.
    """
    record = _record(table)
    return record.short_id if record else ""


def ids_of_inputs(table: Path) -> dict[str, str]:
    """The short ids of the records of what a table was made of, by path; empty if it has no record.

    Raises
    ------
    InputError : its record is damaged.
    """
    record = _record(table)
    inputs = record.inputs if record else {}
    return {path: each.record[:SHORT] for path, each in inputs.items() if each.record}


@dataclass(frozen=True)
class RunRecords:
    """The short id of the record of each run: one for every run of a job.

    by_curve : (task, experiment, arm, quality), to (ratios, seeds or None for all, id) of each of its jobs.
    """

    by_curve: dict[tuple[str, str, str, str], list[tuple[tuple[float, ...], range | None, str]]]

    @classmethod
    def of(cls, runs: Path) -> RunRecords:
        """Those of the table of all runs.

        Raises
        ------
        InputError : its record is damaged.
        """
        found: dict[tuple[str, str, str, str], list[tuple[tuple[float, ...], range | None, str]]] = {}
        for path, name in ids_of_inputs(runs).items():
            parts = Path(path).with_suffix("").parts if path.endswith(".csv") else ()
            if parts[:2] == RUNS and len(parts) > 6:
                task, experiment, arm, quality = parts[2:6]
                # A ratio such as 0.5 has a dot, so that only the ending is cut.
                ratios, seeds = parse_share("/".join(Path(path).parts[6:]).removesuffix(".csv"))
                curve = (task, experiment, arm, "" if quality == REAL else quality)
                found.setdefault(curve, []).append((ratios, seeds, name))
        return cls(found)

    def id(self, task: str, experiment: str, arm: str, quality: str, ratio: float, seed: int) -> str:
        """The short id of the job of a run; empty if it is not known."""
        for ratios, seeds, name in self.by_curve.get((task, experiment, arm, quality), ()):
            if ratio in ratios and (seeds is None or seed in seeds):
                return name
        return ""


def _record(table: Path) -> Record | None:
    try:
        return read_record(table)
    except BrokenRecord as error:
        raise InputError(
            f"{record_path(table)}: the record is damaged: {error}; delete {table} and run the workflow again"
        ) from None
