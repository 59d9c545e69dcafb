"""The index of a BIDS data set: which files make a scan, and what is refused before any voxel is read."""

from __future__ import annotations

import os

import pytest

from sweetspot.config.scans import SubjectSplit
from sweetspot.data.bids import check, index, listing, source_files
from sweetspot.data.participants import subjects_by_domain
from sweetspot.errors import InputError

SPLIT = SubjectSplit(train=1, validation=1, test=1)


@pytest.fixture
def empty(tmp_path, bids):
    """A data set of empty files with four subjects, the first with two sessions; no voxel is there to be read."""

    def touch(subject, suffix, session="", derivative=""):
        path = bids.file_of(tmp_path, subject, suffix, session, derivative)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()

    for subject, session in (("sub-01", "ses-1"), ("sub-01", "ses-2"), *((f"sub-0{i}", "") for i in range(2, 6))):
        for modality in ("T1w", "T2w"):
            touch(subject, modality, session)
        touch(subject, "label-lesion_mask", session, "lesions")
        for tissue in bids.TISSUES:
            touch(subject, f"label-{tissue}_mask", session, "tissues")
    bids.write_participants(tmp_path, {f"sub-0{i}": "MIAC" if i == 5 else "NeuroRx" for i in range(1, 6)})
    return tmp_path


def test_scans_of_all_sessions(empty, bids):
    scans = index(bids.source(empty), SPLIT)
    assert [scan.name for scan in scans] == ["sub-01/ses-1", "sub-01/ses-2", "sub-02", "sub-03", "sub-04", "sub-05"]
    assert [scan.domain for scan in scans] == ["NeuroRx"] * 5 + ["MIAC"]
    second = scans[1]
    assert second.images == tuple(bids.file_of(empty, "sub-01", name, "ses-2") for name in ("T1w", "T2w"))
    assert second.lesions == bids.file_of(empty, "sub-01", "label-lesion_mask", "ses-2", "lesions")
    assert [path.name for path in second.tissues] == [f"sub-01_ses-2_label-{name}_mask.nii.gz" for name in bids.TISSUES]
    assert second.brain is None
    assert subjects_by_domain(bids.source(empty)) == {
        "MIAC": ["sub-05"],
        "NeuroRx": ["sub-01", "sub-02", "sub-03", "sub-04"],
    }
    check(bids.source(empty), SPLIT, "split")


def test_channels_are_in_the_order_of_the_config(empty, bids):
    scan = index(bids.source(empty, modalities=("T2w", "T1w")), SPLIT)[-1]
    assert [path.name for path in scan.images] == ["sub-05_T2w.nii.gz", "sub-05_T1w.nii.gz"]
    only = index(bids.source(empty, modalities=("T2w",)), SPLIT)[-1]
    assert [path.name for path in only.images] == ["sub-05_T2w.nii.gz"]


def test_entities_in_between_and_other_files_do_not_disturb(empty, bids):
    lesions = bids.file_of(empty, "sub-02", "label-lesion_mask", "", "lesions")
    lesions = lesions.rename(lesions.with_name("sub-02_space-T1w_label-lesion_desc-manual_mask.nii.gz"))
    image = bids.file_of(empty, "sub-02", "T1w")
    image = image.rename(image.with_name("sub-02_acq-3d_T1w.nii"))
    for other in ("sub-02_T1w.json", "sub-02_FLAIR.nii.gz", "._sub-02_T1w.nii.gz", "notes.txt"):
        (image.parent / other).touch()
    (empty / "sub-02" / "func").mkdir()
    (empty / "sub-02" / "func" / "sub-02_task-rest_bold.nii.gz").touch()
    scan = index(bids.source(empty), SPLIT)[2]
    assert (scan.images[0], scan.lesions) == (image, lesions)


def test_the_plain_name_goes_first_and_two_others_are_refused(empty, bids):
    plain = bids.file_of(empty, "sub-02", "T1w")
    plain.with_name("sub-02_ce-gadolinium_T1w.nii.gz").touch()
    assert index(bids.source(empty), SPLIT)[2].images[0] == plain
    plain.rename(plain.with_name("sub-02_acq-3d_T1w.nii.gz"))
    with pytest.raises(InputError, match=r"sub-02_acq-3d_T1w.nii.gz: there is also sub-02_ce-gadolinium_T1w.nii.gz"):
        index(bids.source(empty), SPLIT)


def test_brain_masks(empty, bids):
    for scan in index(bids.source(empty), SPLIT):
        path = bids.file_of(empty, scan.subject, "desc-brain_mask", scan.session, "lesions")
        path.touch()
    scans = index(bids.source(empty, brain_masks="lesions"), SPLIT)
    assert scans[2].brain.name == "sub-02_desc-brain_mask.nii.gz"
    assert scans[2].lesions.name == "sub-02_label-lesion_mask.nii.gz"
    assert scans[2].brain in scans[2].files


