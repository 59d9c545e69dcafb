"""The command `sweetspot`."""

from __future__ import annotations

import argparse
from pathlib import Path

from sweetspot.audit import audit_command, diff_command
from sweetspot.config.workflow import schema_text
from sweetspot.crate import command as crate_command
from sweetspot.load_config import load_workflow, read_config
from sweetspot.plan import command as plan_command
from sweetspot.program import parser, run
from sweetspot.recommend import command as recommend_command
from sweetspot.select_command import command as select_command


def check(options: argparse.Namespace) -> None:
    """Check a config file as the workflow does, without running anything."""
    workflow = load_workflow(read_config(options.config))
    print(f"{options.config}: fine; tasks: {', '.join(workflow.tasks)}")


def schema(options: argparse.Namespace) -> None:
    """Print the JSON schema of the config, which describes every key."""
    print(schema_text(), end="")


def build_parser() -> argparse.ArgumentParser:
    """The command's arguments; each subcommand is described by its function's docstring."""
    arguments = parser(__doc__)
    commands = arguments.add_subparsers(dest="command", required=True)
    arguments_of = {
        recommend_command.recommend: recommend_command.add_arguments,
        select_command.select: select_command.add_arguments,
        plan_command.plan: plan_command.add_arguments,
        audit_command.audit: audit_command.add_arguments,
        diff_command.diff: diff_command.add_arguments,
        crate_command.crate: crate_command.add_arguments,
    }
    for command in (check, schema, *arguments_of):
        sub = commands.add_parser(command.__name__, help=command.__doc__, description=command.__doc__)
        sub.set_defaults(command=command)
        if command is check:
            sub.add_argument("config", type=Path, help="a YAML file")
        if command in arguments_of:
            arguments_of[command](sub)
    return arguments


def main() -> None:
    """Entry point of the installed command."""
    options = build_parser().parse_args()
    run(lambda: options.command(options))
