"""Which domain each subject of a BIDS data set belongs to."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from sweetspot.config.scans import Bids, SubjectSplit
from sweetspot.errors import InputError

ID = "participant_id"


def participants_file(source: Bids) -> Path | None:
    """The table that is read for domains; None if the config maps participants to domains itself."""
    return None if source.domains else Path(source.path, "participants.tsv")


def read_domains(source: Bids) -> dict[str, str]:
    """The domain of each participant, such as {"sub-01": "NeuroRx"}.

    Raises
    ------
    InputError : participants.tsv is missing or no table, has no column for the domain; or a participant is there
        twice, or without a domain.
    """
    path = participants_file(source)
    if path is None:
        return _checked(list(source.domains), list(source.domains.values()), "the config key `domains`", "")
    if not path.is_file():
        raise InputError(f"{path}: no such file; add it, or map the participants in the config key `domains`")
    try:
        # A participant may well be called "NA": nothing is taken for a missing value.
        table = pd.read_csv(
            path, sep="\t", dtype=str, keep_default_na=False, na_filter=False, encoding="utf-8-sig", index_col=False
        )
    except (ValueError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: not a readable table with tabs ({error})") from None
    for column in (ID, source.domain_column):
        if column not in table.columns:
            hint = "" if column == ID else "; set the config key `domain_column`, or map participants in `domains`"
            raise InputError(
                f"{path}: no column {column!r}; it has {', '.join(map(str, table.columns))}{hint}; "
                "columns are separated by tabs"
            )
    column = f" in the column {source.domain_column!r}"
    return _checked(table[ID].tolist(), table[source.domain_column].tolist(), str(path), column)


def subjects_by_domain(source: Bids) -> dict[str, list[str]]:
    """The subjects of each domain, both sorted.

    Raises
    ------
    InputError : see `read_domains`.
    """
    domains = read_domains(source)
    return {
        domain: sorted(subject for subject in domains if domains[subject] == domain)
        for domain in sorted(set(domains.values()))
    }


def of_other_domains(source: Bids, split: SubjectSplit) -> set[str]:
    """The subjects that the split has no use for: neither of its target nor of its source.

    Raises
    ------
    InputError : see `read_domains`.
    """
    used = {split.target, split.source}
    return {subject for subject, domain in read_domains(source).items() if domain not in used}


def _checked(subjects: list[str], domains: list[str], where: str, column: str) -> dict[str, str]:
    """The domain of each subject, without spaces around either."""
    found: dict[str, str] = {}
    for subject, domain in zip(map(str.strip, subjects), map(str.strip, domains), strict=True):
        if subject in found:
            raise InputError(f"{where}: {subject} is there more than once; keep one")
        if domain.lower() in ("", "n/a"):
            raise InputError(f"{where}: {subject} has no value{column}")
        found[subject] = domain
    return found
