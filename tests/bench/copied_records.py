"""A warehouse's records over and over, under other ids, addresses and numbers: identity's input at any size.

Each copy has the shape of the original and nothing in common with another.
"""

from pathlib import Path

import duckdb

from analysis.identity import Records

COPIED = ("nodes", "emails", "phones", "links")
SHARED = ("decisions", "limits")


def read(warehouse: Path, least: int) -> tuple[Records, int]:
    """At least so many records, the originals first, and how many one copy has."""
    with duckdb.connect(str(warehouse), read_only=True) as con:
        nodes = "intermediate.int_identity_nodes__unioned"
        ((count,),) = con.execute(f"select count(*) from {nodes}").fetchall()
        copies = -(-least // count)
        tables = {}
        for name in COPIED:
            table = f"intermediate.int_identity_{name}__unioned"
            columns = [column for column, *_ in con.execute(f"describe {table}").fetchall()]
            fields = ", ".join(f"{_copied(column, copies)} as {column}" for column in columns)
            tables[name] = con.sql(
                f"select {fields} from {table}, range({copies}) as r(n) order by n"
            ).to_arrow_table()
        for name in SHARED:
            tables[name] = con.sql(f"from intermediate.identity_{name}").to_arrow_table()
    return Records(**tables), count


def _copied(column: str, copies: int) -> str:
    """SQL of a column in copy n; the first, 0, is the original but for digits within its numbers."""
    if column in ("source_id", "linked_source_id"):
        return f"case n when 0 then {column} else {column} || '~' || n end"
    if column == "email_normalized":
        return f"case n when 0 then {column} else 'x' || n || '.' || {column} end"
    if column == "first_seen_at":
        return f"{column} + n * interval 1 second"
    if column == "phone":
        # The last digits tell the group's numbers apart, those before them are the same in all.
        width = len(str(copies - 1))
        return f"""regexp_replace(phone, '[0-9]{{{width}}}([0-9]{{4}})$', lpad(n::varchar, {width}, '0') || '\\1')"""
    return column
