"""``Table``: the one schema of a raw table, from which landing makes its SQL and its Arrow schema.

A column is the path of a field in the vendor's object (``totalPriceSet.shopMoney.amount``); its raw
name is that path in snake case, segments joined by two underscores.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

import pyarrow as pa

from ingestion.types import Type, bigint, boolean, money, text, timestamp

ADDED: Mapping[str, Type] = {
    "account": text,
    "_version_at": timestamp,
    "_received_at": timestamp,
    "_version_hash": text,
    "_deleted": boolean,
    "_extra": text,
}


@dataclass(frozen=True)
class Table:
    """One raw table.

    A row's place: without ``parent`` it is a root; with ``parent`` and ``list_of`` it is an element of
    that list in the parent's object; with ``parent`` alone it is an object of its own that names its
    parent in ``__parentId``. Children carry ``parent_id`` and what their parent carries, and the
    root's version.
    """

    name: str
    columns: Mapping[str, Type]
    key: tuple[str, ...] = ("id",)
    cursor: str | None = None  # path of the vendor's updated time
    created: str | None = None  # path of the event's time, where there is no cursor
    parent: "Table | None" = None
    parent_id: str | None = None
    list_of: str | None = None
    positioned: bool = False  # elements without an id of their own: numbered from 1
    nodes: tuple[str, ...] = ()  # values of __typename this table takes
    hashed: Mapping[str, str] = field(default_factory=dict)  # column -> path it is a keyed hash of
    amount: str | None = None  # path of the money a dead letter of this table is about
    # currency -> its exponent, where amounts are in minor units; None: not known
    exponent: Callable[[str], int | None] | None = None
    ignored: frozenset[str] = (
        frozenset()
    )  # paths the vendor gives and we don't want; 'a.*': all of a
    landed: bool = True  # False: only carries its children in this request
    connection: str | None = None  # field of the parent under which a paged API nests these
    addressable: bool = True  # the vendor gives one of these by its id alone
    only_on: Mapping[str, tuple[str, ...]] = field(
        default_factory=dict
    )  # path -> types that have it

    @property
    def inherited(self) -> tuple[str, ...]:
        """The id columns a row has from its ancestors, nearest first."""
        if self.parent is None or self.parent_id is None:
            return ()
        return (self.parent_id, *self.parent.inherited)

    @property
    def schema(self) -> Mapping[str, Type]:
        """Every column of the raw table, typed, in order."""
        return {
            **dict.fromkeys(self.inherited, text),
            **({"position": bigint} if self.positioned else {}),
            **{column_name(path): type_ for path, type_ in self.columns.items()},
            **dict.fromkeys(self.hashed, text),
            **ADDED,
        }

    @property
    def arrow(self) -> pa.Schema:
        return arrow_schema(self.schema)

    @property
    def objects(self) -> dict[str, set[str]]:
        """Path of each object in a row's payload -> the fields we know of it; '' is the row itself."""
        known: dict[str, set[str]] = {"": set()}
        for path in (*self.columns, *self.ignored):
            parts = path.split(".")
            for depth, part in enumerate(parts):
                known.setdefault(".".join(parts[:depth]), set()).add(part)
        return known


def column_name(path: str) -> str:
    return "__".join(_snake(part.strip("_")) for part in path.split("."))


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def arrow_schema(columns: Mapping[str, Type]) -> pa.Schema:
    return pa.schema([(name, type_.arrow) for name, type_ in columns.items()])


def columns(*groups: tuple[Type | Mapping[str, Type], str]) -> dict[str, Type]:
    """Columns by type: ``(text, "id name")``; a mapping stands for an object: ``(BAG, "totalPrice")``."""
    out: dict[str, Type] = {}
    for kind, paths in groups:
        for path in paths.split():
            if isinstance(kind, Type):
                out[path] = kind
            else:
                out |= {f"{path}.{inner}": type_ for inner, type_ in kind.items()}
    return out


DEAD_LETTERS: Mapping[str, Type] = {
    **columns((text, "account stream source_id reason owner"), (money, "amount")),
    **columns((text, "currency payload payload_ref parent_ids"), (timestamp, "first_seen_at")),
    **{name: type_ for name, type_ in ADDED.items() if name != "account"},
}
LOAD_COMPLETENESS: Mapping[str, Type] = columns(
    (text, "account stream"),
    (timestamp, "window_start window_end"),
    (bigint, "expected landed"),
    (text, "status"),
    (timestamp, "checked_at"),
)
# What a load used of its account's budgets (``usage``); amounts are counts of ``unit``, not money.
API_USAGE: Mapping[str, Type] = columns(
    (text, "account api unit period"),
    (bigint, "allowed used remaining forecast"),
    (text, "status"),
    (bigint, "requests_count waited_seconds throttled_count"),
    (timestamp, "checked_at"),
)


def raw_tables(tables: tuple[Table, ...]) -> Iterator[tuple[str, Mapping[str, Type]]]:
    """Every table of a system's dataset with its columns; all of them exist after the first load."""
    yield from ((table.name, table.schema) for table in tables if table.landed)
    yield "dead_letters", DEAD_LETTERS
    yield "load_completeness", LOAD_COMPLETENESS
    yield "api_usage", API_USAGE