def test_domains_from_another_column_and_from_the_config(empty, bids):
    bids.write_participants(empty, {f"sub-0{i}": "A" for i in range(1, 6)}, column="site")
    assert subjects_by_domain(bids.source(empty, domain_column="site")).keys() == {"A"}
    mapping = {f"sub-0{i}": "B" for i in range(1, 6)}
    (empty / "participants.tsv").unlink()
    source = bids.source(empty, domains=mapping)
    assert subjects_by_domain(source).keys() == {"B"}
    assert source_files(source) == []
    assert source_files(bids.source(empty)) == [str(empty / "participants.tsv")]
    with pytest.raises(InputError, match=r"sub-05: it has scans, and sub-05 is not listed in the config key `domains`"):
        index(bids.source(empty, domains={key: mapping[key] for key in list(mapping)[:4]}), SPLIT)


def test_spaces_around_ids_and_domains_do_not_count(empty, bids):
    expected = subjects_by_domain(bids.source(empty))
    padded = {f" sub-0{i} ": " MIAC" if i == 5 else "NeuroRx " for i in range(1, 6)}
    assert subjects_by_domain(bids.source(empty, domains=padded)) == expected
    bids.write_participants(empty, padded)
    assert subjects_by_domain(bids.source(empty)) == expected
    with pytest.raises(InputError, match="the config key `domains`: sub-05 has no value"):
        subjects_by_domain(bids.source(empty, domains=padded | {" sub-05 ": "n/A"}))
    with pytest.raises(InputError, match="the config key `domains`: sub-05 is there more than once"):
        subjects_by_domain(bids.source(empty, domains=padded | {"sub-05": "MIAC"}))


def change(root, bids, what):
    participants = root / "participants.tsv"
    text = participants.read_text()
    match what:
        case "a modality":
            bids.file_of(root, "sub-01", "T2w", "ses-2").unlink()
        case "a lesion mask":
            bids.file_of(root, "sub-03", "label-lesion_mask", "", "lesions").unlink()
        case "a tissue mask":
            bids.file_of(root, "sub-03", "label-WM_mask", "", "tissues").unlink()
        case "the masks' folder":
            (root / "derivatives" / "tissues").rename(root / "derivatives" / "other")
        case "mask without scan":
            for modality in ("T1w", "T2w"):
                bids.file_of(root, "sub-01", modality, "ses-2").unlink()
        case "participants.tsv":
            participants.unlink()
        case "subject without scans":
            participants.write_text(text + "sub-06\tMIAC\n")
        case "scans without subject":
            participants.write_text(text.replace("sub-05\tMIAC\n", ""))
        case "duplicate row":
            participants.write_text(text + "sub-02\tMIAC\n")
        case "the column":
            participants.write_text(text.replace("cro", "site"))
        case "the ids' column":
            participants.write_text(text.replace("participant_id", "id"))
        case "a domain":
            participants.write_text(text.replace("sub-04\tNeuroRx", "sub-04\tn/a"))
        case "a domain in capitals":
            participants.write_text(text.replace("sub-04\tNeuroRx", "sub-04\tN/A "))
        case "duplicate row after spaces":
            participants.write_text(text + " sub-02\tMIAC\n")
        case "binary":
            participants.write_bytes(b"\xff\xfe\x00\x01")
        case "another subject's name":
            path = bids.file_of(root, "sub-03", "T1w")
            path.rename(path.with_name("sub-04_T1w.nii.gz"))
        case "no session in the name":
            path = bids.file_of(root, "sub-01", "T1w", "ses-1")
            path.rename(path.with_name("sub-01_T1w.nii.gz"))
        case "a broken link":
            path = bids.file_of(root, "sub-03", "label-CSF_mask", "", "tissues")
            path.unlink()
            path.symlink_to(root / ".git" / "annex" / "objects" / "MD5E-s1.nii.gz")
        case "no BIDS name":
            bids.file_of(root, "sub-03", "T1w").with_name("T1w.nii.gz").touch()


