# The runs of one job, in one process: an arm at some ratios, for some seeds; see the key `runs_per_job`.
rule train_classifier:
    input:
        images="results/data/{task}/images.npy",
        split="results/data/{task}/split.csv",
        samples=sample_folders,
    output:
        runs="results/downstream/{task}/{experiment}/{arm}/{quality}/{share}.csv",
        seconds="results/benchmarks/runs/{task}/{experiment}/{arm}/{quality}/{share}.csv",
    log:
        "results/logs/train_classifier/{task}/{experiment}/{arm}/{quality}/{share}.log",
    benchmark:
        "results/benchmarks/train_classifier/{task}/{experiment}/{arm}/{quality}/{share}.tsv"
    wildcard_constraints:
        task=only(CLASSIFICATION),
    conda:
        "../envs/sweetspot.yaml"
    threads: 1
    resources:
        gpu=1,
        mem_mb=grows(4000),
        runtime=240,
    params:
        code=code("train_classifier"),
        job=job("train_classifier"),
        config=lambda w: config_of(w.task, "runs", w.experiment, w.share),
        ratios=lambda w: parse_share(w.share)[0],
    shell:
        "SWEETSPOT_JOB={params.job} python scripts/train_classifier.py"
        " --config {params.config:q} --task {wildcards.task:q}"
        " --experiment {wildcards.experiment:q} --arm {wildcards.arm} --quality {wildcards.quality:q}"
        " --ratios {params.ratios} --images {input.images:q} --split {input.split:q} --samples {input.samples:q}"
        " --checkpoints results/checkpoints/{output.runs:q} --threads {threads} --out {output.runs:q}"
        " --seconds {output.seconds:q} > {log:q} 2>&1"


rule train_segmenter:
    input:
        images="results/data/{task}/images.npy",
        masks="results/data/{task}/masks.npy",
        split="results/data/{task}/split.csv",
        samples=sample_folders,
        sample_masks=sample_masks,
    output:
        runs="results/downstream/{task}/{experiment}/{arm}/{quality}/{share}.csv",
        seconds="results/benchmarks/runs/{task}/{experiment}/{arm}/{quality}/{share}.csv",
    log:
        "results/logs/train_segmenter/{task}/{experiment}/{arm}/{quality}/{share}.log",
    benchmark:
        "results/benchmarks/train_segmenter/{task}/{experiment}/{arm}/{quality}/{share}.tsv"
    wildcard_constraints:
        task=only(SEGMENTATION),
    conda:
        "../envs/sweetspot.yaml"
    threads: 1
    resources:
        gpu=1,
        mem_mb=grows(4000),
        runtime=4320,
    params:
        code=code("train_segmenter"),
        job=job("train_segmenter"),
        config=lambda w: config_of(w.task, "runs", w.experiment, w.share),
        ratios=lambda w: parse_share(w.share)[0],
    shell:
        "SWEETSPOT_JOB={params.job} python scripts/train_segmenter.py"
        " --config {params.config:q} --task {wildcards.task:q}"
        " --experiment {wildcards.experiment:q} --arm {wildcards.arm} --quality {wildcards.quality:q}"
        " --ratios {params.ratios} --images {input.images:q} --masks {input.masks:q} --split {input.split:q}"
        " --samples {input.samples:q} --sample-masks {input.sample_masks:q}"
        " --checkpoints results/checkpoints/{output.runs:q} --threads {threads} --out {output.runs:q}"
        " --seconds {output.seconds:q} > {log:q} 2>&1"


rule collect_runs:
    input:
        runs=all_runs("results/downstream"),
        seconds=all_runs("results/benchmarks/runs"),
    output:
        runs=shown_table("results/tables/runs.csv"),
        seconds="results/benchmarks/run_seconds.csv",
    log:
        "results/logs/collect_runs.log",
    benchmark:
        "results/benchmarks/collect_runs.tsv"
    conda:
        "../envs/sweetspot.yaml"
    threads: 1
    resources:
        mem_mb=grows(2000),
        runtime=grows(15),
    params:
        code=code("collect_runs"),
        job=job("collect_runs"),
        config=CONFIG.all_runs().to_json(),
    shell:
        "SWEETSPOT_JOB={params.job} python scripts/collect_runs.py --config {params.config:q} --runs results/downstream"
        " --seconds results/benchmarks/runs --out {output.runs:q} --seconds-out {output.seconds:q} > {log:q} 2>&1"


# For table 3 only, which is not among the results of a whole run.
rule search_segmenter:
    input:
        images="results/data/{task}/images.npy",
        masks="results/data/{task}/masks.npy",
        split="results/data/{task}/split.csv",
    output:
        "results/search/{task}.csv",
    log:
        "results/logs/search_segmenter/{task}.log",
    benchmark:
        "results/benchmarks/search_segmenter/{task}.tsv"
    wildcard_constraints:
        task=only(SEGMENTATION),
    conda:
        "../envs/sweetspot.yaml"
    threads: 1
    resources:
        gpu=1,
        mem_mb=grows(4000),
        runtime=4320,
    params:
        code=code("search_segmenter"),
        job=job("search_segmenter"),
        config=lambda w: config_of(w.task, "searched_segmenter"),
    shell:
        "SWEETSPOT_JOB={params.job} python scripts/search_segmenter.py"
        " --config {params.config:q} --task {wildcards.task:q}"
        " --images {input.images:q} --masks {input.masks:q} --split {input.split:q}"
        " --checkpoints results/checkpoints/{output:q} --threads {threads} --out {output:q} > {log:q} 2>&1"
