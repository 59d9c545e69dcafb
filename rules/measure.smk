rule measure_class_distances:
    input:
        images="results/data/{task}/images.npy",
        split="results/data/{task}/split.csv",
        samples=lambda w: chain_folders(w.task),
    output:
        "results/distances/{task}.csv",
    log:
        "results/logs/measure_distances/{task}.log",
    benchmark:
        "results/benchmarks/measure_distances/{task}.tsv"
    wildcard_constraints:
        task=only(CLASSIFICATION),
    conda:
        "../envs/sweetspot.yaml"
    threads: 1
    resources:
        gpu=1,
        mem_mb=grows(4000),
        runtime=grows(240),
    params:
        code=code("measure_class_distances"),
        job=job("measure_class_distances"),
        config=lambda w: config_of(w.task, "distances"),
    shell:
        "SWEETSPOT_JOB={params.job} python scripts/measure_class_distances.py"
        " --config {params.config:q} --task {wildcards.task:q}"
        " --images {input.images:q} --split {input.split:q} --samples {input.samples:q} --threads {threads}"
        " --out {output:q} > {log:q} 2>&1"


rule measure_slice_distances:
    input:
        images="results/data/{task}/images.npy",
        masks="results/data/{task}/masks.npy",
        split="results/data/{task}/split.csv",
        samples=lambda w: network_folders(w.task),
        sample_masks="results/samples/{task}/masks.npy",
    output:
        "results/distances/{task}.csv",
    log:
        "results/logs/measure_distances/{task}.log",
    benchmark:
        "results/benchmarks/measure_distances/{task}.tsv"
    wildcard_constraints:
        task=only(SEGMENTATION),
    conda:
        "../envs/sweetspot.yaml"
    threads: 1
    resources:
        gpu=1,
        mem_mb=grows(4000),
        runtime=grows(720),
    params:
        code=code("measure_slice_distances"),
        job=job("measure_slice_distances"),
        config=lambda w: config_of(w.task, "distances"),
    shell:
        "SWEETSPOT_JOB={params.job} python scripts/measure_slice_distances.py"
        " --config {params.config:q} --task {wildcards.task:q}"
        " --images {input.images:q} --masks {input.masks:q} --split {input.split:q} --samples {input.samples:q}"
        " --sample-masks {input.sample_masks:q} --threads {threads} --out {output:q} > {log:q} 2>&1"


rule collect_distances:
    input:
        tasks=expand("results/distances/{task}.csv", task=CONFIG.tasks),
    output:
        shown_table("results/tables/distances.csv"),
    log:
        "results/logs/collect_distances.log",
    benchmark:
        "results/benchmarks/collect_distances.tsv"
    conda:
        "../envs/sweetspot.yaml"
    threads: 1
    resources:
        mem_mb=grows(1000),
        runtime=grows(10),
    params:
        code=code("collect_distances"),
        job=job("collect_distances"),
    shell:
        "SWEETSPOT_JOB={params.job} python scripts/collect_distances.py --out {output:q} {input.tasks:q} > {log:q} 2>&1"
