"""Which record somebody means, and in which map it stands: that of customers or that of companies."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import duckdb

Record = tuple[str, str, str]  # system, account, source_id
Subject = Literal["person", "company"]


@dataclass(frozen=True)
class Map:
    """What is published of customers or of companies, and how their keys begin.

    ``subject`` is what decisions call them, ``name`` the map.
    """

    subject: Subject
    name: str
    key: str
    redirects: str
    evidence: str
    prefix: str


CUSTOMERS = Map("person", "id_map", "customer", "customer_redirects", "identity_evidence", "ck_")
COMPANIES = Map("company", "company_map", "company", "company_redirects", "company_evidence", "co_")


def pair(
    con: duckdb.DuckDBPyConnection, one: str, other: str, *, companies: bool = False
) -> tuple[Map, Record, Record]:
    """The two records meant, and the map that has both: the customers', unless ``companies`` is asked for.

    A key means the record that had it first and is still there, so that what was said of two keys is taken
    back by the same two.
    """
    maps = (COMPANIES,) if companies else (CUSTOMERS, COMPANIES)
    found = {of.subject: (_meant(con, one, of), _meant(con, other, of)) for of in maps}
    for of in maps:
        first, second = found[of.subject]
        if first and second:
            return of, only(first, one, maps), only(second, other, maps)
    _refuse_a_mixed_pair(found, one, other)
    missing = one if not any(first for first, _ in found.values()) else other
    raise ValueError(_unknown(missing, maps))


def named(con: duckdb.DuckDBPyConnection, text: str, of: Map) -> list[tuple]:
    """Records called system:account:id or account:id; account:order:7 is one, ids hold colons."""
    return con.execute(
        f"""select system, account, source_id, bool_or(is_current), max(valid_to),
            arg_max({of.key}_key, valid_from)
        from marts.{of.name}
        where $text in (system || ':' || account || ':' || source_id, account || ':' || source_id, source_id)
        group by all order by all""",
        {"text": text},
    ).fetchall()


def only(found: list[tuple], text: str, maps: tuple[Map, ...] = (CUSTOMERS, COMPANIES)) -> Record:
    """The one that is there, or why there is none."""
    if not found:
        raise ValueError(_unknown(text, maps))
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


def _meant(con: duckdb.DuckDBPyConnection, text: str, of: Map) -> list[tuple]:
    if not text.startswith((CUSTOMERS.prefix, COMPANIES.prefix)):
        return named(con, text, of)
    return con.execute(
        f"""with had as (select * from marts.{of.name} where {of.key}_key = ?)
        select system, account, source_id, bool_or(living.is_current), max(living.valid_to), had.{of.key}_key
        from had inner join marts.{of.name} as living using (system, account, source_id)
        group by all
        order by bool_or(living.is_current) desc, min(had.recorded_at), min(had.valid_from), system, account,
            source_id
        limit 1""",
        [text],
    ).fetchall()


def _refuse_a_mixed_pair(
    found: Mapping[str, tuple[list[tuple], list[tuple]]], one: str, other: str
) -> None:
    whose = [
        next((subject for subject, both in found.items() if both[place]), None) for place in (0, 1)
    ]
    if None not in whose:
        raise ValueError(
            f"{one} is a {whose[0]}'s and {other} a {whose[1]}'s: no person is a company;"
            " name two of one kind"
        )


def _unknown(text: str, maps: tuple[Map, ...]) -> str:
    if text.startswith((CUSTOMERS.prefix, COMPANIES.prefix)):
        return f"{text}: no record of {' or '.join(of.name for of in maps)} ever had that key"
    return (
        f"{text}: no such record in {' or '.join(of.name for of in maps)}; name it account:id or"
        " system:account:id, a checkout account:order:id"
    )
