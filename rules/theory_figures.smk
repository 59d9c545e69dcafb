# Figures of the theory: 4 with the runs on top, 10 and 11 with a simulation of their own, and that of Appendix D.


rule figure_4:
    input:
        runs="results/tables/runs.csv",
        distances="results/tables/distances.csv",
    output:
        shown_figure("figure_4", PAPER_1, numbered(4)),
    log:
        "results/logs/figure_4.log",
    benchmark:
        "results/benchmarks/figure_4.tsv"
    conda:
        "../envs/sweetspot.yaml"
    threads: 1
    resources:
        mem_mb=grows(1000),
        runtime=grows(10),
    params:
        code=code("plot_figure_4"),
        job=job("figure_4"),
    shell:
        "SWEETSPOT_JOB={params.job} python scripts/plot_figure_4.py"
        " --runs {input.runs:q} --distances {input.distances:q} --out {output:q}"
        " > {log:q} 2>&1"


rule signal_to_noise:
    output:
        risk="results/signal_to_noise/risk.csv",
        optima="results/signal_to_noise/optima.csv",
    log:
        "results/logs/signal_to_noise.log",
    benchmark:
        "results/benchmarks/signal_to_noise.tsv"
    conda:
        "../envs/sweetspot.yaml"
    threads: 1
    resources:
        mem_mb=grows(1000),
        runtime=grows(10),
    params:
        code=code("signal_to_noise"),
        job=job("signal_to_noise"),
        config=CONFIG.kernel_regression.noisy().to_json(),
    shell:
        "SWEETSPOT_JOB={params.job} python scripts/signal_to_noise.py"
        " --config {params.config:q} --out {output:q} > {log:q} 2>&1"


for number, domain in ((10, "in_domain"), (11, "domain_shift")):

    rule:
        name:
            f"figure_{number}"
        input:
            risk="results/signal_to_noise/risk.csv",
            optima="results/signal_to_noise/optima.csv",
        output:
            shown_figure(f"figure_{number}", PAPER_1, numbered(number)),
        log:
            f"results/logs/figure_{number}.log",
        benchmark:
            f"results/benchmarks/figure_{number}.tsv"
        conda:
            "../envs/sweetspot.yaml"
        threads: 1
        resources:
            mem_mb=grows(1000),
            runtime=grows(10),
        params:
            code=code("plot_signal_to_noise"),
            job=job(f"figure_{number}"),
            domain=domain,
        shell:
            "SWEETSPOT_JOB={params.job} python scripts/plot_signal_to_noise.py"
            " --risk {input.risk:q} --optima {input.optima:q}"
            " --domain {params.domain} --out {output:q} > {log:q} 2>&1"


rule traditional_bound:
    output:
        shown_figure("traditional_bound", PAPER_1, "Appendix D"),
    log:
        "results/logs/traditional_bound.log",
    benchmark:
        "results/benchmarks/traditional_bound.tsv"
    conda:
        "../envs/sweetspot.yaml"
    threads: 1
    resources:
        mem_mb=grows(1000),
        runtime=grows(10),
    params:
        code=code("plot_traditional_bound"),
        job=job("traditional_bound"),
    shell:
        "SWEETSPOT_JOB={params.job} python scripts/plot_traditional_bound.py --out {output:q} > {log:q} 2>&1"
