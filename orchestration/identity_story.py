"""Who a record is and by what evidence, as it is published."""

from collections import deque
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

Record = tuple[str, str, str]  # system, account, source_id


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
    """``records``: each record of the customer with rule, evidence and since when it belongs to it."""

    customer_key: str
    redirected_from: str | None
    records: list[tuple[Record, str, str, datetime]]
    paths: dict[Record, list[Step]]


def find(con: duckdb.DuckDBPyConnection, text: str) -> Record:
    """The record meant by system:account:id or account:id; ids hold colons, so account:order:7 is one."""
    found = con.execute(
        """select system, account, source_id, bool_or(is_current), max(valid_to), arg_max(customer_key, valid_from)
        from marts.id_map
        where $text in (system || ':' || account || ':' || source_id, account || ':' || source_id, source_id)
        group by all order by all""",
        {"text": text},
    ).fetchall()
    if not found:
        raise ValueError(
            f"{text}: no such record in id_map; name it account:id or system:account:id, a checkout"
            " account:order:id"
        )
    if len(found) > 1:
        names = ", ".join(":".join(one[:3]) for one in found[:5])
        raise ValueError(f"{text} is {len(found)} records: {names}; name one with its account")
    *record, is_there, until, key = found[0]
    if not is_there:
        raise ValueError(
            f"{text} was deleted or merged away on {until:%Y-%m-%d}; it was {key}'s: concord identity"
            f" explain {key}"
        )
    return record[0], record[1], record[2]


def explain(published: Path, text: str) -> Story:
    """The customer of a key or record, and for each of its records the evidence that leads to the first."""
    with duckdb.connect(str(published), read_only=True) as con:
        key, asked, start = text, None, None
        if not text.startswith("ck_"):
            start = find(con, text)
            (key,) = con.execute(
                "select customer_key from marts.id_map where is_current and system = ? and account = ?"
                " and source_id = ?",
                start,
            ).fetchone() or ("",)
        elif redirected := con.execute(
            "select to_customer_key from marts.customer_redirects where from_customer_key = ?",
            [text],
        ).fetchone():
            asked, key = text, redirected[0]
        rows = con.execute(
            """select system, account, source_id, rule, evidence, valid_from from marts.id_map
            where is_current and customer_key = ? order by valid_from, system, account, source_id""",
            [key],
        ).fetchall()
        if not rows:
            raise ValueError(
                f"{text}: no such customer key; nothing in id_map or customer_redirects has it"
            )
        steps = _steps(con, key)
    records = [((row[0], row[1], row[2]), row[3], row[4], row[5]) for row in rows]
    paths = _paths(start or records[0][0], [one[0] for one in records], steps)
    return Story(key, asked, records, paths)


def _steps(con: duckdb.DuckDBPyConnection, key: str) -> list[Step]:
    """Evidence among the customer's records: named pairs, and per address its first holder with each other."""
    found = con.execute(
        """with own as (
            select system, account, source_id from marts.id_map where is_current and customer_key = $key),
        open as (
            select e.*, row_number() over (partition by e.rule, e.evidence order by e.valid_from, e.system,
                e.account, e.source_id) as place
            from marts.identity_evidence as e semi join own using (system, account, source_id)
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
