rule train_generator:
    input:
        code=code("train_generator"),
        images="results/data/{task}/images.npy",
        split="results/data/{task}/split.csv",
    output:
        model="results/generator/{task}/model.safetensors",
        loss="results/generator/{task}/loss.csv",
    log:
        "results/logs/train_generator/{task}.log",
    benchmark:
        "results/benchmarks/train_generator/{task}.tsv"
    conda:
        "../envs/sweetspot.yaml"
    threads: 1
    resources:
        gpu=1,
        mem_mb=4000,
        runtime=720,
    params:
        config=lambda w: generator_config(w.task),
    shell:
        "python scripts/train_generator.py --config {params.config:q} --images {input.images:q}"
        " --split {input.split:q} --checkpoints results/checkpoints/generator/{wildcards.task:q}"
        " --threads {threads} --model {output.model:q} --loss {output.loss:q} > {log:q} 2>&1"


rule sample_generator:
    input:
        code=code("sample_generator"),
        model="results/generator/{task}/model.safetensors",
    output:
        directory("results/samples/{task}/{chain}"),
    log:
        "results/logs/sample_generator/{task}/{chain}.log",
    benchmark:
        "results/benchmarks/sample_generator/{task}/{chain}.tsv"
    conda:
        "../envs/sweetspot.yaml"
    threads: 1
    resources:
        gpu=1,
        mem_mb=4000,
        runtime=720,
    params:
        config=lambda w: sampling_config(w.task, w.chain),
    shell:
        "python scripts/sample_generator.py --config {params.config:q} --model {input.model:q}"
        " --threads {threads} --out {output:q} > {log:q} 2>&1"
