rule prepare_data:
    input:
        code=code("prepare_data"),
        data=lambda w: data_files(w.task),
    output:
        images="results/data/{task}/images.npy",
        split="results/data/{task}/split.csv",
    log:
        "results/logs/prepare_data/{task}.log",
    benchmark:
        "results/benchmarks/prepare_data/{task}.tsv"
    conda:
        "../envs/sweetspot.yaml"
    threads: 1
    resources:
        mem_mb=4000,
        runtime=30,
    params:
        config=lambda w: prepare_data_config(w.task),
        listing=lambda w: data_listing(w.task),
    shell:
        "python scripts/prepare_data.py --config {params.config:q} --images {output.images:q} "
        "--split-table {output.split:q} > {log:q} 2>&1"
