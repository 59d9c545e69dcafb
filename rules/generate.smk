rule train_generator:
    input:
        images="results/data/{task}/images.npy",
        split="results/data/{task}/split.csv",
    output:
        model="results/generator/{task}/model.safetensors",
        loss="results/generator/{task}/loss.csv",
    log:
        "results/logs/train_generator/{task}.log",
    benchmark:
        "results/benchmarks/train_generator/{task}.tsv"
    wildcard_constraints:
        task=only(CLASSIFICATION),
    conda:
        "../envs/sweetspot.yaml"
    threads: lambda w: CONFIG.tasks[w.task].generator.processes
    resources:
        gpu=lambda w: CONFIG.tasks[w.task].generator.processes,
        mem_mb=grows(4000),
        runtime=720,
    params:
        code=code("train_generator"),
        job=job("train_generator"),
        config=lambda w: config_of(w.task, "generator_training"),
    shell:
        "SWEETSPOT_JOB={params.job} python scripts/train_generator.py"
        " --config {params.config:q} --images {input.images:q}"
        " --split {input.split:q} --checkpoints results/checkpoints/generator/{wildcards.task:q}"
        " --threads {threads} --model {output.model:q} --loss {output.loss:q} > {log:q} 2>&1"


rule sample_generator:
    input:
        model="results/generator/{task}/model.safetensors",
    output:
        directory("results/samples/{task}/{chain}"),
    log:
        "results/logs/sample_generator/{task}/{chain}.log",
    benchmark:
        "results/benchmarks/sample_generator/{task}/{chain}.tsv"
    wildcard_constraints:
        task=only(CLASSIFICATION),
    conda:
        "../envs/sweetspot.yaml"
    threads: 1
    resources:
        gpu=1,
        mem_mb=grows(4000),
        runtime=720,
    params:
        code=code("sample_generator"),
        job=job("sample_generator"),
        config=lambda w: sampling_config(w.task, w.chain),
    shell:
        "SWEETSPOT_JOB={params.job} python scripts/sample_generator.py"
        " --config {params.config:q} --model {input.model:q}"
        " --checkpoints results/checkpoints/samples/{wildcards.task:q}/{wildcards.chain:q}"
        " --threads {threads} --out {output:q} > {log:q} 2>&1"


# One network for each modality, or one for all of them: see `generator.modalities`.
rule train_mask_generator:
    input:
        images="results/data/{task}/images.npy",
        masks="results/data/{task}/masks.npy",
        split="results/data/{task}/split.csv",
    output:
        model="results/generator/{task}/{network}/model.safetensors",
        loss="results/generator/{task}/{network}/loss.csv",
    log:
        "results/logs/train_mask_generator/{task}/{network}.log",
    benchmark:
        "results/benchmarks/train_mask_generator/{task}/{network}.tsv"
    wildcard_constraints:
        task=only(SEGMENTATION),
    conda:
        "../envs/sweetspot.yaml"
    threads: lambda w: CONFIG.tasks[w.task].generator.processes
    resources:
        gpu=lambda w: CONFIG.tasks[w.task].generator.processes,
        mem_mb=grows(4000),
        runtime=4320,
    params:
        code=code("train_mask_generator"),
        job=job("train_mask_generator"),
        config=lambda w: config_of(w.task, "generator_training", w.network),
    shell:
        "SWEETSPOT_JOB={params.job} python scripts/train_mask_generator.py"
        " --config {params.config:q} --images {input.images:q}"
        " --masks {input.masks:q} --split {input.split:q} --checkpoints"
        " results/checkpoints/generator/{wildcards.task:q}/{wildcards.network:q} --threads {threads}"
        " --model {output.model:q} --loss {output.loss:q} > {log:q} 2>&1"


# All networks and chains are conditioned on the same masks.
rule draw_masks:
    input:
        images="results/data/{task}/images.npy",
        masks="results/data/{task}/masks.npy",
        split="results/data/{task}/split.csv",
    output:
        "results/samples/{task}/masks.npy",
    log:
        "results/logs/draw_masks/{task}.log",
    benchmark:
        "results/benchmarks/draw_masks/{task}.tsv"
    wildcard_constraints:
        task=only(SEGMENTATION),
    conda:
        "../envs/sweetspot.yaml"
    threads: 1
    resources:
        mem_mb=grows(2000),
        runtime=grows(240),
    params:
        code=code("draw_masks"),
        job=job("draw_masks"),
        config=lambda w: CONFIG.tasks[w.task].sampling.mask_pool().to_json(),
    shell:
        "SWEETSPOT_JOB={params.job} python scripts/draw_masks.py --config {params.config:q} --images {input.images:q}"
        " --masks {input.masks:q} --split {input.split:q} --out {output:q} > {log:q} 2>&1"


rule sample_mask_generator:
    input:
        model="results/generator/{task}/{network}/model.safetensors",
        masks="results/samples/{task}/masks.npy",
    output:
        directory("results/samples/{task}/{chain}/{network}"),
    log:
        "results/logs/sample_mask_generator/{task}/{chain}/{network}.log",
    benchmark:
        "results/benchmarks/sample_mask_generator/{task}/{chain}/{network}.tsv"
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
        code=code("sample_mask_generator"),
        job=job("sample_mask_generator"),
        config=lambda w: sampling_config(w.task, w.chain),
    shell:
        "SWEETSPOT_JOB={params.job} python scripts/sample_mask_generator.py"
        " --config {params.config:q} --model {input.model:q}"
        " --masks {input.masks:q} --checkpoints"
        " results/checkpoints/samples/{wildcards.task:q}/{wildcards.chain:q}/{wildcards.network:q}"
        " --threads {threads} --out {output:q} > {log:q} 2>&1"
