"""Crates: complete, valid by the profile, the same bytes each time, and silent about people and places."""

from __future__ import annotations

import argparse
import getpass
import io
import json
import platform
import re
import socket
import zipfile
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest
import requests
from rocrate.rocrate import ROCrate
from rocrate.utils import as_list
from rocrate.vocabs import RO_CRATE
from rocrate_validator import services
from rocrate_validator.models import Severity, ValidationSettings
from rocrate_validator.utils.http import HttpRequester

from sweetspot.audit.fingerprints import fingerprint
from sweetspot.audit.record import ENDING, Input, Record, read_record, record_path
from sweetspot.audit.workflow_config import config_path, keep_config
from sweetspot.crate.command import add_arguments, crate
from sweetspot.crate.contents import Choice
from sweetspot.crate.graph import About
from sweetspot.crate.pack import METADATA, write_crate
from sweetspot.errors import InputError

USER, HOST, EMAIL, JOB = "jdohnalova", "scanner-room-7", "jana@clinic.example", "jana-job-7"
SUBJECTS = ("sub-KV17Q", "sub-ZB42R")
MACHINE = {"system": "Linux", "processor": "any", "cores": 2}
CONTEXT = "https://w3id.org/ro/crate/1.1/context"
BIOSCHEMAS = "https://bioschemas.org/"
CLEAN = Choice()


