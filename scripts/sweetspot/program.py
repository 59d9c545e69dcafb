"""What every program in `scripts/` does alike: parse its config, report a user's error in one line, exit."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from typing import TypeVar

from sweetspot import stop_requests
from sweetspot.audit.recording import recorded
from sweetspot.config.block import Block, parse_json
from sweetspot.errors import InputError

Config = TypeVar("Config", bound=Block)
INTERRUPTED = 130  # 128 and the number of the signal
TRY_AGAIN = 75  # EX_TEMPFAIL: nothing is wrong, and the same command goes on from where it stopped


def parser(description: str | None) -> argparse.ArgumentParser:
    """An argument parser with `description` (a program passes its own docstring)."""
    return argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)


def config_of(model: type[Config]) -> Callable[[str], Config]:
    """The `type=` of a `--config` argument: the JSON text of one block, checked against its model."""

    def check(text: str) -> Config:
        try:
            return parse_json(model, text)
        except InputError as error:
            # argparse would replace the message of any ValueError by one of its own.
            sys.exit(f"error: {error}")

    return check


def run(main: Callable[[], None]) -> None:
    """Call `main` and record what it made of what.

    What the user can mend is turned into one line on standard error and exit code 1.
    An interrupt is one line as well, with exit code 130 as in shells. A program that was asked to stop and saved its
    work ends with exit code 75, so that it is run again; near the end of a SLURM allocation it queues its job again.
    """
    try:
        with stop_requests.handled(), recorded():
            main()
    except InputError as error:
        sys.exit(f"error: {error}")
    except stop_requests.Stopped as stopped:
        queued = stopped.request.requeue and stop_requests.requeue()
        after = "its SLURM job was queued again" if queued else "run the same command again to go on"
        print(f"saved and stopped: {stopped.request.reason}; {after}", file=sys.stderr)
        sys.exit(TRY_AGAIN)
    except MemoryError as error:
        sys.exit(f"error: not enough memory: {error}; make the sizes in the config smaller or use a larger machine")
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        sys.exit(INTERRUPTED)
