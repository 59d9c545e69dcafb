# What is shown to readers: the interactive page, and what Snakemake's report holds. `make report` makes both.
report: "../report/workflow.rst"


# Too large for a frame of the report, where browsers stop at 2 MB: its first page has a link instead.
rule explorer:
    input:
        runs="results/tables/runs.csv",
        distances="results/tables/distances.csv",
        predictions="results/tables/predictions.csv",
        template="scripts/sweetspot/explorer/page.html",
        parts=expand("scripts/sweetspot/explorer/{part}", part=["page.css", "drawing.js", "runs.js", "theory.js"]),
    output:
        "results/figures/explorer.html",
    log:
        "results/logs/explorer.log",
    benchmark:
        "results/benchmarks/explorer.tsv"
    conda:
        "../envs/sweetspot.yaml"
    threads: 1
    resources:
        mem_mb=grows(1000),
        runtime=grows(10),
    params:
        code=code("explorer"),
        job=job("explorer"),
    shell:
        "SWEETSPOT_JOB={params.job} python scripts/explorer.py --runs {input.runs:q}"
        " --distances {input.distances:q} --predictions {input.predictions:q} --template {input.template:q}"
        " --parts {input.parts:q} --out {output:q} > {log:q} 2>&1"


# Pages for the report alone: they are no results and have no records.
rule report_tables:
    input:
        tables=TABLES,
    output:
        pages=[shown_table(table, page) for table, page in zip(TABLES, TABLE_PAGES, strict=True)],
    log:
        "results/logs/report_tables.log",
    conda:
        "../envs/sweetspot.yaml"
    threads: 1
    resources:
        mem_mb=grows(1000),
        runtime=grows(10),
    params:
        code=code("report_tables"),
    shell:
        "python scripts/report_tables.py --tables {input.tables:q} --out {output.pages:q} > {log:q} 2>&1"


# What is audited may have changed without Snakemake's knowing, so `make report` forces this rule.
rule report_audit:
    input:
        FIGURES,
        TABLES,
    output:
        audit=shown("results/report/audit.html", "Run", OWN, "audit of all results", "audit"),
        run=shown("results/report/run.html", "Run", OWN, "code, machines, versions, config", "run"),
    log:
        "results/logs/report_audit.log",
    conda:
        "../envs/sweetspot.yaml"
    threads: 1
    resources:
        mem_mb=grows(1000),
        runtime=grows(10),
    params:
        code=code("report_audit"),
    shell:
        "python scripts/report_audit.py --audit {output.audit:q} --run {output.run:q} > {log:q} 2>&1"


localrules:
    report_pages,


# Everything that the report shows: its target, `snakemake --report results/report.html -- report_pages`.
rule report_pages:
    input:
        FIGURES,
        TABLES,
        # By their paths: marks for the report would count as those of this rule.
        TABLE_PAGES,
        "results/report/audit.html",
        "results/report/run.html",