class Project:
    """A small project with results and records; a job writes given bytes and is recorded as a program would be."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.clock = 0
        for name, text in {
            "Snakefile": 'include: "rules/data.smk"\n',
            "rules/data.smk": "rule prepare_slices:\n",
            "envs/sweetspot.yaml": "dependencies: [python]\n",
            "requirements.lock": "numpy==2.4.6\nsnakemake==9.15.0\n",
            "README.md": "# sweetspot\n",
            "LICENSE": "MIT\n",
            "CITATION.cff": f"title: sweetspot\nauthors:\n  - name: Jana\n    email: {EMAIL}\n",
            ".secret": USER,
            "scripts/__pycache__/old.py": USER,
        }.items():
            self.write(name, text)

    def write(self, name: str, content: str | bytes) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())

    def job(self, rule: str, inputs=(), outputs=None, config=None, **wildcards: str) -> Record:
        """Make the outputs, their content by path, and their record."""
        program = f"scripts/{rule}.py"
        self.write(program, f'"""{rule}"""\n')
        for path, content in outputs.items():
            self.write(path, content)
        self.clock += 1
        word = [] if config is None else ["--config", json.dumps(config)]
        record = Record(
            rule=rule,
            wildcards=wildcards,
            command=["python", program, *word, "--data", *inputs, "--out", *outputs],
            config=config,
            seeds={},
            code={program: fingerprint(self.folder / program).sha256},
            inputs={path: self._input(path) for path in inputs},
            libraries={"python": "3.11.7"},
            workflow_config={self.config: fingerprint(self.folder / self.config).sha256},
            outputs={path: fingerprint(self.folder / path) for path in self._outputs(outputs)},
            source={"commit": "0123abcd", "dirty": False},
            machine={**MACHINE, "host": HOST, "slurm": {"job": JOB}, "compute": {"device": "cpu", "host": HOST}},
            started=f"2026-01-02T03:00:{self.clock:02}.000+00:00",
            ended=f"2026-01-02T03:01:{self.clock:02}.000+00:00",
            seconds=60.0,
            peak_memory=1000,
        )
        for path in record.outputs:
            record_path(self.folder / path).write_text(record.to_text(), encoding="utf-8")
        return record

    @staticmethod
    def _outputs(paths):
        """What is in a folder of samples counts as one result."""
        return dict.fromkeys(re.sub(r"(results/samples/\w+/\w+)/.*", r"\1", path) for path in paths)

    def _input(self, path: str) -> Input:
        found, record = fingerprint(self.folder / path), read_record(self.folder / path)
        return Input(found.sha256, found.size, record.id if record else None)


@pytest.fixture
def project(tmp_path, monkeypatch) -> Project:
    """Digits, which are public, and scans of patients in the home of their user."""
    project = Project(tmp_path / "project")
    monkeypatch.chdir(project.folder)
    scans = tmp_path / "home" / USER / "scans of MS"
    raw = [scans / "participants.tsv"]
    raw += [scans / subject / "anat" / f"{subject}_ses-1_T1w.nii" for subject in SUBJECTS]
    for path in raw:
        project.write(path, f"content of {path.name}")
    data = {"reader": "bids", "path": str(scans), "domains": dict.fromkeys(SUBJECTS, "NeuroRx")}
    config = {"tasks": {"ms": {"data": data}, "digits": {"data": {"reader": "digits"}}}}
    keep_config(config)
    project.config = config_path(config).as_posix()
    rows = "".join(f"{n},{name}/z=1,{name},{name}/ses-1,test\n" for n, name in enumerate(SUBJECTS))
    project.job(
        "prepare_slices", [*map(str, raw)], task="ms", config={"data": data},
        outputs={
            "results/data/ms/images.npy": b"\x93NUMPY of patients",
            "results/data/ms/split.csv": f"index,id,subject,scan,part\n{rows}",
        },
    )  # fmt: skip
    project.job(
        "train_generator", ["results/data/ms/images.npy"], {"results/generator/ms/model.safetensors": b"weights"}
    )
    project.job("sample", [], {"results/samples/ms/chain/0.npy": b"faces", "results/samples/ms/chain/1.npy": b"of"})
    project.job("prepare_data", [], {"results/data/digits/images.npy": b"digits"}, task="digits")
    project.job("sample", [], {"results/samples/digits/chain/0.npy": b"0", "results/samples/digits/chain/1.npy": b"1"})
    runs = [f"results/downstream/{task}/ratio=4.csv" for task in ("ms", "digits")]
    for task, path in zip(("ms", "digits"), runs, strict=True):
        project.job("train", [f"results/data/{task}/images.npy"], {path: "loss\n1\n"}, config={"seed": 0}, task=task)
    project.write("results/benchmarks/train/ms.tsv", "s\n1.5\n")
    project.job("collect_runs", [*runs, "results/benchmarks/train/ms.tsv"], {"results/tables/runs.csv": "loss\n1\n"})
    for name, inputs in {"figure_2": ["results/tables/runs.csv"], "samples_ms": ["results/data/ms/images.npy"]}.items():
        outputs = {f"results/figures/{name}.{ending}": f"{ending} of {name}" for ending in ("pdf", "png")}
        wildcards = {"task": "ms"} if name.startswith("samples") else {}
        project.job(f"draw_{name}", inputs, outputs, **wildcards)
    return project


def pack(project: Project, choice: Choice = CLEAN, about: About = About()) -> Path:  # noqa: B008
    out = project.folder / "results/crate.zip"
    write_crate(project.folder, out, choice, about)
    return out


def files_of(archive: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(archive) as opened:
        return {each.filename: opened.read(each) for each in opened.infolist() if not each.is_dir()}


def entities_of(archive: Path) -> dict[str, dict]:
    return {each["@id"]: each for each in json.loads(files_of(archive)[METADATA])["@graph"]}


def context() -> dict[str, str]:
    """The context of RO-Crate 1.1, from that of the version that rocrate brings with it."""
    shared = {term: iri for term, iri in RO_CRATE["@context"].items() if str(iri).startswith("http://schema.org/")}
    del shared["sha256"]  # later than 1.1
    workflow = {name: f"{BIOSCHEMAS}ComputationalWorkflow#{name}" for name in ("input", "output")}
    types = {name: BIOSCHEMAS + name for name in ("ComputationalWorkflow", "FormalParameter")}
    return {**shared, **workflow, **types, "conformsTo": "http://purl.org/dc/terms/conformsTo"}


@pytest.fixture
def issues(tmp_path, monkeypatch):
    """Validates a crate by the profile and returns the issues; whoever asks the network fails."""

    def get(_, url, **__):
        if url != CONTEXT:
            raise AssertionError(f"{url} was asked for")
        response = requests.Response()
        response.status_code, response.raw = 200, io.BytesIO(json.dumps({"@context": context()}).encode())
        response.headers["Content-Type"] = "application/ld+json"
        return response

    def connect(*_):
        raise AssertionError("a connection was opened")

    monkeypatch.setattr(HttpRequester, "get", get, raising=False)
    monkeypatch.setattr(socket.socket, "connect", connect)

    def validate(archive: Path, severity: Severity) -> list[str]:
        settings = ValidationSettings(
            rocrate_uri=archive,
            profile_identifier="provenance-run-crate",
            requirement_severity=severity,
            cache_path=tmp_path / "cache",
        )
        return sorted({str(issue.message) for issue in services.validate(settings).get_issues(severity)})

    return validate


def test_it_is_a_provenance_run_crate(project, issues):
    assert issues(pack(project), Severity.REQUIRED) == []


def test_a_broken_crate_is_no_provenance_run_crate(project, issues):
    """So the validator does look."""
    archive = pack(project)
    files = files_of(archive)
    content = json.loads(files[METADATA])
    content["@graph"] = [each for each in content["@graph"] if each["@type"] != "HowToStep"]
    with zipfile.ZipFile(archive, "w") as opened:
        for name, text in (files | {METADATA: json.dumps(content).encode()}).items():
            opened.writestr(name, text)
    assert any("HowToStep" in each for each in issues(archive, Severity.REQUIRED))


# A program of the crate is a file of it, and no URL; who publishes it, and where its authors work, is not asked.
NOT_FOLLOWED = [
    "The SoftwareApplication id SHOULD be an absolute URI",
    "The `publisher` property of a `Root Data Entity` SHOULD be an `Organization`",
]
OF_AUTHORS = [
    "The author SHOULD have a Contextual Entity which specifies the organizational `affiliation`.",
    "The author SHOULD have an organizational affiliation.",
]
ONLY_IF_TOLD = [
    "The Action SHOULD have an agent that is a Person or Organization",
    "The Application SHOULD have a url",
    "The Root Data Entity SHOULD have a link to a Contextual Entity representing the `author` of the RO-Crate",
]


def test_what_is_recommended_is_there_but_for_what_only_the_user_knows(project, issues):
    assert issues(pack(project), Severity.RECOMMENDED) == sorted([*NOT_FOLLOWED, *ONLY_IF_TOLD])
    project.write("CITATION.cff", "title: sweetspot\nrepository-code: https://example.org/sweetspot\n")
    told = pack(project, about=About(("Jana Dohnalová",)))
    assert issues(told, Severity.RECOMMENDED) == sorted([*NOT_FOLLOWED, *OF_AUTHORS])


def test_every_figure_and_table_leads_to_its_job_and_the_inputs(project):
    found = ROCrate(pack(project))
    results = project.folder / "results"
    shown = [path for name in ("figures", "tables") for path in (results / name).iterdir() if path.suffix != ".json"]
    assert len(shown) == 5
    for path in shown:
        name, record = path.relative_to(project.folder).as_posix(), read_record(path)
        (entity,) = [each for each in found.get_entities() if each.get("name") == name]
        action = found.get(f"#job/{record.id}")
        assert action.type == "CreateAction"
        assert entity in as_list(action["result"])
        assert action["instrument"].id == record.command[1]
        digests = {each["sha256"] for each in as_list(action["object"]) if "sha256" in each}
        assert digests == {each.sha256 for each in record.inputs.values()}
        assert action["subjectOf"].id.endswith(ENDING)
        assert (action["startTime"], action["endTime"]) == (record.started, record.ended)


def test_each_copy_has_the_size_and_hash_that_the_metadata_state(project):
    archive = pack(project)
    files, entities = files_of(archive), entities_of(archive)
    assert len(files) > 30
    for name, content in files.items():
        if name != METADATA:
            project.write("copy", content)
            about = entities[quote(name)]
            assert (about["sha256"], about["contentSize"]) == (
                fingerprint(project.folder / "copy").sha256,
                str(len(content)),
            )


def test_raw_data_are_named_by_their_content_alone(project):
    entities = entities_of(pack(project))
    record = read_record(project.folder / "results/data/ms/images.npy")
    assert len(record.inputs) == 3
    for each in record.inputs.values():
        about = entities[f"#sha256-{each.sha256}"]
        assert about["contentSize"] == str(each.size)
        assert {"@id": about["@id"]} in entities[f"#job/{record.id}"]["object"]


@pytest.mark.parametrize("choice", [CLEAN, Choice(publish=frozenset({"ms"}))], ids=["private", "published"])
def test_nobody_and_no_place_is_named(project, choice):
    words = [USER, HOST, EMAIL, JOB, "clinic", "scans of MS", "T1w", str(project.folder)]
    words += [*SUBJECTS, *(name.removeprefix("sub-") for name in SUBJECTS)]
    # Short names of machines and users, such as `vm` or `root`, may be words of any text.
    words += [word for word in (platform.node(), getpass.getuser(), str(Path.home())) if len(word) > 5]
    files = files_of(pack(project, choice))
    for name, content in files.items():
        told = f"{name}\n{content.decode('latin-1')}"
        found = [word for word in words if re.search(rf"(?<![A-Za-z]){re.escape(word)}(?![A-Za-z])", told)]
        assert found == [], name


def test_private_images_samples_and_weights_stay_away(project):
    private = ["results/data/ms/images.npy", "results/generator/ms/model.safetensors", "results/samples/ms/chain/0.npy"]
    private += ["results/figures/samples_ms.png", "results/data/ms/split.csv"]
    public = ["results/data/digits/images.npy", "results/samples/digits/chain/1.npy", "results/figures/figure_2.png"]
    public += ["results/downstream/ms/ratio=4.csv", "results/benchmarks/train/ms.tsv", "results/tables/runs.csv"]
    files = files_of(pack(project))
    assert [name for name in private if name in files] == []
    assert [name for name in public if name not in files] == []
    asked = files_of(pack(project, Choice(publish=frozenset({"ms"}))))
    assert [name for name in private if name not in asked] == ["results/data/ms/split.csv"]


def test_a_record_keeps_its_id_and_what_determined_the_result(project):
    files = files_of(pack(project))
    record = read_record(project.folder / "results/data/ms/images.npy")
    copy = json.loads(files[f"results/data/ms/images.npy{ENDING}"])
    assert copy["id"] == record.id
    assert "publication" in copy["redacted"]
    assert copy["code"] == record.code
    assert set(copy["inputs"]) == {f"sha256:{each.sha256}" for each in record.inputs.values()}
    assert copy["machine"] == {**MACHINE, "compute": {"device": "cpu"}}
    assert copy["config"]["data"] == {"reader": "bids", "path": "withheld", "domains": "withheld"}
    assert json.loads(copy["command"][3]) == copy["config"]


def test_nothing_else_of_a_public_record_is_changed(project):
    files = files_of(pack(project))
    name = "results/tables/runs.csv"
    original = json.loads((project.folder / f"{name}{ENDING}").read_text(encoding="utf-8"))
    copy = json.loads(files[f"{name}{ENDING}"])
    del (
        original["digest"],
        original["machine"]["host"],
        original["machine"]["slurm"],
        original["machine"]["compute"]["host"],
        copy["redacted"],
    )
    assert copy == original


def test_equal_results_give_equal_bytes(project):
    before = pack(project).read_bytes()
    for path in sorted(project.folder.rglob("*"), reverse=True):
        path.touch()
    assert pack(project).read_bytes() == before


def test_large_results_are_only_named(project):
    project.job("sample", [], {"results/samples/digits/large/0.npy": b"0" * 2000})
    archive = pack(project, Choice(largest=1999))
    assert "results/samples/digits/large/0.npy" not in files_of(archive)
    about = entities_of(archive)["#withheld/results/samples/digits/large"]
    assert about["contentSize"] == "2000"
    assert "results/samples/digits/large/0.npy" in files_of(pack(project, Choice(largest=2000)))


def test_a_table_that_names_a_subject_stays_away(project):
    project.job("collect", [], {"results/tables/odd.csv": f"who,dice\n{SUBJECTS[0]},0.5\n"})
    archive = pack(project)
    assert "results/tables/odd.csv" not in files_of(archive)
    assert "names subjects" in entities_of(archive)["#withheld/results/tables/odd.csv"]["description"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("--out=/srv/lab/x.csv", "--out=withheld"),
        ("/srv/my lab/x.csv", "withheld"),
        ("~/x.csv", "withheld"),
        ("see https://example.org/a/b", "see https://example.org/a/b"),
        ("results/data/ms/images.npy", "results/data/ms/images.npy"),
        ("data/ms/participants.tsv", "sha256:abc"),
        ("in data/ms, 5 mm/s", "in withheld, 5 mm/s"),
        ("of sub-01_T1w and sub-011", "of withheld_T1w and sub-011"),
        ("mail a.b@c.org now", "mail withheld now"),
        ("file:///srv/lab/x", "withheld"),
        ("from //nas/lab", "from withheld"),
        ("at ~anna/data", "at withheld"),
        ("in ../../anna/data", "in withheld"),
        ("ssh://anna@host/x", "withheld"),
        ("anna@localhost:/data", "withheld"),
        ("host:/data/x", "withheld"),
        ("row KV17Q, sub-kv17q and sub_KV17Q", "row withheld, sub-withheld and sub_withheld"),
        ("seed 17 of KV17", "seed 17 of KV17"),
    ],
)
def test_what_becomes_of_a_text(text, told):
    from sweetspot.crate.privacy import Privacy

    raw = {"data/ms/participants.tsv": "abc"}
    assert Privacy(raw, frozenset({*raw, "sub-01", "sub-KV17Q"}), ("data/ms",)).in_text(text) == told


def test_changed_results_are_not_packed(project):
    project.write("results/figures/figure_2.png", "another")
    with pytest.raises(InputError, match=r"figure_2\.png: it is CHANGED"):
        pack(project)


def test_raw_data_need_not_be_there(project):
    for path in read_record(project.folder / "results/data/ms/images.npy").inputs:
        Path(path).unlink()
    assert "results/figures/figure_2.png" in files_of(pack(project))


def test_a_result_with_a_subject_in_its_name_is_refused(project):
    project.job("train", [], {f"results/downstream/ms/{SUBJECTS[0]}.csv": "loss\n1\n"}, task="ms")
    with pytest.raises(InputError, match="would name a subject"):
        pack(project)


def test_a_program_with_an_address_is_refused(project):
    project.write("scripts/mine.py", f'AUTHOR = "{EMAIL}"\n')
    with pytest.raises(InputError, match=r"scripts/mine\.py: it holds an e-mail address"):
        pack(project)
    assert EMAIL in files_of(pack(project, Choice(emails=True)))["CITATION.cff"].decode()


def test_a_task_that_is_not_there_cannot_be_published(project):
    with pytest.raises(InputError, match="--publish: 'mr' is not a task; there are digits, ms"):
        pack(project, Choice(publish=frozenset({"mr"})))


def test_data_of_an_unknown_reader_are_private(project):
    """Images of a user's own are under an agreement until they say otherwise."""
    config = json.loads((project.folder / project.config).read_text(encoding="utf-8"))
    config["tasks"]["digits"]["data"]["reader"] = "image_folder"
    keep_config(config)
    path = config_path(config).as_posix()
    name = "results/data/digits/images.npy"
    record = read_record(project.folder / name)
    record = replace(record, workflow_config={path: fingerprint(project.folder / path).sha256})
    record_path(project.folder / name).write_text(record.to_text(), encoding="utf-8")
    assert name not in files_of(pack(project))


