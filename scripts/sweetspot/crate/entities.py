"""The entities of a crate's metadata: a thin layer on rocrate, with the terms of the profiles in one place."""

from __future__ import annotations

import json
from typing import Any

from rocrate.model.contextentity import ContextEntity
from rocrate.model.dataset import Dataset
from rocrate.model.entity import Entity
from rocrate.model.file import File
from rocrate.rocrate import ROCrate

VERSION = "1.1"  # of RO-Crate, which version 0.5 of the profiles of runs extends
RUN_VERSION = "0.5"
RUN_PROFILES = {"process": "Process Run Crate", "workflow": "Workflow Run Crate", "provenance": "Provenance Run Crate"}
WORKFLOW_PROFILE = "https://w3id.org/workflowhub/workflow-ro-crate/1.0"
BIOSCHEMAS = "https://bioschemas.org/profiles/{}/1.0-RELEASE"
TERMS = "https://w3id.org/ro/terms/workflow-run#"
EXTRA_TERMS = ("sha256", "resourceUsage")  # those of TERMS that are used
SPECIFICATION = f"https://w3id.org/ro/crate/{VERSION}"


class Entities:
    """All entities, by their ids."""

    def __init__(self) -> None:
        self._crate = ROCrate(version=VERSION)
        self._crate.metadata.extra_terms = {name: TERMS + name for name in EXTRA_TERMS}
        self._crate.metadata["conformsTo"] = [{"@id": SPECIFICATION}, {"@id": WORKFLOW_PROFILE}]

    @property
    def root(self) -> Entity:
        """The crate as a whole."""
        return self._crate.root_dataset

    def add_file(self, path: str, **about: Any) -> None:
        """A file of the crate."""
        self._crate.add(File(self._crate, dest_path=path, properties=about))

    def add_folder(self, path: str, **about: Any) -> None:
        """A folder of the crate."""
        self._crate.add(Dataset(self._crate, dest_path=path, properties=about))

    def file(self, path: str) -> Entity:
        """A file of the crate that was added."""
        return self.get(File(self._crate, dest_path=path).id)

    def folder(self, path: str) -> Entity:
        """A folder of the crate that was added."""
        return self.get(Dataset(self._crate, dest_path=path).id)

    def get(self, identity: str) -> Entity:
        """An entity that was added."""
        found = self._crate.dereference(identity)
        if found is None:
            raise KeyError(identity)
        return found

    def thing(self, identity: str, kind: str, **about: Any) -> Entity:
        """What is no file of the crate: described once, whoever refers to it."""
        found = self._crate.dereference(identity)
        return found or self._crate.add(ContextEntity(self._crate, identity, {"@type": kind, **about}))

    def profile(self, url: str, name: str, version: str) -> Entity:
        """A profile that something conforms to."""
        return self.thing(url, "CreativeWork", name=name, version=version)

    def run_profiles(self) -> list[Entity]:
        """The profiles that the whole crate conforms to."""
        runs = [
            self.profile(f"https://w3id.org/ro/wfrun/{name}/{RUN_VERSION}", title, RUN_VERSION)
            for name, title in RUN_PROFILES.items()
        ]
        return [*runs, self.profile(WORKFLOW_PROFILE, "Workflow RO-Crate", "1.0")]

    def bioschemas(self, name: str) -> Entity:
        """A profile of Bioschemas."""
        return self.profile(BIOSCHEMAS.format(name), f"Bioschemas {name}", "1.0-RELEASE")

    def parameter(self, identity: str, name: str, kind: str) -> Entity:
        """Something that a workflow or a program is given or makes, such as a `File` or `Text`."""
        about = {"name": name, "additionalType": kind, "conformsTo": self.bioschemas("FormalParameter")}
        return self.thing(identity, "FormalParameter", **about)

    def license(self, url: str) -> Entity:
        """A licence, named by the end of its URL."""
        name = url.rstrip("/").rsplit("/", 1)[-1]
        return self.thing(url, "CreativeWork", name=name, description=f"The licence {name}.", url=url)

    def to_bytes(self) -> bytes:
        """The file of metadata, its entities sorted by id."""
        content = self._crate.metadata.generate()
        content["@graph"] = sorted((_compact(each) for each in content["@graph"]), key=lambda each: each["@id"])
        return (json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()


def _compact(entity: dict[str, Any]) -> dict[str, Any]:
    """A list of one is written as that one, as the specification recommends; an empty list is left out."""
    full = {name: value for name, value in entity.items() if value != []}
    return {name: value[0] if isinstance(value, list) and len(value) == 1 else value for name, value in full.items()}
