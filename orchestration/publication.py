"""The files that BI reads: one folder per publication, one link that says which is current.

A publication is built whole under a name nobody reads, renamed, and only then does the link `current`
change hands. A kill at any moment leaves `current` on a whole publication; what was left behind is
swept by the next one. Which runs may publish is decided in `publish.py`.
"""

import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

KEPT = 7
# No DuckDB 1.x client opens 2.0's default format, and every Node BI tool is still 1.x.
STORAGE_VERSION = "v1.4.0"
BUILDING = ".building-"
RECORD = "publication.json"
FILES = {"marts": "published.duckdb", "marts_pii": "published_pii.duckdb"}


@dataclass(frozen=True)
class Mart:
    schema: str
    name: str
    description: str
    columns: Mapping[str, str]  # name -> description
    key: tuple[str, ...] = ()


AUDIT_COLUMNS = {
    "run_id": "The run that asked.",
    "audit": "The expectation: its type and what it looks at.",
    "relation": "The table that was audited, as schema.table.",
    "severity": "critical withholds the publication, warning does not.",
    "passed": "Whether the batch met the expectation; false also when the audit itself broke.",
    "observed": "What was found.",
    "expected": "What would have passed.",
    "owner": "The team that answers for the relation.",
    "checked_at": "When the audit ran, UTC.",
    "message": "Why the expectation exists, or what broke.",
}
AUDIT_RESULTS = Mart(
    "marts",
    "audit_results",
    "One row per audit of the run that published this file.",
    AUDIT_COLUMNS,
)
AUDIT_HISTORY = Mart(
    "marts",
    "audit_history",
    "One row per audit of every run, withheld ones included.",
    AUDIT_COLUMNS,
)


def public_marts(manifest: Mapping[str, Any]) -> tuple[Mart, ...]:
    """What BI may read is said in one place: `access: public` on the dbt model."""
    keys = dict(_keys(manifest))
    return tuple(
        Mart(
            schema=node["schema"],
            name=node["alias"],
            description=node["description"],
            columns={name: column["description"] for name, column in node["columns"].items()},
            key=keys.get(unique_id, ()),
        )
        for unique_id, node in sorted(manifest["nodes"].items())
        if node["resource_type"] == "model" and node["config"].get("access") == "public"
    )


def _keys(manifest: Mapping[str, Any]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each model's key, as its uniqueness test states it."""
    for node in manifest["nodes"].values():
        test = node.get("test_metadata") or {}
        if test.get("name") == "unique":
            yield node["attached_node"], (test["kwargs"]["column_name"],)
        elif test.get("name") == "unique_combination":
            yield node["attached_node"], tuple(test["kwargs"]["columns"])


def write(
    warehouse: Path, published: Path, marts: Sequence[Mart], run_id: str, as_of: datetime | None
) -> dict[str, int]:
    """Write one publication and make it current; returns rows per published table."""
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
            for mart in (mart for mart in marts if mart.schema == schema):
                rows[f"{schema}.{mart.name}"] = _copy(con, mart, mart.name, _ordered(mart))
            if schema == "marts":
                for mart, wanted in (
                    (AUDIT_RESULTS, f"where run_id = {_text(run_id)}"),
                    (AUDIT_HISTORY, ""),
                ):
                    _copy(con, mart, "audit_results", f"{wanted} order by all", "audit")
                for mart in (
                    *(m for m in marts if m.schema == schema),
                    AUDIT_RESULTS,
                    AUDIT_HISTORY,
                ):
                    con.execute(
                        f"copy published.marts.{_name(mart.name)}"
                        f" to {_text(str(building / 'parquet' / f'{mart.name}.parquet'))}"
                    )
            con.execute("detach published")
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


def _copy(
    con: duckdb.DuckDBPyConnection, mart: Mart, source: str, tail: str, schema: str | None = None
) -> int:
    target = f"published.{mart.schema}.{_name(mart.name)}"
    con.execute(
        f"create table {target} as"
        f" select * from warehouse.{schema or mart.schema}.{_name(source)} {tail}"
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
