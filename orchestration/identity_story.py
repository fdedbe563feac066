"""Who a record is and by what evidence, as it is published."""

from collections import deque
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from orchestration.identity_names import COMPANIES, CUSTOMERS, Map, Record, named, only


@dataclass(frozen=True)
class Step:
    """One piece of evidence between two records; ``shared`` where both have it (an address)."""

    one: Record
    other: Record
    rule: str
    evidence: str
    since: datetime | None


@dataclass(frozen=True)
class Story:
    """``records``: each record of the customer or company with rule, evidence and since when it is there.

    ``asked`` is the record that was asked for, if it wasn't a key.
    """

    key: str
    asked: Record | None
    redirected_from: str | None
    records: list[tuple[Record, str, str, datetime]]
    paths: dict[Record, list[Step]]


def explain(published: Path, text: str) -> Story:
    """Whose a key or record is, and for each of its records the evidence that leads to the first.

    A record that customers and companies both have is a customer's.
    """
    with duckdb.connect(str(published), read_only=True) as con:
        key, redirected, asked = text, None, None
        of = COMPANIES if text.startswith(COMPANIES.prefix) else CUSTOMERS
        if text.startswith((CUSTOMERS.prefix, COMPANIES.prefix)):
            living = con.execute(
                f"select to_{of.key}_key from marts.{of.redirects} where from_{of.key}_key = ?",
                [text],
            ).fetchone()
            redirected, key = (text, living[0]) if living else (None, text)
        else:
            found = named(con, text, CUSTOMERS)
            if not found and (found := named(con, text, COMPANIES)):
                of = COMPANIES
            asked = only(found, text)
            key = found[0][-1]
        rows = con.execute(
            f"""select system, account, source_id, rule, evidence, valid_from from marts.{of.name}
            where is_current and {of.key}_key = ? order by valid_from, system, account, source_id""",
            [key],
        ).fetchall()
        if not rows:
            raise ValueError(
                f"{text}: no such {of.key} key; nothing in {of.name} or {of.redirects} has it"
            )
        steps = _steps(con, key, of)
    records = [((row[0], row[1], row[2]), row[3], row[4], row[5]) for row in rows]
    paths = _paths(asked or records[0][0], [one[0] for one in records], steps)
    return Story(key, asked, redirected, records, paths)


def _steps(con: duckdb.DuckDBPyConnection, key: str, of: Map) -> list[Step]:
    """Evidence among the records of a key: named pairs, and per address its first holder with each other."""
    found = con.execute(
        f"""with own as (
            select system, account, source_id from marts.{of.name}
            where is_current and {of.key}_key = $key),
        open as (
            select e.*, row_number() over (partition by e.rule, e.evidence order by e.valid_from, e.system,
                e.account, e.source_id) as place
            from marts.{of.evidence} as e semi join own using (system, account, source_id)
            where e.valid_to is null)
        select system, account, source_id, linked_system, linked_account, linked_source_id, rule, evidence,
            valid_from
        from open where linked_source_id is not null
        union all
        select o.system, o.account, o.source_id, f.system, f.account, f.source_id, o.rule, o.evidence,
            o.valid_from
        from open as o join open as f using (rule, evidence)
        where o.linked_source_id is null and f.place = 1 and o.place > 1
        order by all""",
        {"key": key},
    ).fetchall()
    return [Step(row[:3], row[3:6], *row[6:]) for row in found]


def _paths(start: Record, records: list[Record], steps: list[Step]) -> dict[Record, list[Step]]:
    """The shortest way from each record to ``start``; a record that nothing links today has none."""
    near: dict[Record, list[tuple[Record, Step]]] = {}
    for step in steps:
        near.setdefault(step.one, []).append((step.other, step))
        near.setdefault(step.other, []).append((step.one, step))
    paths: dict[Record, list[Step]] = {start: []}
    asked = deque([start])
    while asked:
        here = asked.popleft()
        for other, step in near.get(here, []):
            if other not in paths:
                paths[other] = [step, *paths[here]]
                asked.append(other)
    return {record: paths[record] for record in records if record in paths}
