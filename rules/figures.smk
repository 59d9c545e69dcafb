# The figures of downstream runs are drawn from the table of all runs.
rule figure_2:
    input:
        runs="results/tables/runs.csv",
    output:
        "results/figures/figure_2.pdf",
        "results/figures/figure_2.png",
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
    shell:
        "python scripts/plot_figure_2.py --runs {input.runs:q} --out {output:q} > {log:q} 2>&1"


rule figure_3:
    input:
        runs="results/tables/runs.csv",
        distances=expand("results/distances/{task}.csv", task=SEGMENTATION),
    output:
        "results/figures/figure_3.pdf",
        "results/figures/figure_3.png",
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
    shell:
        "python scripts/plot_figure_3.py --runs {input.runs:q} --distances {input.distances:q} --out {output:q}"
        " > {log:q} 2>&1"


rule figure_7:
    input:
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
        mem_mb=grows(1000),
        runtime=grows(10),
    params:
        code=code("plot_figure_7"),
    shell:
        "python scripts/plot_figure_7.py --runs {input.runs:q} --out {output:q} > {log:q} 2>&1"


rule figure_8:
    input:
        runs="results/tables/runs.csv",
        distances=expand("results/distances/{task}.csv", task=CONFIG.tasks),
    output:
        "results/figures/figure_8.pdf",
        "results/figures/figure_8.png",
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
    shell:
        "python scripts/plot_figure_8.py --runs {input.runs:q} --distances {input.distances:q} --out {output:q}"
        " > {log:q} 2>&1"


rule figure_9:
    input:
        runs="results/tables/runs.csv",
    output:
        "results/figures/figure_9.pdf",
        "results/figures/figure_9.png",
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
    shell:
        "python scripts/plot_figure_9.py --runs {input.runs:q} --out {output:q} > {log:q} 2>&1"


# This project's own: how good is each way of choosing the ratio?
rule predictions_figure:
    input:
        predictions="results/tables/predictions.csv",
    output:
        "results/figures/predictions.pdf",
        "results/figures/predictions.png",
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
    shell:
        "python scripts/plot_predictions.py --predictions {input.predictions:q} --out {output:q} > {log:q} 2>&1"


# What the generator makes, beside what it learnt from.
rule class_samples:
    input:
        images="results/data/{task}/images.npy",
        split="results/data/{task}/split.csv",
        samples=lambda w: chain_folders(w.task),
    output:
        "results/figures/samples_{task}.pdf",
        "results/figures/samples_{task}.png",
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
        qualities=lambda w: CONFIG.tasks[w.task].sampling.qualities,
    shell:
        "python scripts/plot_class_samples.py --images {input.images:q} --split {input.split:q}"
        " --samples {input.samples:q} --qualities {params.qualities:q} --out {output:q} > {log:q} 2>&1"


rule slice_samples:
    input:
        images="results/data/{task}/images.npy",
        masks="results/data/{task}/masks.npy",
        split="results/data/{task}/split.csv",
        samples=lambda w: network_folders(w.task),
        sample_masks="results/samples/{task}/masks.npy",
    output:
        "results/figures/samples_{task}.pdf",
        "results/figures/samples_{task}.png",
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
        modalities=lambda w: CONFIG.tasks[w.task].modalities,
        qualities=lambda w: CONFIG.tasks[w.task].sampling.qualities,
    shell:
        "python scripts/plot_slice_samples.py --images {input.images:q} --masks {input.masks:q}"
        " --split {input.split:q} --modalities {params.modalities:q} --samples {input.samples:q}"
        " --sample-masks {input.sample_masks:q} --qualities {params.qualities:q} --out {output:q} > {log:q} 2>&1"


rule table_2:
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
        mem_mb=grows(1000),
        runtime=grows(10),
    params:
        code=code("table_2"),
        config=CONFIG.hyperparameters().to_json(),
    shell:
        "python scripts/table_2.py --config {params.config:q} --out {output:q} > {log:q} 2>&1"


rule table_3:
    input:
        searches=expand("results/search/{task}.csv", task=[task for task in SEGMENTATION if CONFIG.tasks[task].search]),
    output:
        "results/tables/table_3.csv",
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
        config=CONFIG.searches().to_json(),
    shell:
        "python scripts/table_3.py --config {params.config:q} --searches {input.searches:q} --out {output:q}"
        " > {log:q} 2>&1"


rule rank_distances:
    input:
        distances="results/tables/distances.csv",
        runs="results/tables/runs.csv",
    output:
        "results/tables/distance_ranks.csv",
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
    shell:
        "python scripts/rank_distances.py --distances {input.distances:q} --runs {input.runs:q} --out {output:q}"
        " > {log:q} 2>&1"


rule judge_claims:
    input:
        runs="results/tables/runs.csv",
        distances="results/tables/distances.csv",
        predictions="results/tables/predictions.csv",
        regrets="results/tables/regrets.csv",
        table_1="results/tables/table_1.csv",
        pilots=all_pilots("results/pilot"),
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
        mem_mb=grows(1000),
        runtime=grows(10),
    params:
        code=code("judge_claims"),
    shell:
        "python scripts/judge_claims.py --runs {input.runs:q} --distances {input.distances:q}"
        " --predictions {input.predictions:q} --regrets {input.regrets:q} --table-1 {input.table_1:q}"
        " --pilots {input.pilots:q} --out {output:q} > {log:q} 2>&1"


# Times are no results: they differ from run to run, so this table is kept with the benchmark files.
rule table_4:
    input:
        runs="results/tables/runs.csv",
        seconds="results/benchmarks/run_seconds.csv",
    output:
        "results/benchmarks/table_4.csv",
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
    shell:
        "python scripts/table_4.py --runs {input.runs:q} --seconds {input.seconds:q} --out {output:q} > {log:q} 2>&1"
