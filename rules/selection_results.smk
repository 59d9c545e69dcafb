# Paper 2: what came of the samples that each rule picked.
rule collect_selection:
    input:
        runs=all_selected_runs(),
        measures=all_selected("measures.csv"),
    output:
        shown_table("results/tables/selection.csv"),
    log:
        "results/logs/collect_selection.log",
    benchmark:
        "results/benchmarks/collect_selection.tsv"
    conda:
        "../envs/sweetspot.yaml"
    threads: 1
    resources:
        mem_mb=grows(1000),
        runtime=grows(10),
    params:
        code=code("collect_selection"),
        job=job("collect_selection"),
    shell:
        "SWEETSPOT_JOB={params.job} python scripts/collect_selection.py"
        " --runs {input.runs:q} --measures {input.measures:q} --out {output:q} > {log:q} 2>&1"


for number in CONFIG.selection_tables():

    rule:
        name:
            f"selection_table_{number}"
        input:
            selection="results/tables/selection.csv",
        output:
            shown_table(f"results/tables/selection_table_{number}.csv"),
        log:
            f"results/logs/selection_table_{number}.log",
        benchmark:
            f"results/benchmarks/selection_table_{number}.tsv"
        conda:
            "../envs/sweetspot.yaml"
        threads: 1
        resources:
            mem_mb=grows(1000),
            runtime=grows(10),
        params:
            code=code("table_selection"),
            job=job(f"selection_table_{number}"),
            number=number,
        shell:
            "SWEETSPOT_JOB={params.job} python scripts/table_selection.py"
            " --number {params.number} --selection {input.selection:q} --out {output:q} > {log:q} 2>&1"


rule selection_2:
    input:
        picks=[f"results/selection/{task}/{pool}/picks.csv" for task in SELECTIONS for pool in SELECTIONS[task].pools],
    output:
        shown_figure("selection_2", PAPER_2, "Selection 2"),
    log:
        "results/logs/selection_2.log",
    benchmark:
        "results/benchmarks/selection_2.tsv"
    conda:
        "../envs/sweetspot.yaml"
    threads: 1
    resources:
        mem_mb=grows(1000),
        runtime=grows(10),
    params:
        code=code("plot_selection_2"),
        job=job("selection_2"),
    shell:
        "SWEETSPOT_JOB={params.job} python scripts/plot_selection_2.py"
        " --picks {input.picks:q} --out {output:q} > {log:q} 2>&1"
