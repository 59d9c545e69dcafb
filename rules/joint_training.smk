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


for number in (1, 3):

    rule:
        name:
            f"selection_{number}"
        input:
            "results/theory/joint_training.csv",
        output:
            shown_figure(f"selection_{number}", PAPER_2, f"Selection {number}"),
        log:
            f"results/logs/selection_{number}.log",
        benchmark:
            f"results/benchmarks/selection_{number}.tsv"
        conda:
            "../envs/sweetspot.yaml"
        threads: 1
        resources:
            mem_mb=grows(1000),
            runtime=grows(10),
        params:
            code=code("plot_joint_training"),
            job=job(f"selection_{number}"),
            number=number,
        shell:
            "SWEETSPOT_JOB={params.job} python scripts/plot_joint_training.py"
            " --number {params.number} --table {input:q} --out {output:q} > {log:q} 2>&1"
