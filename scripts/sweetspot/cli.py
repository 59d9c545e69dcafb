"""The command `sweetspot`."""

from __future__ import annotations

import argparse
from pathlib import Path

import yaml

from sweetspot.config.workflow import schema_text
from sweetspot.errors import InputError
from sweetspot.load_config import load_workflow
from sweetspot.program import parser, run


def check(options: argparse.Namespace) -> None:
    """Check a config file as the workflow does, without running anything."""
    try:
        data = yaml.safe_load(options.config.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"{options.config}: cannot be read ({error.strerror})") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise InputError(f"{options.config}: not YAML: {' '.join(str(error).split())}") from None
    workflow = load_workflow(data)
    print(f"{options.config}: fine; tasks: {', '.join(workflow.tasks)}")


def schema(options: argparse.Namespace) -> None:
    """Print the JSON schema of the config, which describes every key."""
    print(schema_text(), end="")


def build_parser() -> argparse.ArgumentParser:
    """The command's arguments; each subcommand is described by its function's docstring."""
    arguments = parser(__doc__)
    commands = arguments.add_subparsers(dest="command", required=True)
    for command in (check, schema):
        sub = commands.add_parser(command.__name__, help=command.__doc__, description=command.__doc__)
        sub.set_defaults(command=command)
        if command is check:
            sub.add_argument("config", type=Path, help="a YAML file")
    return arguments


def main() -> None:
    """Entry point of the installed command."""
    options = build_parser().parse_args()
    run(lambda: options.command(options))
