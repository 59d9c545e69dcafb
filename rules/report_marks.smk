# How results are marked for Snakemake's report: category, title, caption and record.
from sweetspot.audit.record import BrokenRecord, read_record

PAPER_1, PAPER_2, OWN = "Paper 1", "Paper 2", "This project"
# How each kind of file is named where a result has two; the first in the alphabet is shown first.
FORMATS = {".png": "image (PNG)", ".pdf": "print (PDF)", ".html": "page (HTML)", ".csv": "table file (CSV)"}
# Category and title of each table; its caption is report/NAME.rst.
TABLE_TITLES = {
    "table_1": (PAPER_1, "Table 1"),
    "table_2": (PAPER_1, "Table 2"),
    "table_3": (PAPER_1, "Table 3"),
    "table_4": (PAPER_1, "Table 4"),
    "selection_table_1": (PAPER_2, "Table 1"),
    "selection_table_2": (PAPER_2, "Table 2"),
    "selection_table_5": (PAPER_2, "Table 5"),
    "selection": (PAPER_2, "all runs on selected samples"),
    "runs": (OWN, "all runs"),
    "distances": (OWN, "distances"),
    "distance_ranks": (OWN, "ranks of distances"),
    "predictions": (OWN, "predicted ratios"),
    "regrets": (OWN, "regrets of predictions"),
    "methods": (OWN, "methods of prediction"),
    "claims": (OWN, "claims and verdicts"),
    "prediction_costs": (OWN, "costs of prediction"),
}

TABLE_PAGES = [f"results/report/{Path(table).stem}.html" for table in TABLES]


def record_name(path):
    """The id of a result's record, short, for the report."""
    try:
        record = read_record(Path(path))
    except BrokenRecord:
        return "damaged"
    return record.short_id if record else "none"


def shown(path, kind, category, title, caption, record_of=None):
    """Mark a result for the report. The record is looked up when the report is made; wildcards may be in all words.

    `record_of` names the result whose record counts, if it is not the one that is shown.
    """

    def labels(wildcards):
        source = (record_of or path).format(**dict(wildcards.items()))
        record = {} if source.startswith("results/report/") else {"record": record_name(source)}
        return {"title": title, **record, "format": FORMATS[Path(path).suffix]}

    return report(path, caption=f"../report/{caption}.rst", category=category, subcategory=kind, labels=labels)


def shown_figure(name, category, title, caption=None):
    """A figure as PDF and PNG, both marked for the report."""
    return [
        shown(f"results/figures/{name}.{ending}", "Figures", category, title, caption or name)
        for ending in ("pdf", "png")
    ]


def numbered(number):
    """The title of a figure of paper 1, so wide that 10 comes after 9."""
    return f"Figure {number:\u2007>2}"


def shown_table(path, page=None):
    """A table, or its page, marked for the report."""
    name = Path(path).stem
    return shown(page or path, "Tables", *TABLE_TITLES[name], name, record_of=path)
