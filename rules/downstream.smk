# One cell of an experiment: all seeds of one arm at one ratio, in one process.
rule train_classifier:
    input:
        images="results/data/{task}/images.npy",
        split="results/data/{task}/split.csv",
        samples=sample_folders,
    output:
        "results/downstream/{task}/{experiment}/{arm}/{quality}/ratio={ratio}.csv",
    log:
        "results/logs/train_classifier/{task}/{experiment}/{arm}/{quality}/ratio={ratio}.log",
    benchmark:
        "results/benchmarks/train_classifier/{task}/{experiment}/{arm}/{quality}/ratio={ratio}.tsv"
    wildcard_constraints:
        task=only(CLASSIFICATION),
    conda:
        "../envs/sweetspot.yaml"
    threads: 1
    resources:
        gpu=1,
        mem_mb=4000,
        runtime=240,
    params:
        code=code("train_classifier"),
        config=lambda w: config_of(w.task, "runs", w.experiment),
    shell:
        "python scripts/train_classifier.py --config {params.config:q} --task {wildcards.task:q}"
        " --experiment {wildcards.experiment:q} --arm {wildcards.arm} --quality {wildcards.quality:q}"
        " --ratio {wildcards.ratio} --images {input.images:q} --split {input.split:q}"
        " --samples {input.samples:q} --threads {threads} --out {output:q} > {log:q} 2>&1"


rule train_segmenter:
    input:
        images="results/data/{task}/images.npy",
        masks="results/data/{task}/masks.npy",
        split="results/data/{task}/split.csv",
        samples=sample_folders,
        sample_masks=sample_masks,
    output:
        "results/downstream/{task}/{experiment}/{arm}/{quality}/ratio={ratio}.csv",
    log:
        "results/logs/train_segmenter/{task}/{experiment}/{arm}/{quality}/ratio={ratio}.log",
    benchmark:
        "results/benchmarks/train_segmenter/{task}/{experiment}/{arm}/{quality}/ratio={ratio}.tsv"
    wildcard_constraints:
        task=only(SEGMENTATION),
    conda:
        "../envs/sweetspot.yaml"
    threads: 1
    resources:
        gpu=1,
        mem_mb=4000,
        runtime=4320,
    params:
        code=code("train_segmenter"),
        config=lambda w: config_of(w.task, "runs", w.experiment),
    shell:
        "python scripts/train_segmenter.py --config {params.config:q} --task {wildcards.task:q}"
        " --experiment {wildcards.experiment:q} --arm {wildcards.arm} --quality {wildcards.quality:q}"
        " --ratio {wildcards.ratio} --images {input.images:q} --masks {input.masks:q} --split {input.split:q}"
        " --samples {input.samples:q} --sample-masks {input.sample_masks:q} --threads {threads} --out {output:q}"
        " > {log:q} 2>&1"


rule collect_runs:
    input:
        cells=all_cells(),
    output:
        "results/tables/runs.csv",
    log:
        "results/logs/collect_runs.log",
    benchmark:
        "results/benchmarks/collect_runs.tsv"
    conda:
        "../envs/sweetspot.yaml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=15,
    params:
        code=code("collect_runs"),
    shell:
        "python scripts/collect_runs.py --out {output:q} {input.cells:q} > {log:q} 2>&1"


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
        mem_mb=4000,
        runtime=4320,
    params:
        code=code("search_segmenter"),
        config=lambda w: config_of(w.task, "searched_segmenter"),
    shell:
        "python scripts/search_segmenter.py --config {params.config:q} --task {wildcards.task:q}"
        " --images {input.images:q} --masks {input.masks:q} --split {input.split:q} --threads {threads}"
        " --out {output:q} > {log:q} 2>&1"
