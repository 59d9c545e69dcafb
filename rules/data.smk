rule prepare_data:
    input:
        data=lambda w: data_files(w.task),
    output:
        images="results/data/{task}/images.npy",
        split="results/data/{task}/split.csv",
    log:
        "results/logs/prepare_data/{task}.log",
    benchmark:
        "results/benchmarks/prepare_data/{task}.tsv"
    wildcard_constraints:
        task=only(CLASSIFICATION),
    conda:
        "../envs/sweetspot.yaml"
    threads: 1
    resources:
        mem_mb=grows(4000),
        runtime=grows(30),
    params:
        code=code("prepare_data"),
        job=job("prepare_data"),
        config=lambda w: config_of(w.task, "prepared_data"),
        listing=lambda w: data_listing(w.task),
    shell:
        "SWEETSPOT_JOB={params.job} python scripts/prepare_data.py"
        " --config {params.config:q} --images {output.images:q} "
        "--split-table {output.split:q} > {log:q} 2>&1"


rule write_phantom:
    output:
        directory("results/phantom/{task}"),
    log:
        "results/logs/write_phantom/{task}.log",
    benchmark:
        "results/benchmarks/write_phantom/{task}.tsv"
    wildcard_constraints:
        task=only(SEGMENTATION),
    conda:
        "../envs/sweetspot.yaml"
    threads: 1
    resources:
        mem_mb=grows(4000),
        runtime=grows(60),
    params:
        code=code("write_phantom"),
        job=job("write_phantom"),
        config=lambda w: CONFIG.tasks[w.task].data.to_json(),
    shell:
        "SWEETSPOT_JOB={params.job} python scripts/write_phantom.py"
        " --config {params.config:q} --out {output:q} > {log:q} 2>&1"


# A phantom is read back by the very reader of users' data sets.
rule prepare_slices:
    input:
        scans=lambda w: scans_folder(w.task),
        data=lambda w: scans_files(w.task),
    output:
        images="results/data/{task}/images.npy",
        masks="results/data/{task}/masks.npy",
        split="results/data/{task}/split.csv",
    log:
        "results/logs/prepare_slices/{task}.log",
    benchmark:
        "results/benchmarks/prepare_slices/{task}.tsv"
    wildcard_constraints:
        task=only(SEGMENTATION),
    conda:
        "../envs/sweetspot.yaml"
    threads: 1
    resources:
        mem_mb=grows(4000),
        runtime=grows(720),
    params:
        code=code("prepare_slices"),
        job=job("prepare_slices"),
        config=lambda w: config_of(w.task, "prepared_slices", f"results/phantom/{w.task}"),
        listing=lambda w: scans_listing(w.task),
    shell:
        "SWEETSPOT_JOB={params.job} python scripts/prepare_slices.py"
        " --config {params.config:q} --images {output.images:q}"
        " --masks {output.masks:q} --split-table {output.split:q} > {log:q} 2>&1"
