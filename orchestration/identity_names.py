"""Which record somebody means, and in which map it stands: that of customers or that of companies."""

from dataclasses import dataclass

import duckdb

Record = tuple[str, str, str]  # system, account, source_id


@dataclass(frozen=True)
class Map:
    """What is published of customers or of companies, and how their keys begin."""

    name: str
    key: str
    redirects: str
    prefix: str


CUSTOMERS = Map("id_map", "customer", "customer_redirects", "ck_")
COMPANIES = Map("company_map", "company", "company_redirects", "co_")


def find(con: duckdb.DuckDBPyConnection, text: str) -> Record:
    """The customer's record meant by system:account:id or account:id; account:order:7 is one, ids hold colons."""
    found = named(con, text, CUSTOMERS)
    if not found and named(con, text, COMPANIES):
        raise ValueError(
            f"{text} is a company's record: companies follow their systems' links and merges, so put it right"
            f" there; why it is where it is: concord identity explain {text}"
        )
    return only(found, text)


def named(con: duckdb.DuckDBPyConnection, text: str, of: Map) -> list[tuple]:
    return con.execute(
        f"""select system, account, source_id, bool_or(is_current), max(valid_to),
            arg_max({of.key}_key, valid_from)
        from marts.{of.name}
        where $text in (system || ':' || account || ':' || source_id, account || ':' || source_id, source_id)
        group by all order by all""",
        {"text": text},
    ).fetchall()


def only(found: list[tuple], text: str) -> Record:
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
