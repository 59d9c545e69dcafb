# Figures of one kind of task are drawn from the runs of these tasks, so that one of them is made without the others;
# those that show all tasks, from the table of all runs.
rule figure_2:
    input:
        runs=lambda w: runs_of_figure(2),
    output:
        shown_figure("figure_2", PAPER_1, numbered(2)),
    log:
        "results/logs/figure_2.log",
    benchmark:
        "results/benchmarks/figure_2.tsv"
    conda:
        "../envs/sweetspot.yaml"
    threads: 1
    resources:
        mem_mb=grows(1000),
        runtime=grows(10),
    params:
        code=code("plot_figure_2"),
        job=job("figure_2"),
        config=CONFIG.runs_of_figure(2).to_json(),
    shell:
        "SWEETSPOT_JOB={params.job} python scripts/plot_figure_2.py"
        " --config {params.config:q} --runs results/downstream --out {output:q} > {log:q} 2>&1"


rule figure_3:
    input:
        runs=lambda w: runs_of_figure(3),
        distances=[f"results/distances/{task}.csv" for task in SHIFTED],
    output:
        shown_figure("figure_3", PAPER_1, numbered(3)),
    log:
        "results/logs/figure_3.log",
    benchmark:
        "results/benchmarks/figure_3.tsv"
    conda:
        "../envs/sweetspot.yaml"
    threads: 1
    resources:
        mem_mb=grows(1000),
        runtime=grows(10),
    params:
        code=code("plot_figure_3"),
        job=job("figure_3"),
        config=CONFIG.runs_of_figure(3).to_json(),
    shell:
        "SWEETSPOT_JOB={params.job} python scripts/plot_figure_3.py"
        " --config {params.config:q} --runs results/downstream --distances {input.distances:q} --out {output:q}"
        " > {log:q} 2>&1"


rule figure_7:
    input:
        runs=lambda w: runs_of_figure(7),
    output:
        shown_figure("figure_7", PAPER_1, numbered(7)),
    log:
        "results/logs/figure_7.log",
    benchmark:
        "results/benchmarks/figure_7.tsv"
    conda:
        "../envs/sweetspot.yaml"
    threads: 1
    resources:
        mem_mb=grows(1000),
        runtime=grows(10),
    params:
        code=code("plot_figure_7"),
        job=job("figure_7"),
        config=CONFIG.runs_of_figure(7).to_json(),
    shell:
        "SWEETSPOT_JOB={params.job} python scripts/plot_figure_7.py"
        " --config {params.config:q} --runs results/downstream --out {output:q} > {log:q} 2>&1"


rule figure_8:
    input:
        runs="results/tables/runs.csv",
        distances=expand("results/distances/{task}.csv", task=CONFIG.tasks),
    output:
        shown_figure("figure_8", PAPER_1, numbered(8)),
    log:
        "results/logs/figure_8.log",
    benchmark:
        "results/benchmarks/figure_8.tsv"
    conda:
        "../envs/sweetspot.yaml"
    threads: 1
    resources:
        mem_mb=grows(1000),
        runtime=grows(10),
    params:
        code=code("plot_figure_8"),
        job=job("figure_8"),
    shell:
        "SWEETSPOT_JOB={params.job} python scripts/plot_figure_8.py"
        " --runs {input.runs:q} --distances {input.distances:q} --out {output:q}"
        " > {log:q} 2>&1"


rule figure_9:
    input:
        runs=lambda w: runs_of_figure(9),
    output:
        shown_figure("figure_9", PAPER_1, numbered(9)),
    log:
        "results/logs/figure_9.log",
    benchmark:
        "results/benchmarks/figure_9.tsv"
    conda:
        "../envs/sweetspot.yaml"
    threads: 1
    resources:
        mem_mb=grows(1000),
        runtime=grows(10),
    params:
        code=code("plot_figure_9"),
        job=job("figure_9"),
        config=CONFIG.runs_of_figure(9).to_json(),
    shell:
        "SWEETSPOT_JOB={params.job} python scripts/plot_figure_9.py"
        " --config {params.config:q} --runs results/downstream --out {output:q} > {log:q} 2>&1"


# This project's own: how good is each way of choosing the ratio?
rule predictions_figure:
    input:
        predictions="results/tables/predictions.csv",
    output:
        shown_figure("predictions", OWN, "predicted ratios", "predictions_figure"),
    log:
        "results/logs/predictions_figure.log",
    benchmark:
        "results/benchmarks/predictions_figure.tsv"
    conda:
        "../envs/sweetspot.yaml"
    threads: 1
    resources:
        mem_mb=grows(1000),
        runtime=grows(10),
    params:
        code=code("plot_predictions"),
        job=job("predictions_figure"),
    shell:
        "SWEETSPOT_JOB={params.job} python scripts/plot_predictions.py"
        " --predictions {input.predictions:q} --out {output:q} > {log:q} 2>&1"


# What the generator makes, beside what it learnt from.
rule class_samples:
    input:
        images="results/data/{task}/images.npy",
        split="results/data/{task}/split.csv",
        samples=lambda w: chain_folders(w.task),
    output:
        shown_figure("samples_{task}", OWN, "samples of {task}", "samples_of_classes"),
    log:
        "results/logs/samples_{task}.log",
    benchmark:
        "results/benchmarks/samples_{task}.tsv"
    wildcard_constraints:
        task=only(CLASSIFICATION),
    conda:
        "../envs/sweetspot.yaml"
    threads: 1
    resources:
        mem_mb=grows(2000),
        runtime=grows(10),
    params:
        code=code("plot_class_samples"),
        job=job("class_samples"),
        qualities=lambda w: CONFIG.tasks[w.task].sampling.qualities,
    shell:
        "SWEETSPOT_JOB={params.job} python scripts/plot_class_samples.py"
        " --images {input.images:q} --split {input.split:q}"
        " --samples {input.samples:q} --qualities {params.qualities:q} --out {output:q} > {log:q} 2>&1"


