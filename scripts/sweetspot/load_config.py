"""The check of a whole config before any job: its keys, and that its data can fill its splits."""

from __future__ import annotations

from typing import Any

from sweetspot.config.block import parse
from sweetspot.config.workflow import Workflow
from sweetspot.data.readers import check_split
from sweetspot.errors import InputError


def load_workflow(data: Any) -> Workflow:
    """Check the whole config, as read from YAML, and that every split fits its data.

    Raises
    ------
    InputError : one message that names each wrong key and says what is allowed.
    """
    if not isinstance(data, dict) or not data:
        raise InputError("the config is empty; it needs at least `tasks` (config.yaml is an example)")
    workflow = parse(Workflow, data)
    for name, task in workflow.tasks.items():
        try:
            check_split(task.data, task.split, f"tasks.{name}.split")
        except InputError as error:
            # What is wrong with the source itself, such as a class folder without images, names the file only.
            message = str(error)
            raise InputError(message if message.startswith("`") else f"`tasks.{name}.data`: {message}") from None
    return workflow
