"""The interactive page: curves, predictions and bounds of the runs, and the theory with sliders."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from sweetspot.audit.recording import depends_on
from sweetspot.explorer.measured import measured
from sweetspot.explorer.page import page
from sweetspot.explorer.sources import RunRecords, ids_of_inputs, short_id
from sweetspot.explorer.theory_grid import theory_grid
from sweetspot.files import atomic_path
from sweetspot.program import parser, run
from sweetspot.tables.distances import read_distances
from sweetspot.tables.predictions import read_predictions
from sweetspot.tables.runs import read_runs


def main() -> None:
    arguments = parser(__doc__)
    arguments.add_argument("--runs", type=Path, required=True, help="runs.csv")
    arguments.add_argument("--distances", type=Path, required=True, help="distances.csv")
    arguments.add_argument("--predictions", type=Path, required=True, help="predictions.csv")
    arguments.add_argument("--template", type=Path, required=True, help="the page without its parts")
    arguments.add_argument("--parts", type=Path, nargs="+", required=True, help="styles and scripts of the page")
    arguments.add_argument("--out", type=Path, required=True, metavar="FILE.html")
    options = arguments.parse_args()

    tables = {"runs": options.runs, "distances": options.distances, "predictions": options.predictions}
    sources = ids_of_inputs(options.distances) | ids_of_inputs(options.predictions)
    records = {name: short_id(path) for name, path in tables.items()}
    # The ids are on the page, and so determine its bytes, beside the tables.
    ids = json.dumps([records, sources, ids_of_inputs(options.runs)], sort_keys=True)
    depends_on("ids of records", hashlib.sha256(ids.encode()).hexdigest())
    groups = measured(
        read_runs(options.runs),
        read_distances(options.distances),
        read_predictions(options.predictions),
        RunRecords.of(options.runs),
        sources,
    )
    data = {"groups": groups, "records": records, "theory": theory_grid()}
    text = page(options.template, {path.name: path for path in options.parts}, data)
    with atomic_path(options.out) as temporary:
        temporary.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    run(main)
