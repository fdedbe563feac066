"""The column types a source may declare: how a value's text is cast, exactly or not at all.

Each cast is one DuckDB expression over text: NULL means the text isn't of this type, and the row is
a dead letter. Nothing is rounded into shape, except ``rate``, which vendors print as a binary float.
"""

from collections.abc import Callable
from dataclasses import dataclass

import pyarrow as pa


@dataclass(frozen=True)
class Type:
    """``cast`` turns the SQL of a text value into the SQL of a typed one; ``name`` is what errors say."""

    name: str
    arrow: pa.DataType
    cast: Callable[[str], str]
    is_text: bool = False


def _matching(pattern: str, sql: str) -> Callable[[str], str]:
    return lambda x: (
        f"case when regexp_full_match({x}, '{pattern}') then try_cast({x} as {sql}) end"
    )


_DAY = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
_CLOCK = "[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]+)?)?"


def _timestamp(x: str) -> str:
    # DuckDB ignores a zone offset when it casts text to timestamp, so offsets go by timestamptz.
    return (
        f"case when regexp_full_match({x}, '{_DAY}({_CLOCK}Z?)?') then try_cast({x} as timestamp)"
        f" when regexp_full_match({x}, '{_DAY}{_CLOCK}[+-][0-9]{{2}}(:?[0-9]{{2}})?')"
        f" then make_timestamp(epoch_us(try_cast({x} as timestamptz))) end"
    )


text = Type("text", pa.string(), lambda x: x, is_text=True)
json = Type("json", pa.string(), lambda x: x, is_text=True)
boolean = Type(
    "boolean", pa.bool_(), lambda x: f"case {x} when 'true' then true when 'false' then false end"
)
bigint = Type("bigint", pa.int64(), _matching("-?[0-9]+", "bigint"))
timestamp = Type("timestamp", pa.timestamp("us"), _timestamp)
# Seconds since 1970, as some vendors write a time; a timestamp once it has landed.
epoch = Type(
    "timestamp",
    pa.timestamp("us"),
    lambda x: (
        f"case when regexp_full_match({x}, '-?[0-9]{{1,11}}')"
        f" then make_timestamp(try_cast({x} as bigint) * 1000000) end"
    ),
)
date = Type("date", pa.date32(), _matching(_DAY, "date"))
money = Type(
    "decimal(38,4)", pa.decimal128(38, 4), _matching("-?[0-9]+([.][0-9]{1,4}0*)?", "decimal(38,4)")
)
rate = Type(
    "decimal(18,10)",
    pa.decimal128(18, 10),
    _matching("-?[0-9]+([.][0-9]+)?([eE][+-]?[0-9]+)?", "decimal(18,10)"),
)
