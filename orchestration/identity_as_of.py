"""The map at a moment: as it was known then, or as we know today that it was; customers' or companies'."""

from datetime import datetime
from pathlib import Path

import duckdb

# What was known at a moment: rows recorded by then that no later one had replaced by then.
AS_KNOWN = "recorded_at <= $at and (superseded_at is null or superseded_at > $at)"
# What we know today to have been so at a moment.
AS_HELD = "valid_from <= $at and (valid_to is null or valid_to > $at)"


def as_of(
    published: Path,
    at: datetime,
    *,
    companies: bool = False,
    known_now: bool = False,
    out: Path | None = None,
) -> tuple[int, int]:
    """Records and customers of the map at a moment, or companies; ``out`` gets it, as CSV or Parquet."""
    held = AS_HELD if known_now else AS_KNOWN
    moment = {"at": at.replace(tzinfo=None)}
    source, key = ("company_map", "company_key") if companies else ("id_map", "customer_key")
    with duckdb.connect(str(published), read_only=True) as con:
        query = f"select * from marts.{source} where {held}"
        records, keys = con.execute(
            f"select count(*), count(distinct {key}) from ({query})", moment
        ).fetchone() or (0, 0)
        begins = con.execute(f"select min(recorded_at) from marts.{source}").fetchall()[0][0]
        if not records and begins and not known_now:
            raise ValueError(
                f"{at:%Y-%m-%d}: nothing was known then, {source} begins on {begins:%Y-%m-%d}; ask for"
                " a later day, or with --known-now for what is known today of that one"
            )
        if out:
            kind = "parquet" if out.suffix == ".parquet" else "csv"
            rows = con.sql(
                f"{query} order by system, account, source_id", params=moment
            ).to_arrow_table()
            con.register("rows_as_of", rows)
            con.execute(
                f"copy (from rows_as_of) to '{str(out).replace(chr(39), chr(39) * 2)}' (format {kind})"
            )
    return records, keys
