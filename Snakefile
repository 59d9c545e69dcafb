from snakemake.utils import min_version

min_version("9.15")


# A file given by --configfile replaces config.yaml; it is not merged into it.
if not workflow.overwrite_configfiles:

    configfile: "config.yaml"


include: "rules/common.smk"
include: "rules/report_marks.smk"
include: "rules/cluster.smk"
include: "rules/data.smk"
include: "rules/generate.smk"
include: "rules/measure.smk"
include: "rules/downstream.smk"
include: "rules/selection.smk"
include: "rules/predict.smk"
include: "rules/kernel.smk"
include: "rules/joint_training.smk"
include: "rules/selection_results.smk"
include: "rules/figures.smk"
include: "rules/theory_figures.smk"
include: "rules/report.smk"


localrules:
    all,


rule all:
    default_target: True
    input:
        FIGURES,
        TABLES,
