# Paper 1, Section 2: kernel ridge regression towards a generator. Figures 1, 5 and 6, and Table 1.

KERNEL_ROWS = CONFIG.kernel_regression.rows


rule kernel_regression:
    output:
        risk="results/kernel/{row}/risk.csv",
        optima="results/kernel/{row}/optima.csv",
        fit="results/kernel/{row}/fit.csv",
    log:
        "results/logs/kernel_regression/{row}.log",
    benchmark:
        "results/benchmarks/kernel_regression/{row}.tsv"
    wildcard_constraints:
        row="|".join(KERNEL_ROWS),
    conda:
        "../envs/sweetspot.yaml"
    threads: 1
    resources:
        mem_mb=grows(1000),
        runtime=grows(10),
    params:
        code=code("kernel_regression"),
        job=job("kernel_regression"),
        config=lambda w: CONFIG.kernel_regression.only(w.row).to_json(),
    shell:
        "SWEETSPOT_JOB={params.job} python scripts/kernel_regression.py"
        " --config {params.config:q} --row {wildcards.row:q}"
        " --out {output:q} > {log:q} 2>&1"


# One rule for each row, named after the figure that shows it: figure_5, figure_1, figure_6.
for row, setting in KERNEL_ROWS.items():

    rule:
        name:
            f"figure_{setting.figure}"
        input:
            risk=f"results/kernel/{row}/risk.csv",
            optima=f"results/kernel/{row}/optima.csv",
            fit=f"results/kernel/{row}/fit.csv",
        output:
            shown_figure(f"figure_{setting.figure}", PAPER_1, numbered(setting.figure), "kernel_regression"),
        log:
            f"results/logs/figure_{setting.figure}.log",
        benchmark:
            f"results/benchmarks/figure_{setting.figure}.tsv"
        conda:
            "../envs/sweetspot.yaml"
        threads: 1
        resources:
            mem_mb=grows(1000),
            runtime=grows(10),
        params:
            code=code("plot_kernel_regression"),
            job=job(f"figure_{setting.figure}"),
        shell:
            "SWEETSPOT_JOB={params.job} python scripts/plot_kernel_regression.py"
            " --risk {input.risk:q} --optima {input.optima:q}"
            " --fit {input.fit:q} --out {output:q} > {log:q} 2>&1"


rule table_1:
    input:
        optima=expand("results/kernel/{row}/optima.csv", row=sorted(KERNEL_ROWS)),
    output:
        shown_table("results/tables/table_1.csv"),
    log:
        "results/logs/table_1.log",
    benchmark:
        "results/benchmarks/table_1.tsv"
    conda:
        "../envs/sweetspot.yaml"
    threads: 1
    resources:
        mem_mb=grows(1000),
        runtime=grows(10),
    params:
        code=code("table_1"),
        job=job("table_1"),
        config=CONFIG.kernel_regression.table_1().to_json(),
    shell:
        "SWEETSPOT_JOB={params.job} python scripts/table_1.py --config {params.config:q} --optima {input.optima:q}"
        " --out {output:q} > {log:q} 2>&1"
