"""The whole run as one zip that a journal or a data repository takes: a Provenance Run Crate.

The same results give the same bytes: nothing in it depends on when, where or by whom it was packed.
"""

from __future__ import annotations

import hashlib
import shutil
import zipfile
from pathlib import Path

from sweetspot.audit.audit import Finding, Part, Status, all_results
from sweetspot.audit.audit import audit as audit_results
from sweetspot.crate.contents import Choice, Contents, contents
from sweetspot.crate.graph import About, metadata
from sweetspot.crate.privacy import EMAIL, HOME
from sweetspot.errors import InputError
from sweetspot.files import atomic_path, sha256_of_file

METADATA = "ro-crate-metadata.json"
EPOCH = (1980, 1, 1, 0, 0, 0)  # the first time that a zip can state
MODE = 0o644 << 16
UNIX = 3


def write_crate(folder: Path, out: Path, choice: Choice, about: About) -> Contents:
    """Pack the results of the project in `folder`; return what was packed and what was not.

    Raises
    ------
    InputError : a result, its code, its config or its record is not as recorded; a text would tell what it must not.
    """
    paths = all_results(folder)
    if not paths:
        raise InputError(f"{folder / 'results'}: there are no results to pack; run the workflow first")
    found = audit_results(folder, paths)
    problems = [each for each in found.problems() if not _only_elsewhere(each)]
    if problems:
        first = problems[0]
        raise InputError(
            f"{first.path}: it is {first.status} since it was recorded, as are {len(problems) - 1} others; see them "
            "with `sweetspot audit --all`, and make them again, or remove what an older config has left"
        )
    chosen = contents(folder, found, choice)
    digests = {path: _digest(content) for path, content in chosen.files.items()}
    chosen.files[METADATA] = metadata(chosen, found, digests, about)
    _check(chosen, choice)
    # Some readers look for a folder by its own entry.
    folders = {f"{path}/": b"" for path, files in chosen.results.items() if files != [path]}
    _write(out, chosen.files | folders)
    return chosen


def _only_elsewhere(finding: Finding) -> bool:
    """Raw data need not be where the crate is packed: only their hash is in it."""
    within = finding.path.startswith("results/")
    return finding.part == Part.RAW and finding.status == Status.MISSING and not within


def _digest(content: Path | bytes) -> tuple[str, int]:
    if isinstance(content, bytes):
        return hashlib.sha256(content).hexdigest(), len(content)
    return sha256_of_file(content), content.stat().st_size


def _check(chosen: Contents, choice: Choice) -> None:
    """Refuse a crate whose metadata, records or configs still name somebody, whatever the way it came there."""
    for path, content in sorted(chosen.files.items()):
        if not isinstance(content, bytes) or not path.endswith(".json"):
            continue
        text = content.decode()
        addresses = [] if choice.emails else EMAIL.findall(text)
        if chosen.privacy.found(text) or HOME.search(text) or addresses:
            raise InputError(
                f"{path}: in the crate it would name a subject, an address or a place of raw data; name no task, "
                "domain or result after one"
            )


def _write(out: Path, files: dict[str, Path | bytes]) -> None:
    with atomic_path(out) as temporary, zipfile.ZipFile(temporary, "w") as archive:
        for path in sorted(files):
            about = zipfile.ZipInfo(path, EPOCH)
            about.compress_type, about.external_attr, about.create_system = zipfile.ZIP_DEFLATED, MODE, UNIX
            content = files[path]
            if isinstance(content, bytes):
                archive.writestr(about, content)
                continue
            about.file_size = content.stat().st_size  # tells whether a large file needs the longer headers
            with content.open("rb") as source, archive.open(about, "w") as target:
                shutil.copyfileobj(source, target)
