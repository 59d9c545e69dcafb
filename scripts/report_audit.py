"""Pages on how the results came about, for the report: the audit of all of them, and the run."""

from __future__ import annotations

from pathlib import Path

from sweetspot.audit.audit import PUBLISHED as FOLDERS
from sweetspot.audit.audit import all_results, audit
from sweetspot.program import parser, run
from sweetspot.report.audit_page import audit_page
from sweetspot.report.document import write
from sweetspot.report.run_page import run_page

PUBLISHED = tuple(f"results/{folder}/" for folder in FOLDERS)


def main() -> None:
    arguments = parser(__doc__)
    arguments.add_argument("--folder", type=Path, default=Path(), help="the project's; default: this one")
    arguments.add_argument("--audit", type=Path, required=True, metavar="FILE.html")
    arguments.add_argument("--run", type=Path, required=True, metavar="FILE.html")
    options = arguments.parse_args()

    everything = all_results(options.folder)
    found = audit(options.folder, everything)
    published = [path for path in everything if path.startswith(PUBLISHED)]
    write(audit_page(found, published), options.audit)
    write(run_page(options.folder, found.jobs()), options.run)


if __name__ == "__main__":
    run(main)
