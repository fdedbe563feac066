"""What every system's landing says of itself, as one relation each: ``raw_group.<log>``.

Views, so they hold no rows of their own and are never out of date. They show complete loads only: dlt
lists a load (``_dlt_loads``) once all its tables are written.
"""

from collections.abc import Mapping
from pathlib import Path

import duckdb

from ingestion import systems
from ingestion.tables import DEAD_LETTERS, LOAD_COMPLETENESS
from ingestion.types import Type, text

LOGS = {"dead_letters": DEAD_LETTERS, "load_completeness": LOAD_COMPLETENESS}
GROUP_VIEWS: Mapping[str, Mapping[str, Type]] = {
    log: {"system": text, **columns, "_dlt_load_id": text} for log, columns in LOGS.items()
}


def systems_without_tables(warehouse_path: str | Path) -> list[str]:
    """Systems that lack a log, or have it as an older Concord made it."""
    with duckdb.connect(str(Path(warehouse_path).resolve()), read_only=True) as warehouse:
        found = set(
            warehouse.execute(
                "select schema_name, table_name, column_name from duckdb_columns()"
            ).fetchall()
        )
    return [
        system
        for system in systems()
        if any(
            (f"raw_{system}", log, column) not in found
            for log, columns in LOGS.items()
            for column in columns
        )
    ]


def create_views(warehouse_path: str | Path) -> dict[str, int]:
    """Create the views anew over every system's tables, which must exist; gives back rows by view."""
    with duckdb.connect(str(Path(warehouse_path).resolve())) as warehouse:
        for log in LOGS:
            union = " union all ".join(_complete(system, log) for system in systems())
            warehouse.execute(f"create or replace view raw_group.{log} as {union}")
        return {
            log: warehouse.execute(f"select count(*) from raw_group.{log}").fetchall()[0][0]
            for log in LOGS
        }


def _complete(system: str, log: str) -> str:
    columns = ", ".join(f'logs."{name}"' for name in (*LOGS[log], "_dlt_load_id"))
    return (
        f"select '{system}' as system, {columns} from raw_{system}.{log} as logs"
        f" where logs._dlt_load_id in"
        f" (select load_id from raw_{system}._dlt_loads where status = 0)"
    )
