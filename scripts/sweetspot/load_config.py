"""The check of a whole config before any job: its keys, and that its data can fill its splits and networks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from sweetspot.config.block import parse
from sweetspot.config.classification_task import ClassificationTask
from sweetspot.config.scans import Bids
from sweetspot.config.workflow import AnyTask, Workflow
from sweetspot.data.readers import class_counts, image_shape
from sweetspot.data.split import check_counts
from sweetspot.errors import InputError


class _UniqueKeyLoader(yaml.SafeLoader):
    """YAML as the standard has it: a key that stands twice in a mapping is an error, not the last one's win."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen = set()
        for key_node, _ in node.value:
            name = key_node.value if isinstance(key_node, yaml.ScalarNode) else None
            if name is not None and name in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"the key `{name}` stands twice", key_node.start_mark
                )
            seen.add(name)
        return super().construct_mapping(node, deep)


def read_config(path: str | Path) -> Any:
    """The content of a YAML file.

    Raises
    ------
    InputError : the file cannot be read, is not YAML, or has a key twice in one mapping.
    """
    try:
        return yaml.load(Path(path).read_text(encoding="utf-8"), _UniqueKeyLoader)
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: not YAML: {' '.join(str(error).split())}") from None


def load_workflow(data: Any, *, data_needed: bool = True) -> Workflow:
    """Check the whole config, as read from YAML, and that every split fits its data; keep the tasks of `only`.

    Parameters
    ----------
    data_needed : whether data that are not there at all are an error; `missing_data` tells of them otherwise.

    Raises
    ------
    InputError : one message that names each wrong key and says what is allowed.
    """
    if not isinstance(data, dict) or not data:
        raise InputError("the config is empty; it needs at least `tasks` (config.yaml is an example)")
    workflow = parse(Workflow, _with_kinds(data)).chosen()
    for name, task in workflow.tasks.items():
        if data_needed or _data_are_there(task):
            _check_data(name, task)
    return workflow


def missing_data(workflow: Workflow) -> dict[str, str]:
    """For each task whose data are not there: what is missing and where it should be."""
    messages = {}
    for name, task in workflow.tasks.items():
        if not _data_are_there(task):
            try:
                _check_data(name, task)
            except InputError as error:
                messages[name] = str(error)
    return messages


def _with_kinds(data: dict[str, Any]) -> dict[str, Any]:
    """The config with the kind of each task; one that does not say it is a classification."""
    if not isinstance(data.get("tasks"), dict):
        return data
    tasks = {
        name: {"kind": "classification", **task} if isinstance(task, dict) else task
        for name, task in data["tasks"].items()
    }
    return {**data, "tasks": tasks}


def _data_are_there(task: AnyTask) -> bool:
    paths = [getattr(task.data, name) for name in ("path", "images", "labels") if hasattr(task.data, name)]
    return all(Path(path).exists() for path in paths)


def _check_data(name: str, task: AnyTask) -> None:
    try:
        _check_against_data(task, f"tasks.{name}")
    except InputError as error:
        # What is wrong with the source itself, such as a class folder without images, names the file only.
        message = str(error)
        raise InputError(message if message.startswith("`") else f"`tasks.{name}.data`: {message}") from None


def _check_against_data(task: AnyTask, key_prefix: str) -> None:
    if isinstance(task, ClassificationTask):
        counts = class_counts(task.data)
        if counts is not None:
            check_counts(counts, task.split, f"{key_prefix}.split")
        shape = image_shape(task.data)
        try:
            task.check_images(shape, counts)
        except ValueError as error:
            raise InputError(f"`{key_prefix}.{str(error).removeprefix('`')}") from None
    elif isinstance(task.data, Bids):
        from sweetspot.data import bids

        bids.check(task.data, task.split, f"{key_prefix}.split")
