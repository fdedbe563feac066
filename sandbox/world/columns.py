"""Numpy columns on their way into DuckDB: coded text stays coded, times stay UTC."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa


@dataclass
class Coded:
    """A text column drawn as small integers into ``names``."""

    names: Sequence[str]
    codes: np.ndarray

    @classmethod
    def draw(
        cls, rng: np.random.Generator, size: int, shares: Mapping[str, float], rest: str
    ) -> "Coded":
        """Each name with its share; ``rest`` takes what the shares leave over."""
        names = [rest, *shares]
        weights = [1 - sum(shares.values()), *shares.values()]
        return cls(names, rng.choice(len(names), size, p=weights).astype("int8"))

    @classmethod
    def constant(cls, size: int, names: Sequence[str]) -> "Coded":
        return cls(list(names), np.zeros(size, "int8"))

    @classmethod
    def joined(cls, parts: Sequence["Coded"]) -> "Coded":
        """One column of the parts' rows; each part may have drawn its names in an order of its own."""
        names = list(dict.fromkeys(name for part in parts for name in part.names))
        places = [np.array([names.index(name) for name in part.names], "int8") for part in parts]
        codes = [place[part.codes] for place, part in zip(places, parts, strict=True)]
        return cls(names, np.concatenate(codes))

    def set(self, where: np.ndarray | slice | int, name: str) -> None:
        if name not in self.names:
            self.names = [*self.names, name]
        self.codes[where] = list(self.names).index(name)

    def __eq__(self, name: object) -> np.ndarray:  # type: ignore[override]
        return (
            self.codes == list(self.names).index(str(name)) if name in self.names else self.none()
        )

    def isin(self, *names: str) -> np.ndarray:
        return np.isin(self.codes, [i for i, name in enumerate(self.names) if name in names])

    def none(self) -> np.ndarray:
        return np.zeros(len(self.codes), bool)

    def arrow(self) -> pa.DictionaryArray:
        return pa.DictionaryArray.from_arrays(pa.array(self.codes), pa.array(list(self.names)))


def joined(parts: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Equally named columns of several draws, one below the other."""
    if len(parts) == 1:
        return dict(parts[0])
    return {
        name: Coded.joined([part[name] for part in parts])
        if isinstance(column, Coded)
        else np.concatenate([part[name] for part in parts])
        for name, column in parts[0].items()
    }


def store(
    con: duckdb.DuckDBPyConnection, table: str, columns: Mapping[str, np.ndarray | Coded]
) -> None:
    """Create ``table`` from equally long columns."""
    arrays = {n: c.arrow() if isinstance(c, Coded) else pa.array(c) for n, c in columns.items()}
    con.register("drawn", pa.table(arrays))
    con.execute(f"create table {table} as select * from drawn")
    con.unregister("drawn")


def store_rows(
    con: duckdb.DuckDBPyConnection,
    table: str,
    names: Sequence[str],
    rows: Sequence[Sequence[object]],
) -> None:
    """Create ``table`` from a short list of constant rows."""
    columns = {name: pa.array([row[i] for row in rows]) for i, name in enumerate(names)}
    con.register("constants", pa.table(columns))
    con.execute(f"create table {table} as select * from constants")
    con.unregister("constants")


def store_typed_rows(
    con: duckdb.DuckDBPyConnection,
    table: str,
    types: Mapping[str, str],
    rows: Sequence[Sequence[object]],
) -> None:
    """Create ``table`` with columns of these types from a list of rows, which may have none or only nulls."""
    con.execute(f"create table {table} ({', '.join(f'{n} {t}' for n, t in types.items())})")
    if rows:
        store_rows(con, f"{table}_drawn", list(types), rows)
        con.execute(f"insert into {table} select * from {table}_drawn; drop table {table}_drawn")
