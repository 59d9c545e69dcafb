"""What a crate says of the run: a job for each record, the rules as steps, and Snakemake that started them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from rocrate.model.entity import Entity

from sweetspot.audit.record import Record, record_path
from sweetspot.crate.data import Data
from sweetspot.crate.entities import Entities
from sweetspot.crate.privacy import Privacy

LANGUAGE = "https://w3id.org/workflowhub/workflow-ro-crate#snakemake"
ENGINE = "https://snakemake.github.io/"
COMPLETED = "http://schema.org/CompletedActionStatus"
# What is told of the resources of a job: the unit, and words.
USAGE = {
    "seconds": ("https://qudt.org/vocab/unit/SEC", "wall time of the last attempt"),
    "peak_memory": ("https://qudt.org/vocab/unit/BYTE", "peak memory"),
}


class Run:
    """The run as entities: `workflow` is what was run, `actions` are what happened, the whole run first.

    Parameters
    ----------
    engine_version : of Snakemake.
    about_code : properties of all code, such as its version.
    agent : who ran it, if that is told.
    """

    def __init__(
        self,
        entities: Entities,
        data: Data,
        jobs: list[Record],
        privacy: Privacy,
        engine_version: str,
        about_code: dict[str, Any],
        agent: Entity | None,
    ) -> None:
        self._entities, self._data, self._privacy = entities, data, privacy
        self._agent = {} if agent is None else {"agent": agent}
        self.workflow = entities.file("Snakefile")
        self._programs = {path: entities.file(path) for path in sorted({_program(job) for job in jobs})}
        for code in (self.workflow, *self._programs.values()):
            _set(code, ["File", "SoftwareSourceCode"], about_code)
        steps = self._steps(jobs)
        done = [self._job(job) for job in jobs]
        times = {"startTime": min(job.started for job in jobs), "endTime": max(job.ended for job in jobs)}
        self.actions = [self._whole(times), *done]
        engine = entities.thing(
            ENGINE, "SoftwareApplication", name="Snakemake", url=ENGINE, softwareVersion=engine_version
        )
        starts = [self._start(job, steps[job.rule], action) for job, action in zip(jobs, done, strict=True)]
        self._action(
            "#snakemake", "OrganizeAction", "Snakemake's run", "The workflow engine at work.",
            instrument=engine, object=starts, result=self.actions[0], **times,
        )  # fmt: skip
        self._describe_workflow(list(steps.values()))

    def _describe_workflow(self, steps: list[Entity]) -> None:
        language = self._entities.thing(LANGUAGE, "ComputerLanguage", name="Snakemake", url=ENGINE)
        about = {
            "name": "sweetspot",
            "programmingLanguage": language,
            "conformsTo": self._entities.bioschemas("ComputationalWorkflow"),
            "hasPart": list(self._programs.values()),
            "step": steps,
            "softwareRequirements": self._entities.file("requirements.lock"),
            "input": self._parameters("input", {"config": self._data.configs(), "raw_data": self._data.raw()}),
            "output": self._parameters("output", {name: self._data.made(name) for name in ("figures", "tables")}),
        }
        _set(self.workflow, ["File", "SoftwareSourceCode", "ComputationalWorkflow", "HowTo"], about)

    def _parameters(self, side: str, files: dict[str, list[str]]) -> list[Entity]:
        """What goes into the workflow or comes out, each with the files that did."""
        found = []
        for name, paths in files.items():
            if paths:
                found.append(self._entities.parameter(f"#{side}/{name}", name, "File"))
                for path in paths:
                    self._data.entity(path)["exampleOfWork"] = found[-1]
        return found

    def _whole(self, times: dict[str, str]) -> Entity:
        inputs = [*self._data.configs(), *self._data.raw()]
        outputs = [*self._data.made("figures"), *self._data.made("tables")]
        return self._action(
            "#run", "CreateAction", "The whole run", "All jobs that made the figures and tables.",
            instrument=self.workflow, object=self._of(inputs), result=self._of(outputs), **times,
        )  # fmt: skip

    def _steps(self, jobs: list[Record]) -> dict[str, Entity]:
        """The rules, in the order in which they were first run."""
        steps: dict[str, Entity] = {}
        for job in jobs:
            if job.rule not in steps:
                about = {"name": job.rule, "position": str(len(steps) + 1)}
                tool = self._programs[_program(job)]
                steps[job.rule] = self._entities.thing(f"#step/{job.rule}", "HowToStep", workExample=tool, **about)
        return steps

    def _start(self, job: Record, step: Entity, action: Entity) -> Entity:
        about = {"name": f"Start of {_name(job)}", "instrument": step, "object": action}
        return self._entities.thing(f"#start/{job.id}", "ControlAction", **about)

    def _job(self, job: Record) -> Entity:
        given = [] if job.config is None else [self._config(job)]
        outputs = [path for path in job.outputs if path in self._data]
        words = f"A job of the rule {job.rule}; the id of its record is {job.id}."
        return self._action(
            f"#job/{job.id}", "CreateAction", _name(job), words,
            instrument=self._programs[_program(job)], object=[*self._of(job.inputs), *given],
            result=self._of(outputs), subjectOf=self._entities.file(_record(outputs[0])),
            resourceUsage=self._usage(job), startTime=job.started, endTime=job.ended,
        )  # fmt: skip

    def _config(self, job: Record) -> Entity:
        """The resolved config that a job was given, one for all jobs of a program with the same."""
        program = _program(job)
        parameter = self._entities.parameter(f"#config-of/{program}", "config", "Text")
        self._programs[program]["input"] = parameter
        value = json.dumps(self._privacy.in_json(job.config), sort_keys=True)
        identity = f"#config/{hashlib.sha256(f'{program} {value}'.encode()).hexdigest()[:16]}"
        return self._entities.thing(identity, "PropertyValue", name="config", value=value, exampleOfWork=parameter)

    def _usage(self, job: Record) -> list[Entity]:
        return [
            self._entities.thing(
                f"#usage/{job.id}/{key}", "PropertyValue",
                name=words, propertyID=key, value=str(getattr(job, key)), unitCode=unit,
            )
            for key, (unit, words) in USAGE.items()
        ]  # fmt: skip

    def _of(self, paths: Iterable[str]) -> list[Entity]:
        """The entities of some paths, each once: raw data of equal content are one."""
        return list({entity.id: entity for entity in map(self._data.entity, paths)}.values())

    def _action(self, identity: str, kind: str, name: str, description: str, **about: Any) -> Entity:
        about |= {"name": name, "description": description, "actionStatus": COMPLETED, **self._agent}
        return self._entities.thing(identity, kind, **about)


def _set(entity: Entity, types: list[str], about: dict[str, Any]) -> None:
    entity.properties()["@type"] = types
    for name, value in about.items():
        entity[name] = value


def _program(job: Record) -> str:
    """The program of a job: `python scripts/NAME.py ...`."""
    return job.command[1]


def _record(result: str) -> str:
    return record_path(Path(result)).as_posix()


def _name(job: Record) -> str:
    return " ".join([job.rule, *(f"{name}={value}" for name, value in job.wildcards.items())])
