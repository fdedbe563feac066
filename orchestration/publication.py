"""The files that BI reads: one folder per publication, one link that says which is current.

A publication is built whole under a name nobody reads, renamed, and only then does the link `current`
change hands. A kill at any moment leaves `current` on a whole publication; what was left behind is
swept by the next one. Which runs may publish is decided in `publish.py`.
"""

import json
import shutil
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from orchestration.marts import AUDIT_HISTORY, AUDIT_RESULTS, Mart

KEPT = 7
# No DuckDB 1.x client opens 2.0's default format, and every Node BI tool is still 1.x.
STORAGE_VERSION = "v1.4.0"
BUILDING = ".building-"
RECORD = "publication.json"
FILES = {"marts": "published.duckdb", "marts_pii": "published_pii.duckdb"}
# What the published orders rest on beside Shopify's own rows of them: rates, accounts, who is who. For the
# fast lane, which never opens the warehouse.
REFERENCE = "reference.duckdb"


def write(
    warehouse: Path,
    published: Path,
    marts: Sequence[Mart],
    run_id: str,
    as_of: datetime | None,
    reference: Sequence[tuple[str, str]] = (),
) -> dict[str, int]:
    """Write one publication and make it current; returns rows per published table.

    ``reference``: (schema, table) of the raw tables that go along for the fast lane.
    """
    _refuse_to_overwrite(published)
    publications = published.parent / "publications"
    publications.mkdir(parents=True, exist_ok=True)
    sweep(publications)
    building = publications / f"{BUILDING}{run_id}"
    (building / "parquet").mkdir(parents=True)
    rows: dict[str, int] = {}
    with duckdb.connect() as con:
        con.execute(f"attach {_text(str(warehouse))} as warehouse (read_only)")
        for schema, file in FILES.items():
            con.execute(
                f"attach {_text(str(building / file))} as published"
                f" (storage_version {_text(STORAGE_VERSION)})"
            )
            con.execute(f"create schema published.{schema}")
            for mart in (*marts, AUDIT_RESULTS, AUDIT_HISTORY):
                if mart.schema == schema:
                    rows[f"{schema}.{mart.name}"] = _copy(con, mart, run_id)
                if mart.schema == schema == "marts":
                    con.execute(
                        f"copy published.marts.{_name(mart.name)}"
                        f" to {_text(str(building / 'parquet' / f'{mart.name}.parquet'))}"
                    )
            con.execute("detach published")
        _write_reference(con, building / REFERENCE, reference)
    (building / FILES["marts_pii"]).chmod(0o600)
    record = {
        "run_id": run_id,
        "published_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "as_of": as_of.isoformat() if as_of else None,
        "rows": rows,
    }
    (building / RECORD).write_text(json.dumps(record, indent=2) + "\n")
    finished = publications / run_id
    while finished.exists():  # the same run once more; what `current` may point to is never touched
        finished = finished.with_name(f"{finished.name}-again")
    building.rename(finished)
    _repoint(publications / "current", finished.name)
    _repoint(published, f"publications/current/{FILES['marts']}")
    _repoint(pii_path(published), f"publications/current/{FILES['marts_pii']}")
    sweep(publications)
    return rows


def _write_reference(
    con: duckdb.DuckDBPyConnection, file: Path, tables: Sequence[tuple[str, str]]
) -> None:
    con.execute(f"attach {_text(str(file))} as reference")
    for schema, table in tables:
        source = f"{_name(schema)}.{_name(table)}"
        con.execute(f"create schema if not exists reference.{_name(schema)}")
        con.execute(f"create table reference.{source} as from warehouse.{source}")
    con.execute("detach reference")
    file.chmod(0o600)


def _refuse_to_overwrite(published: Path) -> None:
    for link in (published, pii_path(published)):
        if link.exists() and not link.is_symlink():
            raise FileExistsError(
                f"{link}: a file stands where publish keeps its link. Move it away,"
                " or point PUBLISHED_PATH elsewhere, then run again."
            )


def pii_path(published: Path) -> Path:
    return published.with_name(f"{published.stem}_pii{published.suffix}")


def current(published: Path) -> dict[str, Any] | None:
    """The record of the publication that readers see now, with its folder."""
    folder = published.parent / "publications" / "current"
    if not (folder / RECORD).exists():
        return None
    return {**json.loads((folder / RECORD).read_text()), "folder": str(folder.resolve())}


def sweep(publications: Path) -> None:
    """Remove what a killed run left behind, and all but the newest publications; never the current one."""
    for leftover in publications.glob(f"{BUILDING}*"):
        if leftover.is_symlink():
            leftover.unlink()
        else:
            shutil.rmtree(leftover)
    whole = sorted(_whole(publications), key=lambda folder: folder.stat().st_mtime_ns)
    link = publications / "current"
    now = link.resolve() if link.exists() else None
    for old in [folder for folder in whole if folder != now][: -(KEPT - 1)]:
        shutil.rmtree(old)


def _whole(publications: Path) -> Iterator[Path]:
    for folder in publications.resolve().iterdir():
        if not folder.is_symlink() and (folder / RECORD).exists():
            yield folder


def _repoint(link: Path, target: str) -> None:
    """Replace a link in one step: a reader finds the old target or the new one, never none."""
    fresh = link.with_name(f"{BUILDING}{link.name}")
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(target)
    fresh.replace(link)


def _copy(con: duckdb.DuckDBPyConnection, mart: Mart, run_id: str) -> int:
    target = f"published.{mart.schema}.{_name(mart.name)}"
    schema, table = mart.source or (mart.schema, mart.name)
    con.execute(
        f"create table {target} as select * from warehouse.{schema}.{_name(table)}"
        f" {f'where run_id = {_text(run_id)}' if mart.of_this_run else ''} {_ordered(mart)}"
    )
    con.execute(f"comment on table {target} is {_text(mart.description)}")
    present = {
        row[0] for row in con.execute(f"select column_name from (describe {target})").fetchall()
    }
    for column, description in mart.columns.items():
        if column in present and description:
            con.execute(f"comment on column {target}.{_name(column)} is {_text(description)}")
    return (con.execute(f"select count(*) from {target}").fetchone() or (0,))[0]


def _ordered(mart: Mart) -> str:
    """Rows in the order of their key, so equal marts give equal files whatever ran in parallel."""
    if not mart.key:
        return "order by all"
    return "order by " + ", ".join(f"{_name(column)} nulls last" for column in mart.key)


def _name(identifier: str) -> str:
    return '"' + identifier.replace('"', '""') + '"'


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