rule slice_samples:
    input:
        images="results/data/{task}/images.npy",
        masks="results/data/{task}/masks.npy",
        split="results/data/{task}/split.csv",
        samples=lambda w: network_folders(w.task),
        sample_masks="results/samples/{task}/masks.npy",
    output:
        shown_figure("samples_{task}", OWN, "samples of {task}", "samples_of_slices"),
    log:
        "results/logs/samples_{task}.log",
    benchmark:
        "results/benchmarks/samples_{task}.tsv"
    wildcard_constraints:
        task=only(SEGMENTATION),
    conda:
        "../envs/sweetspot.yaml"
    threads: 1
    resources:
        mem_mb=grows(2000),
        runtime=grows(10),
    params:
        code=code("plot_slice_samples"),
        job=job("slice_samples"),
        modalities=lambda w: CONFIG.tasks[w.task].modalities,
        qualities=lambda w: CONFIG.tasks[w.task].sampling.qualities,
    shell:
        "SWEETSPOT_JOB={params.job} python scripts/plot_slice_samples.py"
        " --images {input.images:q} --masks {input.masks:q}"
        " --split {input.split:q} --modalities {params.modalities:q} --samples {input.samples:q}"
        " --sample-masks {input.sample_masks:q} --qualities {params.qualities:q} --out {output:q} > {log:q} 2>&1"


rule table_2:
    output:
        shown_table("results/tables/table_2.csv"),
    log:
        "results/logs/table_2.log",
    benchmark:
        "results/benchmarks/table_2.tsv"
    conda:
        "../envs/sweetspot.yaml"
    threads: 1
    resources:
        mem_mb=grows(1000),
        runtime=grows(10),
    params:
        code=code("table_2"),
        job=job("table_2"),
        config=CONFIG.hyperparameters().to_json(),
    shell:
        "SWEETSPOT_JOB={params.job} python scripts/table_2.py"
        " --config {params.config:q} --out {output:q} > {log:q} 2>&1"


rule table_3:
    input:
        searches=expand("results/search/{task}.csv", task=[task for task in SEGMENTATION if CONFIG.tasks[task].search]),
    output:
        shown_table("results/tables/table_3.csv"),
    log:
        "results/logs/table_3.log",
    benchmark:
        "results/benchmarks/table_3.tsv"
    conda:
        "../envs/sweetspot.yaml"
    threads: 1
    resources:
        mem_mb=grows(1000),
        runtime=grows(10),
    params:
        code=code("table_3"),
        job=job("table_3"),
        config=CONFIG.searches().to_json(),
    shell:
        "SWEETSPOT_JOB={params.job} python scripts/table_3.py"
        " --config {params.config:q} --searches {input.searches:q} --out {output:q}"
        " > {log:q} 2>&1"


rule rank_distances:
    input:
        distances="results/tables/distances.csv",
        runs="results/tables/runs.csv",
    output:
        shown_table("results/tables/distance_ranks.csv"),
    log:
        "results/logs/rank_distances.log",
    benchmark:
        "results/benchmarks/rank_distances.tsv"
    conda:
        "../envs/sweetspot.yaml"
    threads: 1
    resources:
        mem_mb=grows(1000),
        runtime=grows(10),
    params:
        code=code("rank_distances"),
        job=job("rank_distances"),
    shell:
        "SWEETSPOT_JOB={params.job} python scripts/rank_distances.py"
        " --distances {input.distances:q} --runs {input.runs:q} --out {output:q}"
        " > {log:q} 2>&1"


rule judge_claims:
    input:
        runs="results/tables/runs.csv",
        distances="results/tables/distances.csv",
        predictions="results/tables/predictions.csv",
        regrets="results/tables/regrets.csv",
        table_1="results/tables/table_1.csv",
        joint_training="results/theory/joint_training.csv",
        pilots=all_pilots("results/pilot"),
        selection=["results/tables/selection.csv"] if SELECTIONS else [],
    output:
        shown_table("results/tables/claims.csv"),
    log:
        "results/logs/judge_claims.log",
    benchmark:
        "results/benchmarks/judge_claims.tsv"
    conda:
        "../envs/sweetspot.yaml"
    threads: 1
    resources:
        mem_mb=grows(1000),
        runtime=grows(10),
    params:
        code=code("judge_claims"),
        job=job("judge_claims"),
    shell:
        "SWEETSPOT_JOB={params.job} python scripts/judge_claims.py"
        " --runs {input.runs:q} --distances {input.distances:q}"
        " --predictions {input.predictions:q} --regrets {input.regrets:q} --table-1 {input.table_1:q}"
        " --joint-training {input.joint_training:q}"
        " --pilots {input.pilots:q} --selection {input.selection:q} --out {output:q} > {log:q} 2>&1"


# Times are no results: they differ from run to run, so this table is kept with the benchmark files.
rule table_4:
    input:
        runs="results/tables/runs.csv",
        seconds="results/benchmarks/run_seconds.csv",
    output:
        shown_table("results/benchmarks/table_4.csv"),
    log:
        "results/logs/table_4.log",
    conda:
        "../envs/sweetspot.yaml"
    threads: 1
    resources:
        mem_mb=grows(1000),
        runtime=grows(10),
    params:
        code=code("table_4"),
        job=job("table_4"),
    shell:
        "SWEETSPOT_JOB={params.job} python scripts/table_4.py"
        " --runs {input.runs:q} --seconds {input.seconds:q} --out {output:q} > {log:q} 2>&1"
