rule figure_7:
    input:
        code=code("plot_figure_7"),
        runs="results/tables/runs.csv",
    output:
        "results/figures/figure_7.pdf",
        "results/figures/figure_7.png",
    log:
        "results/logs/figure_7.log",
    benchmark:
        "results/benchmarks/figure_7.tsv"
    conda:
        "../envs/sweetspot.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    shell:
        "python scripts/plot_figure_7.py --runs {input.runs:q} --out {output:q} > {log:q} 2>&1"


rule table_2:
    input:
        code=code("table_2"),
    output:
        "results/tables/table_2.csv",
    log:
        "results/logs/table_2.log",
    benchmark:
        "results/benchmarks/table_2.tsv"
    conda:
        "../envs/sweetspot.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        config=CONFIG.hyperparameters().to_json(),
    shell:
        "python scripts/table_2.py --config {params.config:q} --out {output:q} > {log:q} 2>&1"


rule judge_claims:
    input:
        code=code("judge_claims"),
        runs="results/tables/runs.csv",
    output:
        "results/tables/claims.csv",
    log:
        "results/logs/judge_claims.log",
    benchmark:
        "results/benchmarks/judge_claims.tsv"
    conda:
        "../envs/sweetspot.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    shell:
        "python scripts/judge_claims.py --runs {input.runs:q} --out {output:q} > {log:q} 2>&1"
