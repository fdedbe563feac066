"""What people decided of dead letters: ``raw_group.dead_letter_decisions``, an append-only log.

A decision is of one payload (``payload_ref``), so the same object with another fault is open again.
What a letter's decisions make of its status stands in dbt, ``int_dead_letters__resolved``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

import duckdb
import pyarrow as pa

from ingestion import pipelines
from ingestion.tables import arrow_schema, columns
from ingestion.types import Type, text, timestamp

TABLE = "dead_letter_decisions"
DECISIONS: Mapping[str, Type] = columns(
    (text, "system account stream source_id payload_ref decision decided_by why"),
    (timestamp, "decided_at"),
)
PIPELINE, DATASET = "group_decisions", "raw_group"


@dataclass(frozen=True)
class Decision:
    """``decided_at`` is UTC; ``why`` is in the words of who decided."""

    system: str
    account: str
    stream: str
    source_id: str
    payload_ref: str
    decision: Literal["replayed", "discarded"]
    decided_by: str
    why: str
    decided_at: datetime


def keep(decisions: Sequence[Decision], workdir: Path, warehouse_path: Path) -> None:
    """Append decisions; the table is there afterwards, also if there are none. Opens the warehouse."""
    if pipelines.has_loaded(PIPELINE, workdir) and not warehouse_path.exists():
        pipelines.forget(PIPELINE, workdir)

    def rows(_: dict[str, str]) -> pipelines.Rows:
        if decisions:
            listed = [asdict(decision) for decision in decisions]
            yield TABLE, pa.Table.from_pylist(listed, schema=arrow_schema(DECISIONS))

    into = pipelines.pipeline(PIPELINE, DATASET, workdir, str(warehouse_path))
    pipelines.drain(into)
    pipelines.extract(into, pipelines.source(PIPELINE, {TABLE: DECISIONS}, rows))
    pipelines.write(PIPELINE, DATASET, workdir, warehouse_path)


def count(workdir: Path, warehouse_path: Path) -> int:
    """How many there are; the first call makes the table."""
    with duckdb.connect(str(warehouse_path), read_only=True) as warehouse:
        found = warehouse.execute(
            "select estimated_size from duckdb_tables() where schema_name = ? and table_name = ?",
            [DATASET, TABLE],
        ).fetchone()
    if found is None:
        keep((), workdir, warehouse_path)
        return 0
    return found[0]
