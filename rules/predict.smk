# Predicted ratios: from a small real set, the pool and the validation part. What is predicted here sees no test image
# and no run of the sweep; `judge_predictions` then holds it against the sweep.
rule pilot_classifier:
    input:
        images="results/data/{task}/images.npy",
        split="results/data/{task}/split.csv",
        samples=lambda w: all_sample_folders(w.task),
    output:
        runs="results/pilot/{task}/{experiment}/{part}of{parts}.csv",
        seconds="results/benchmarks/pilot_runs/{task}/{experiment}/{part}of{parts}.csv",
    log:
        "results/logs/pilot_classifier/{task}/{experiment}/{part}of{parts}.log",
    benchmark:
        "results/benchmarks/pilot_classifier/{task}/{experiment}/{part}of{parts}.tsv"
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
        code=code("pilot_classifier"),
        job=job("pilot_classifier"),
        config=lambda w: config_of(w.task, "pilot", w.experiment),
    shell:
        "SWEETSPOT_JOB={params.job} python scripts/pilot_classifier.py"
        " --config {params.config:q} --task {wildcards.task:q}"
        " --experiment {wildcards.experiment:q} --images {input.images:q} --split {input.split:q}"
        " --samples {input.samples:q} --part {wildcards.part} --parts {wildcards.parts}"
        " --checkpoints results/checkpoints/{output.runs:q} --threads {threads} --out {output.runs:q}"
        " --seconds {output.seconds:q} > {log:q} 2>&1"


rule pilot_segmenter:
    input:
        images="results/data/{task}/images.npy",
        masks="results/data/{task}/masks.npy",
        split="results/data/{task}/split.csv",
        samples=lambda w: all_sample_folders(w.task),
        sample_masks="results/samples/{task}/masks.npy",
    output:
        runs="results/pilot/{task}/{experiment}/{part}of{parts}.csv",
        seconds="results/benchmarks/pilot_runs/{task}/{experiment}/{part}of{parts}.csv",
    log:
        "results/logs/pilot_segmenter/{task}/{experiment}/{part}of{parts}.log",
    benchmark:
        "results/benchmarks/pilot_segmenter/{task}/{experiment}/{part}of{parts}.tsv"
    wildcard_constraints:
        task=only(SEGMENTATION),
    conda:
        "../envs/sweetspot.yaml"
    threads: 1
    resources:
        gpu=1,
        mem_mb=grows(4000),
        runtime=8640,
    params:
        code=code("pilot_segmenter"),
        job=job("pilot_segmenter"),
        config=lambda w: config_of(w.task, "pilot", w.experiment),
    shell:
        "SWEETSPOT_JOB={params.job} python scripts/pilot_segmenter.py"
        " --config {params.config:q} --task {wildcards.task:q}"
        " --experiment {wildcards.experiment:q} --images {input.images:q} --masks {input.masks:q}"
        " --split {input.split:q} --samples {input.samples:q} --sample-masks {input.sample_masks:q}"
        " --part {wildcards.part} --parts {wildcards.parts} --checkpoints results/checkpoints/{output.runs:q}"
        " --threads {threads} --out {output.runs:q} --seconds {output.seconds:q} > {log:q} 2>&1"


# What each method took is no result: it differs from run to run, so it is kept with the benchmark files.
rule predict_ratios:
    input:
        images="results/data/{task}/images.npy",
        masks=lambda w: [f"results/data/{w.task}/masks.npy"] if w.task in SEGMENTATION else [],
        split="results/data/{task}/split.csv",
        samples=lambda w: all_sample_folders(w.task),
        sample_masks=lambda w: [f"results/samples/{w.task}/masks.npy"] if w.task in SEGMENTATION else [],
        pilot=lambda w: pilot_files("results/pilot", w.task, w.experiment),
    output:
        predicted="results/predicted/{task}/{experiment}.csv",
        seconds="results/benchmarks/prediction_seconds/{task}/{experiment}.csv",
    log:
        "results/logs/predict_ratios/{task}/{experiment}.log",
    benchmark:
        "results/benchmarks/predict_ratios/{task}/{experiment}.tsv"
    conda:
        "../envs/sweetspot.yaml"
    threads: 1
    resources:
        mem_mb=grows(4000),
        runtime=grows(120),
    params:
        code=code("predict_ratios"),
        job=job("predict_ratios"),
        config=lambda w: config_of(w.task, "prediction", w.experiment),
    shell:
        "SWEETSPOT_JOB={params.job} python scripts/predict_ratios.py"
        " --config {params.config:q} --task {wildcards.task:q}"
        " --experiment {wildcards.experiment:q} --images {input.images:q} --masks {input.masks:q}"
        " --split {input.split:q} --samples {input.samples:q} --sample-masks {input.sample_masks:q}"
        " --pilot {input.pilot:q} --out {output.predicted:q} --seconds {output.seconds:q} > {log:q} 2>&1"


rule judge_predictions:
    input:
        runs="results/tables/runs.csv",
        predicted=all_experiments("results/predicted/{task}/{experiment}.csv"),
    output:
        predictions=shown_table("results/tables/predictions.csv"),
        regrets=shown_table("results/tables/regrets.csv"),
        methods=shown_table("results/tables/methods.csv"),
    log:
        "results/logs/judge_predictions.log",
    benchmark:
        "results/benchmarks/judge_predictions.tsv"
    conda:
        "../envs/sweetspot.yaml"
    threads: 1
    resources:
        mem_mb=grows(2000),
        runtime=grows(10),
    params:
        code=code("judge_predictions"),
        job=job("judge_predictions"),
    shell:
        "SWEETSPOT_JOB={params.job} python scripts/judge_predictions.py"
        " --runs {input.runs:q} --predicted {input.predicted:q}"
        " --predictions {output.predictions:q} --regrets {output.regrets:q} --methods {output.methods:q}"
        " > {log:q} 2>&1"


rule prediction_costs:
    input:
        sweep="results/benchmarks/run_seconds.csv",
        pilots=all_pilots("results/benchmarks/pilot_runs"),
        methods=all_experiments("results/benchmarks/prediction_seconds/{task}/{experiment}.csv"),
    output:
        shown_table("results/benchmarks/prediction_costs.csv"),
    log:
        "results/logs/prediction_costs.log",
    conda:
        "../envs/sweetspot.yaml"
    threads: 1
    resources:
        mem_mb=grows(1000),
        runtime=grows(10),
    params:
        code=code("prediction_costs"),
        job=job("prediction_costs"),
    shell:
        "SWEETSPOT_JOB={params.job} python scripts/prediction_costs.py"
        " --sweep {input.sweep:q} --pilots {input.pilots:q}"
        " --methods {input.methods:q} --out {output:q} > {log:q} 2>&1"
