"""What every system's landing says of itself, as one relation each: ``raw_group.<log>``.

Views, so they hold no rows of their own and are never out of date. They show complete loads only: dlt
lists a load (``_dlt_loads``) once all its tables are written. They show each row once: a load that was
killed between writing a table and noting so writes that table again.
"""

from collections.abc import Mapping
from pathlib import Path

import duckdb

from ingestion import landed_letters, source_of, systems
from ingestion.tables import API_USAGE, DEAD_LETTERS, LOAD_COMPLETENESS, raw_tables
from ingestion.types import Type, text

LOGS = {
    "dead_letters": DEAD_LETTERS,
    "load_completeness": LOAD_COMPLETENESS,
    "api_usage": API_USAGE,
}
GROUP_VIEWS: Mapping[str, Mapping[str, Type]] = {
    log: {"system": text, **columns, "_dlt_load_id": text} for log, columns in LOGS.items()
} | {landed_letters.VIEW: landed_letters.LANDINGS}


def systems_without_tables(warehouse_path: str | Path) -> list[str]:
    """Systems that lack a table, or have one as an older Concord made it."""
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
            (f"raw_{system}", table, column) not in found
            for table, columns in raw_tables(source_of(system).TABLES)
            for column in columns
        )
    ]


def create_views(warehouse_path: str | Path) -> dict[str, int]:
    """Create the views anew over every system's tables, which must exist; gives back rows by view."""
    with duckdb.connect(str(Path(warehouse_path).resolve())) as warehouse:
        for log in LOGS:
            union = " union all ".join(_complete(system, log) for system in systems())
            warehouse.execute(f"create or replace view raw_group.{log} as {union}")
        warehouse.execute(landed_letters.view())
        return {
            view: warehouse.execute(f"select count(*) from raw_group.{view}").fetchall()[0][0]
            for view in GROUP_VIEWS
        }


def _complete(system: str, log: str) -> str:
    columns = ", ".join(f'logs."{name}"' for name in (*LOGS[log], "_dlt_load_id"))
    return (
        f"select distinct '{system}' as system, {columns} from raw_{system}.{log} as logs"
        f" where logs._dlt_load_id in"
        f" (select load_id from raw_{system}._dlt_loads where status = 0)"
    )
