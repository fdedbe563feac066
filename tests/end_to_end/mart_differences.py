"""Two publications mart by mart: the facts on which they differ, however each came to know them.

By hand: ``python -m tests.end_to_end.mart_differences PUBLISHED OTHER_PUBLISHED``.
"""

import sys
from pathlib import Path

import duckdb

from tests.end_to_end.group import LEARNT, LEARNT_ROWS, LEARNT_TABLES, NOT_FACT_TABLES, NOT_FACTS

SIDES = ("a", "b")
PEOPLE = {"customer_key"}
COMPANIES = {"company_key", "parent_company_key", "top_company_key"}


def connect(one: Path, other: Path) -> duckdb.DuckDBPyConnection:
    """Both attached, and per side who each key is, of a customer or company: the least of its records."""
    con = duckdb.connect()
    for side, file in zip(SIDES, (one, other), strict=True):
        con.execute(f"attach '{file.resolve()}' as {side} (read_only)")
        for what, mart, key in (
            ("people", "id_map", "customer_key"),
            ("companies", "company_map", "company_key"),
        ):
            con.execute(
                f"""create table {what}_{side} as
                select {key}, min(system || ' ' || account || ' ' || source_id) as person
                from {side}.marts.{mart} where is_current group by {key}"""
            )
    return con


def differences(con: duckdb.DuckDBPyConnection) -> list[str]:
    """A line per mart that differs: rows on one side only, and the columns in which they do."""
    found = []
    marts = {side: _marts(con, side) for side in SIDES}
    if marts["a"] != marts["b"]:
        found.append(f"not the same marts or columns: {marts['a'].items() ^ marts['b'].items()}")
    for mart, columns in marts["a"].items():
        if mart in NOT_FACT_TABLES | LEARNT_TABLES:
            continue
        facts = [c for c in columns if c not in NOT_FACTS | LEARNT.get(mart, set())]
        one, other = (_select(mart, facts, side) for side in SIDES)
        only = [_count(con, one, other), _count(con, other, one)]
        if any(only):
            differing = [
                column
                for column in facts
                if _count(con, *(f"(select {column} from ({rows}) as t)" for rows in (one, other)))
                or _count(con, *(f"(select {column} from ({rows}) as t)" for rows in (other, one)))
            ]
            found.append(f"{mart}: {only[0]} and {only[1]} rows on one side only, in {differing}")
    return found


def moved_keys(con: duckdb.DuckDBPyConnection) -> list[tuple[str, str, str]]:
    """(person, key, other key) of whom the two call differently though nobody was merged into them."""
    return con.execute(
        """select a.person, a.customer_key, b.customer_key
        from people_a as a join people_b as b on a.person = b.person
        where a.customer_key <> b.customer_key
            and a.customer_key not in (select to_customer_key from a.marts.customer_redirects)
            and b.customer_key not in (select to_customer_key from b.marts.customer_redirects)"""
    ).fetchall()


def _marts(con: duckdb.DuckDBPyConnection, side: str) -> dict[str, tuple[str, ...]]:
    return {
        mart: tuple(columns)
        for mart, columns in con.execute(
            """select table_name, list(column_name order by column_name)
            from information_schema.columns
            where table_catalog = ? and table_schema = 'marts' group by 1 order by 1""",
            [side],
        ).fetchall()
    }


def _select(mart: str, columns: list[str], side: str) -> str:
    shown = ", ".join(
        f"(select person from people_{side} as p where p.customer_key = t.{c}) as {c}"
        if c in PEOPLE
        else f"(select person from companies_{side} as p where p.company_key = t.{c}) as {c}"
        if c in COMPANIES
        else f't."{c}"'
        for c in columns
    )
    return f"select {shown} from {side}.marts.{mart} as t where {LEARNT_ROWS.get(mart, 'true')}"


def _count(con: duckdb.DuckDBPyConnection, one: str, other: str) -> int:
    return con.execute(f"select count(*) from ({one} except all {other})").fetchall()[0][0]


if __name__ == "__main__":
    attached = connect(Path(sys.argv[1]), Path(sys.argv[2]))
    for line in differences(attached):
        print(line)
    for person, one, other in moved_keys(attached):
        print(f"{person}: {one} here, {other} there")
