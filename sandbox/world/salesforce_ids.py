"""Salesforce's ids: 15 case-sensitive characters, and three behind them that say which of those are capitals.

Source: help.salesforce.com, 000383751 (how a 15-character id becomes one of 18).
"""

import duckdb

DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
CHECKS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
PREFIXES = {"accounts": "001", "contacts": "003", "leads": "00Q"}
PODS = {"sales-eu": "5gE", "sales-jp": "7FJ"}


def create_id_macros(con: duckdb.DuckDBPyConnection) -> None:
    """Macro ``sf_id(prefix, org, number)``: an id of 18 characters."""
    pod = " ".join(f"when '{org}' then '{pod}'" for org, pod in PODS.items())
    places = ", ".join(str(62**place) for place in reversed(range(9)))
    con.execute(
        f"""create macro sf_id15(prefix, org, number) as prefix || case org {pod} end || array_to_string(
            list_transform([{places}], lambda place: substr('{DIGITS}', cast(1 + number // place % 62 as bigint), 1)), '')"""
    )
    # Each five characters are a number of five bits, the first one its lowest.
    con.execute(
        f"""create macro sf_check(part) as substr('{CHECKS}', cast(1 + list_sum(list_transform([1, 2, 3, 4, 5],
            lambda place: case when ascii(substr(part, place, 1)) between 65 and 90 then 1 << (place - 1) else 0 end))
            as bigint), 1)"""
    )
    con.execute(
        """create macro sf_id(prefix, org, number) as list_transform([sf_id15(prefix, org, number)], lambda id:
            id || sf_check(substr(id, 1, 5)) || sf_check(substr(id, 6, 5)) || sf_check(substr(id, 11, 5)))[1]"""
    )


def checked(id15: str) -> str:
    """The 18 characters of an id of 15."""
    parts = (id15[place : place + 5] for place in (0, 5, 10))
    return id15 + "".join(
        CHECKS[sum(2**place for place, c in enumerate(part) if "A" <= c <= "Z")] for part in parts
    )
