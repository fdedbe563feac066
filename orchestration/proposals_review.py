"""What a steward reads of proposals and how a decision comes back: lists, CSV files, the seed."""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

import duckdb

from orchestration.identity_decisions import Decision, keep

WORDS: dict[str, Literal["link", "cannot_link"]] = {"accept": "link", "reject": "cannot_link"}
RECORD = ("system", "account", "source_id")
SHOWN = (
    *("proposal_id", "status", "match_weight", "match_probability", *RECORD),
    *("linked_system", "linked_account", "linked_source_id", "evidence", "refusal"),
)
FILLED = ("decision", "decided_by", "reason")  # by the steward, in the CSV
STATUSES = ("open", "accepted", "rejected", "linked_by_rule", "withdrawn")
PARTS = ("prior", "first_name", "last_name", "email", "phone", "address", "country")


@dataclass(frozen=True)
class Proposal:
    proposal_id: str
    status: str
    match_weight: Decimal
    match_probability: Decimal
    record: tuple[str, str, str]
    linked: tuple[str, str, str]
    evidence: str
    refusal: str | None
    weights: tuple[tuple[str, Decimal], ...]


def read(warehouse: Path, status: str | None = "open") -> list[Proposal]:
    """The proposals of this status, the most probable first; None: all."""
    _check_there(warehouse)
    weights = ", ".join(f"{part}_weight" for part in PARTS)
    with duckdb.connect(str(warehouse), read_only=True) as con:
        if not con.execute(
            "select 1 from duckdb_tables() where schema_name = 'marts' and table_name = 'identity_proposals'"
        ).fetchall():
            raise ValueError(f"{warehouse}: no marts.identity_proposals yet; run: concord run")
        rows = con.execute(
            f"""select {", ".join(SHOWN)}, {weights} from marts.identity_proposals
            where coalesce(status = ?, true) order by match_weight desc, proposal_id""",
            [status],
        ).fetchall()
    return [
        Proposal(
            *row[:4],
            record=row[4:7],
            linked=row[7:10],
            evidence=row[10],
            refusal=row[11],
            weights=tuple(zip(PARTS, row[12:], strict=True)),
        )
        for row in rows
    ]


def chosen(known: Sequence[Proposal], ids: Iterable[str]) -> list[Proposal]:
    """Those whose id begins as given, each once; none or several is a mistake."""
    found = {}
    for given in ids:
        fitting = [one for one in known if one.proposal_id.startswith(given)]
        if len(fitting) != 1:
            raise ValueError(
                f"{len(fitting) or 'no'} open proposals begin with '{given}'; list them: concord identity proposals"
            )
        found[fitting[0].proposal_id] = fitting[0]
    return [*found.values()]


def decide(proposals: Sequence[Proposal], word: str, by: str, why: str) -> list[Decision]:
    """Write one decision per proposal to the seed."""
    made = [_decision(one, word, by, why) for one in proposals]
    keep(made)
    return made


def write_csv(proposals: Iterable[Proposal], file: Path) -> None:
    """Proposals with empty columns for the decision; ids and weights only, no address or name."""
    with file.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.writer(lines, lineterminator="\n")
        writer.writerow([*FILLED, *SHOWN])
        writer.writerows(
            (
                *("" for _ in FILLED),
                *(one.proposal_id, one.status, one.match_weight, one.match_probability),
                *(*one.record, *one.linked, one.evidence, one.refusal),
            )
            for one in proposals
        )


def decide_csv(known: Sequence[Proposal], file: Path) -> list[Decision]:
    """Every line with a decision, or none of them if one can't be taken."""
    by_id = {one.proposal_id: one for one in known}
    if not file.is_file():
        raise ValueError(f"{file}: no such file; write it: concord identity proposals --csv {file}")
    with file.open(encoding="utf-8-sig", newline="") as lines:
        reader = csv.DictReader(lines)
        if missing := {"proposal_id", *FILLED} - set(reader.fieldnames or ()):
            raise ValueError(
                f"{file}: no column {', '.join(sorted(missing))}; add it to the header"
            )
        made = [
            _from_line(row, by_id, f"{file}, line {number}")
            for number, row in enumerate(reader, start=2)
            if (row["decision"] or "").strip()
        ]
    if not made:
        raise ValueError(f"{file}: no line has a decision; fill in {' or '.join(WORDS)}")
    keep(made)
    return made


def contacts(warehouse: Path, proposal: Proposal) -> list[dict[str, Any]]:
    """Both records as marts_pii has them, for whoever decides."""
    with duckdb.connect(str(warehouse), read_only=True) as con:
        found = con.cursor()
        rows = []
        for record in (proposal.record, proposal.linked):
            found.execute(
                """select system, account, source_id, first_name, last_name, full_name, email, phone,
                    address, postal_code, city, country from marts_pii.customer_contacts
                where (system, account, source_id) = (?, ?, ?)""",
                record,
            )
            names = [column[0] for column in found.description or []]
            rows += [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    return rows


def _from_line(row: dict[str, Any], known: dict[str, Proposal], where: str) -> Decision:
    proposal = known.get(row["proposal_id"])
    if proposal is None:
        raise ValueError(f"{where}: no open proposal '{row['proposal_id']}'; take the line away")
    return _decision(
        proposal, row["decision"].strip(), row["decided_by"] or "", row["reason"] or "", where
    )


def _decision(proposal: Proposal, word: str, by: str, why: str, where: str = "") -> Decision:
    if word not in WORDS:
        raise ValueError(f"{where}: decision '{word}' is none; write {' or '.join(WORDS)}")
    return Decision("person", WORDS[word], proposal.record, proposal.linked, by, why, where)


def _check_there(warehouse: Path) -> None:
    if not warehouse.exists():
        raise ValueError(f"no warehouse at {warehouse}; run: concord run")
