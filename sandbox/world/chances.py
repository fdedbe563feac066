"""Chance by hash: drawn of what a thing is and the seed, never of how many there are."""

import duckdb


def create_chances(con: duckdb.DuckDBPyConnection, seed: int) -> None:
    """Macro ``chance(number, purpose, sides)``: a number from 0 to below ``sides``, the same for ever."""
    con.execute(
        f"""create macro chance(number, purpose, sides) as
        cast(hash(cast(number as bigint), purpose, {seed}) % sides as bigint)"""
    )
