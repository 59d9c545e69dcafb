# Paper 2's theory of training on real and synthetic data together, against simulation: figures selection_1 and _3.


rule simulate_joint_training:
    output:
        "results/theory/joint_training.csv",
    log:
        "results/logs/simulate_joint_training.log",
    benchmark:
        "results/benchmarks/simulate_joint_training.tsv"
    conda:
        "../envs/sweetspot.yaml"
    threads: 1
    resources:
        mem_mb=grows(1000),
        runtime=grows(10),
    params:
        code=code("simulate_joint_training"),
        job=job("simulate_joint_training"),
        config=CONFIG.joint_training.to_json(),
    shell:
        "SWEETSPOT_JOB={params.job} python scripts/simulate_joint_training.py"
        " --config {params.config:q} --out {output:q} > {log:q} 2>&1"


rule selection_1:
    input:
        "results/theory/joint_training.csv",
    output:
        shown_figure("selection_1", PAPER_2, "Selection 1"),
    log:
        "results/logs/selection_1.log",
    benchmark:
        "results/benchmarks/selection_1.tsv"
    conda:
        "../envs/sweetspot.yaml"
    threads: 1
    resources:
        mem_mb=grows(1000),
        runtime=grows(10),
    params:
        code=code("plot_selection_1"),
        job=job("selection_1"),
    shell:
        "SWEETSPOT_JOB={params.job} python scripts/plot_selection_1.py"
        " --table {input:q} --out {output:q} > {log:q} 2>&1"


rule selection_3:
    input:
        "results/theory/joint_training.csv",
    output:
        shown_figure("selection_3", PAPER_2, "Selection 3"),
    log:
        "results/logs/selection_3.log",
    benchmark:
        "results/benchmarks/selection_3.tsv"
    conda:
        "../envs/sweetspot.yaml"
    threads: 1
    resources:
        mem_mb=grows(1000),
        runtime=grows(10),
    params:
        code=code("plot_selection_3"),
        job=job("selection_3"),
    shell:
        "SWEETSPOT_JOB={params.job} python scripts/plot_selection_3.py"
        " --table {input:q} --out {output:q} > {log:q} 2>&1"
