"""Write the brain phantom as a BIDS data set."""

from __future__ import annotations

from pathlib import Path

from sweetspot.config.phantom import Phantom
from sweetspot.data.phantom.bids_writer import write_phantom
from sweetspot.program import config_of, parser, run


def main() -> None:
    arguments = parser(__doc__)
    arguments.add_argument("--config", type=config_of(Phantom), required=True)
    arguments.add_argument("--out", type=Path, required=True, help="output, a folder")
    options = arguments.parse_args()
    write_phantom(options.config, options.out)


if __name__ == "__main__":
    run(main)