def command(*words: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    return parser.parse_args(words)


def test_the_command_tells_what_is_in_it_and_what_is_not(project, capsys):
    crate(command("--author", "Jana Dohnalová", "--license", "https://creativecommons.org/licenses/by/4.0/"))
    told = capsys.readouterr().out
    assert told.startswith("results/crate.zip: ")
    assert "raw data, never copied, only named by SHA-256: 3 files" in told
    assert "results/data/ms/images.npy: it holds, shows or was fitted to" in told
    root = entities_of(Path("results/crate.zip"))["./"]
    assert root["license"] == {"@id": "https://creativecommons.org/licenses/by/4.0/"}
    assert root["author"] == {"@id": "#author-1"}


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--results", "elsewhere"], "--results: elsewhere is no folder"),
        (["--largest", "0"], "--largest: 0 is not above 0"),
        (["--license", "mine"], "--license: mine is no URL"),
    ],
)
def test_wrong_options_are_named(project, words, message):
    with pytest.raises(InputError, match=message):
        crate(command(*words))


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("tables/notes.csv", EMAIL),
        ("tables/notes.csv", f"/home/{USER}/scans"),
        ("tables/notes.TXT", SUBJECTS[0]),
        ("figures/page.html", SUBJECTS[0]),
        ("figures/page.html", f"/home/{USER}/scans"),
    ],
)
def test_a_result_with_a_name_an_address_or_a_home_stays_away(project, name, words):
    project.job("note", [], {f"results/{name}": f"words\n{words}\n"})
    assert f"results/{name}" not in files_of(pack(project))


def test_a_page_with_an_address_of_its_library_is_packed(project):
    project.job("note", [], {"results/figures/page.html": "author@library.example"})
    assert "results/figures/page.html" in files_of(pack(project))