@pytest.mark.parametrize(
    ("what", "words"),
    [
        ("a modality", r"sub-01_ses-2_T2w.nii.gz: no such file; every scan needs one.* the scan sub-01/ses-2 out"),
        ("a lesion mask", r"derivatives/lesions/sub-03/anat/sub-03_label-lesion_mask.nii.gz: no such file"),
        ("a tissue mask", r"derivatives/tissues/sub-03/anat/sub-03_label-WM_mask.nii.gz: no such file"),
        ("the masks' folder", r"derivatives/tissues: no such folder"),
        ("mask without scan", r"sub-01_ses-2_label-lesion_mask.nii.gz: a mask of a scan that has no images"),
        ("participants.tsv", r"participants.tsv: no such file"),
        ("subject without scans", r"participants.tsv: sub-06 is listed and has no scan in .*sub-06"),
        ("scans without subject", r"sub-05: it has scans, and sub-05 is not listed in .*participants.tsv"),
        ("duplicate row", r"participants.tsv: sub-02 is there more than once"),
        (
            "the column",
            r"participants.tsv: no column 'cro'; it has participant_id, site; set the config key .* separated by tabs",
        ),
        (
            "the ids' column",
            r"participants.tsv: no column 'participant_id'; it has id, cro; columns are separated by tabs",
        ),
        ("a domain", r"participants.tsv: sub-04 has no value in the column 'cro'"),
        ("a domain in capitals", r"participants.tsv: sub-04 has no value in the column 'cro'"),
        ("duplicate row after spaces", r"participants.tsv: sub-02 is there more than once"),
        ("binary", r"participants.tsv: not a readable table"),
        ("another subject's name", r"sub-04_T1w.nii.gz: subject and session in the name are not those of the folders"),
        ("no session in the name", r"sub-01_T1w.nii.gz: subject and session in the name are not those"),
        ("a broken link", r"sub-03_label-CSF_mask.nii.gz: a link to a file that is not there; fetch it .*datalad get"),
        ("no BIDS name", r"anat/T1w.nii.gz: not a name as BIDS wants it"),
    ],
)
def test_what_is_missing_or_wrong_is_one_error_with_the_files_name(empty, bids, what, words):
    change(empty, bids, what)
    with pytest.raises(InputError, match=words) as caught:
        check(bids.source(empty), SPLIT, "tasks.ms.split")
    assert "\n" not in str(caught.value)


def test_domain_without_subjects_and_too_few_subjects(empty, bids):
    with pytest.raises(InputError, match=r"`tasks.ms.split.source`: no subject is of 'Oslo'.*MIAC \(1 subjects\)"):
        check(bids.source(empty), SPLIT.model_copy(update={"source": "Oslo"}), "tasks.ms.split")
    with pytest.raises(InputError, match=r"`tasks.ms.split`: .* 3 train .* NeuroRx has 4"):
        check(bids.source(empty), SPLIT.model_copy(update={"train": 3}), "tasks.ms.split")


def test_subjects_of_a_third_domain_need_no_complete_files(empty, bids):
    """They are in no message, in no listing and in no scan, whatever of theirs is missing or wrong."""
    source = bids.source(empty)
    complete, before = index(source, SPLIT), listing(source, SPLIT)
    domains = {f"sub-0{i}": "MIAC" if i == 5 else "NeuroRx" for i in range(1, 6)}
    bids.write_participants(empty, domains | {"sub-06": "Oslo", "sub-07": "Oslo"})
    for path in (bids.file_of(empty, "sub-06", "T1w"), bids.file_of(empty, "sub-06", "x_mask", "", "tissues")):
        path.parent.mkdir(parents=True)
        path.touch()
        path.with_name("T1w.nii.gz").touch()
    check(source, SPLIT, "split")
    assert (index(source, SPLIT), listing(source, SPLIT)) == (complete, before)
    with pytest.raises(InputError, match=r"T1w.nii.gz: not a name as BIDS wants it"):
        index(source, SPLIT.model_copy(update={"source": "Oslo"}))
    without_source = index(source, SPLIT.model_copy(update={"source": None}))
    assert [scan for scan in complete if scan.domain == "NeuroRx"] == list(without_source)
    known = r"one of MIAC \(1 subjects\), NeuroRx \(4 subjects\), Oslo \(2 subjects\)"
    with pytest.raises(InputError, match=rf"`split.target`: no subject is of 'Rome'; set it to {known}"):
        check(source, SubjectSplit(target="Rome", source=None, train=1, validation=1, test=1), "split")


def test_no_data_set(tmp_path, bids):
    with pytest.raises(InputError, match="nowhere: no such folder"):
        index(bids.source(tmp_path / "nowhere"), SPLIT)
    bids.write_participants(tmp_path, {"sub-01": "MIAC"})
    with pytest.raises(InputError, match=r"no image sub-.*is it a BIDS data set"):
        index(bids.source(tmp_path), SPLIT)


def test_tissues_need_masks_or_t1w(empty, bids):
    with pytest.raises(InputError, match="`tissue_masks`, or add T1w"):
        index(bids.source(empty, modalities=("T2w",), tissue_masks=None), SPLIT)
    assert index(bids.source(empty, tissue_masks=None), SPLIT)[0].tissues is None


def test_listing_changes_with_what_is_used_and_with_nothing_else(empty, bids):
    source = bids.source(empty)
    before = listing(source, SPLIT)
    bids.file_of(empty, "sub-02", "FLAIR").touch()
    (empty / "README").touch()
    assert listing(source, SPLIT) == before
    assert listing(bids.source(empty, modalities=("T1w",)), SPLIT) != before
    for path in (bids.file_of(empty, "sub-02", "T1w"), bids.file_of(empty, "sub-02", "label-GM_mask", "", "tissues")):
        path.write_bytes(b"longer")
        assert listing(source, SPLIT) != before
        before = listing(source, SPLIT)
        os.utime(path, (1, 1))
        assert listing(source, SPLIT) != before
        before = listing(source, SPLIT)
