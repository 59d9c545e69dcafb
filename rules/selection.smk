# Rules that select samples, compared: what they pick from each pool, and what is trained on it. `real` stands for no
# pool, but for the real images alone and for more of them.


# Trains the network too, on images that no run sees.
rule encode_images:
    input:
        images="results/data/{task}/images.npy",
        split="results/data/{task}/split.csv",
    output:
        encoder="results/selection/{task}/encoder.safetensors",
        encoded=directory("results/selection/{task}/encoded/real"),
    log:
        "results/logs/encode_images/{task}.log",
    benchmark:
        "results/benchmarks/encode_images/{task}.tsv"
    wildcard_constraints:
        task=only(SELECTIONS),
    conda:
        "../envs/sweetspot.yaml"
    threads: 1
    resources:
        gpu=1,
        mem_mb=grows(4000),
        runtime=grows(120),
    params:
        code=code("encode_images"),
        job=job("encode_images"),
        config=lambda w: config_of(w.task, "image_encoding"),
    shell:
        "SWEETSPOT_JOB={params.job} python scripts/encode_images.py"
        " --config {params.config:q} --images {input.images:q} --split {input.split:q}"
        " --threads {threads} --encoder {output.encoder:q} --out {output.encoded:q} > {log:q} 2>&1"


rule encode_samples:
    input:
        encoder="results/selection/{task}/encoder.safetensors",
        samples="results/samples/{task}/{chain}",
    output:
        directory("results/selection/{task}/encoded/{chain}"),
    log:
        "results/logs/encode_samples/{task}/{chain}.log",
    benchmark:
        "results/benchmarks/encode_samples/{task}/{chain}.tsv"
    wildcard_constraints:
        task=only(SELECTIONS),
    conda:
        "../envs/sweetspot.yaml"
    threads: 1
    resources:
        gpu=1,
        mem_mb=grows(4000),
        runtime=grows(60),
    params:
        code=code("encode_samples"),
        job=job("encode_samples"),
        config=lambda w: config_of(w.task, "sample_encoding", w.chain),
    shell:
        "SWEETSPOT_JOB={params.job} python scripts/encode_samples.py"
        " --config {params.config:q} --encoder {input.encoder:q} --samples {input.samples:q}"
        " --threads {threads} --out {output:q} > {log:q} 2>&1"


rule select_samples:
    input:
        encoded=lambda w: encoded_folders(w.task, w.pool),
    output:
        picks="results/selection/{task}/{pool}/picks.csv",
        measures="results/selection/{task}/{pool}/measures.csv",
    log:
        "results/logs/select_samples/{task}/{pool}.log",
    benchmark:
        "results/benchmarks/select_samples/{task}/{pool}.tsv"
    wildcard_constraints:
        task=only(SELECTIONS),
    conda:
        "../envs/sweetspot.yaml"
    threads: 1
    resources:
        mem_mb=grows(4000),
        runtime=grows(240),
    params:
        code=code("select_samples"),
        job=job("select_samples"),
        config=lambda w: config_of(w.task, "sample_selection", w.pool),
    shell:
        "SWEETSPOT_JOB={params.job} python scripts/select_samples.py"
        " --config {params.config:q} --encoded {input.encoded:q} --picks {output.picks:q}"
        " --measures {output.measures:q} > {log:q} 2>&1"


rule train_selected:
    input:
        images="results/data/{task}/images.npy",
        split="results/data/{task}/split.csv",
        samples=lambda w: pool_folders(w.task, w.pool),
        encoded=lambda w: encoded_folders(w.task, w.pool),
        picks="results/selection/{task}/{pool}/picks.csv",
    output:
        "results/selection/{task}/{pool}/runs/{paradigm}/{architecture}.csv",
    log:
        "results/logs/train_selected/{task}/{pool}/{paradigm}/{architecture}.log",
    benchmark:
        "results/benchmarks/train_selected/{task}/{pool}/{paradigm}/{architecture}.tsv"
    wildcard_constraints:
        task=only(SELECTIONS),
    conda:
        "../envs/sweetspot.yaml"
    threads: 1
    resources:
        gpu=1,
        mem_mb=grows(4000),
        runtime=240,
    params:
        code=code("train_selected"),
        job=job("train_selected"),
        config=lambda w: config_of(w.task, "selected_runs", w.pool, w.paradigm, w.architecture),
    shell:
        "SWEETSPOT_JOB={params.job} python scripts/train_selected.py"
        " --config {params.config:q} --images {input.images:q} --split {input.split:q} --samples {input.samples:q}"
        " --encoded {input.encoded:q} --picks {input.picks:q} --checkpoints results/checkpoints/{output:q}"
        " --threads {threads} --out {output:q} > {log:q} 2>&1"
