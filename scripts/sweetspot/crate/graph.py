"""The metadata of a crate: its files, its run, and the crate as a whole."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import yaml

from sweetspot.audit.audit import Audit
from sweetspot.audit.record import Record
from sweetspot.crate.contents import Contents
from sweetspot.crate.data import Data
from sweetspot.crate.entities import Entities
from sweetspot.crate.run import Run

LICENSE = "https://spdx.org/licenses/MIT"  # of the code


@dataclass(frozen=True)
class About:
    """What the user says of the crate: names of its authors, and the URL of the licence of the results."""

    authors: tuple[str, ...] = ()
    license: str = LICENSE


def metadata(found: Contents, audit: Audit, digests: dict[str, tuple[str, int]], about: About) -> bytes:
    """The file `ro-crate-metadata.json`; the same of equal contents.

    Parameters
    ----------
    digests : SHA-256 and size of each file of the crate.
    """
    entities = Entities()
    data = Data(entities, found, audit, digests)
    jobs = sorted(found.records, key=lambda record: (record.started, record.id))
    people = [entities.thing(f"#author-{n}", "Person", name=name) for n, name in enumerate(about.authors, 1)]
    code = {"version": _version(jobs), "license": entities.license(LICENSE), **_url(found)}
    run = Run(entities, data, jobs, found.privacy, _engine(found), code, people[0] if people else None)
    whole: dict[str, Any] = {
        "name": "A run of sweetspot: how much synthetic data to add to real data",
        "description": _description(found, data),
        # Not when it is packed: the same results give the same bytes.
        "datePublished": max(job.ended for job in jobs)[:10],
        "license": entities.license(about.license),
        "mainEntity": run.workflow,
        "conformsTo": entities.run_profiles(),
        "mentions": run.actions,
        "author": people,
    }
    for name, value in whole.items():
        entities.root[name] = value
    if "README.md" in found.files:
        entities.file("README.md")["about"] = entities.root
    return entities.to_bytes()


def _description(found: Contents, data: Data) -> str:
    return (
        f"{len(data.made('figures'))} files of figures and {len(data.made('tables'))} tables, made by "
        f"{len(found.records)} jobs, each with its record. {len(found.withheld)} results and {len(data.raw())} files "
        "of raw data are not in the crate, but named by their SHA-256."
    )


def _version(jobs: list[Record]) -> str:
    """The commits of the code that the jobs ran."""
    states = {job.source["commit"] + (" with changes" if job.source.get("dirty") else "") for job in jobs if job.source}
    return ", ".join(sorted(states)) or "not recorded"


def _engine(found: Contents) -> str:
    """The pinned version of Snakemake."""
    pin = re.search(r"^snakemake==(\S+)", _text(found, "requirements.lock"), re.MULTILINE)
    return pin[1] if pin else "not recorded"


def _url(found: Contents) -> dict[str, str]:
    """Where the code is published, if CITATION.cff tells."""
    about = yaml.safe_load(_text(found, "CITATION.cff")) or {}
    url = about.get("repository-code") or about.get("url")
    return {"url": url} if url else {}


def _text(found: Contents, path: str) -> str:
    content = found.files.get(path, b"")
    return (content if isinstance(content, bytes) else content.read_bytes()).decode()
