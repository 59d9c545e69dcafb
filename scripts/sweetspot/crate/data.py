"""What a crate says of its files, of the results that are not in it, and of raw data."""

from __future__ import annotations

import mimetypes
from pathlib import Path
from typing import Any

from rocrate.model.entity import Entity

from sweetspot.audit.audit import Audit
from sweetspot.audit.fingerprints import Fingerprint
from sweetspot.audit.record import ENDING, Input, record_path
from sweetspot.crate.contents import Contents, is_config
from sweetspot.crate.entities import Entities

FORMATS = {
    ".cff": "application/yaml",
    ".lock": "text/plain",
    ".md": "text/markdown",
    ".npy": "application/x-npy",
    ".safetensors": "application/x-safetensors",
    ".smk": "text/plain",
    ".toml": "application/toml",
    ".tsv": "text/tab-separated-values",
    ".yaml": "application/yaml",
    "": "text/plain",
}
UNKNOWN = "application/octet-stream"


class Data:
    """The files and data of a crate, by the paths that the records have for them."""

    def __init__(self, entities: Entities, found: Contents, audit: Audit, digests: dict[str, tuple[str, int]]) -> None:
        self._entities, self._found, self._audit = entities, found, audit
        for path in sorted(found.files):
            entities.add_file(path, **_about_file(path, *digests[path]))
        for path, files in sorted(found.results.items()):
            if files != [path]:
                self._add_folder(path, files)
        for path, why in sorted(found.withheld.items()):
            self._add_withheld(path, why)
        for digest, size in sorted(set(found.raw.values())):
            self._add_raw(digest, size)
        for path in self.results():
            record = record_path(Path(path)).as_posix()
            if record in found.files:
                entities.file(record)["about"] = self.entity(path)

    def __contains__(self, path: str) -> bool:
        return path in self._audit.nodes

    def entity(self, path: str) -> Entity:
        """What stands for an input or an output of a job."""
        if path in self._found.raw:
            return self._entities.get(_raw_id(self._found.raw[path][0]))
        if path in self._found.withheld:
            return self._entities.get(_withheld_id(path))
        if self._found.results.get(path, [path]) != [path]:
            return self._entities.folder(path)
        return self._entities.file(path)

    def results(self) -> list[str]:
        """All results, in the crate or not."""
        return sorted([*self._found.results, *self._found.withheld])

    def made(self, folder: str) -> list[str]:
        """The results of one folder, such as `figures`."""
        return [path for path in self.results() if path.startswith(f"results/{folder}/")]

    def configs(self) -> list[str]:
        """The kept configs of the runs."""
        return sorted(path for path in self._found.files if is_config(path))

    def raw(self) -> list[str]:
        """Raw data: of files with equal content, one."""
        return sorted({each: path for path, each in sorted(self._found.raw.items(), reverse=True)}.values())

    def _add_folder(self, path: str, files: list[str]) -> None:
        words = "Its SHA-256 is that of the JSON list of the names in it, each with its SHA-256."
        parts = [self._entities.file(each) for each in files]
        about = {"name": path, "description": words, "hasPart": parts}
        self._entities.add_folder(path, sha256=self._recorded(path).sha256, **about)

    def _add_withheld(self, path: str, why: str) -> None:
        recorded = self._recorded(path)
        is_folder = getattr(recorded, "files", None) is not None
        about = {"name": path, "description": f"Not in the crate: {why}.", "contentSize": str(recorded.size)}
        about |= {} if is_folder else {"encodingFormat": _format(path)}
        self._entities.thing(_withheld_id(path), "Dataset" if is_folder else "File", sha256=recorded.sha256, **about)

    def _add_raw(self, digest: str, size: int) -> None:
        words = "Not in the crate, and named by the content alone: whoever has the data can compare."
        about = {"name": f"raw data {digest[:12]}", "description": words, "contentSize": str(size)}
        self._entities.thing(_raw_id(digest), "File", sha256=digest, encodingFormat=UNKNOWN, **about)

    def _recorded(self, path: str) -> Fingerprint | Input:
        return self._audit.nodes[path].recorded[0]


def _about_file(path: str, digest: str, size: int) -> dict[str, Any]:
    about = {"name": path, "contentSize": str(size), "sha256": digest}
    if path.endswith(ENDING):
        about["description"] = "The record of the job that made the file, redacted for publication."
    return {**about, "encodingFormat": _format(path)}


def _format(path: str) -> str:
    return FORMATS.get(Path(path).suffix) or mimetypes.guess_type(path)[0] or UNKNOWN


def _raw_id(digest: str) -> str:
    return f"#sha256-{digest}"


def _withheld_id(path: str) -> str:
    return f"#withheld/{path}"
