"""The config of a whole run, kept as a file that its name tells: whoever has it can run the same again."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from sweetspot.files import atomic_path

FOLDER = Path("results/configs")


def config_path(config: dict[str, Any]) -> Path:
    """Where the config is kept, by a hash of its content."""
    return FOLDER / f"{hashlib.sha256(_text(config).encode()).hexdigest()[:16]}.json"


def keep_config(config: dict[str, Any]) -> None:
    """Write the config, JSON, which `--configfile` takes as well as YAML, unless it is there."""
    path = config_path(config)
    if not path.is_file() or path.read_text(encoding="utf-8") != _text(config):
        with atomic_path(path) as temporary:
            temporary.write_text(_text(config), encoding="utf-8")


def _text(config: dict[str, Any]) -> str:
    return json.dumps(config, indent=1, sort_keys=True) + "\n"
