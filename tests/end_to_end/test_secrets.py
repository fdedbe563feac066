"""No secret is in anything that a run leaves behind or says, neither one that succeeds nor one that fails.

Everything under the warehouse's folder is read as bytes: dlt's folder, Dagster's home with its event log,
compiled dbt, status files. What is compressed (DuckDB, Parquet) is read as rows.
"""

import base64
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from sandbox import group_secrets
from tests.end_to_end.group import ServedGroup, Warehouse

MINTED = rb"shpat_[0-9a-f]{32}"  # tokens granted while it runs
SIGNED = rb"[?&]signature=[0-9a-zA-Z]"  # addresses of bulk files: who holds one may read
NO_SECRETS = {"CONCORD_RETRY_WAITS"}
COMPRESSED = {".duckdb", ".parquet"}


@pytest.fixture(scope="module")
def secrets(served: ServedGroup) -> re.Pattern[bytes]:
    """Whatever gives a secret of the group away: itself, either half of a pair, as Basic auth has it."""
    lines = served.file.with_name("group.toml.env").read_text().splitlines()
    known = dict(line.split("=", 1) for line in lines)
    found = [value for name, value in known.items() if name not in NO_SECRETS]
    assert len(found) > 8
    words = [part for value in found for part in (value, *value.split(":")) if len(part) > 8]
    basic = [form.encode() for value in found for form in (value, f"{value}:")]
    words += [base64.b64encode(form).decode().rstrip("=") for form in basic]
    return re.compile(b"|".join([*(re.escape(w.encode()) for w in words), MINTED, SIGNED]))


def given_away(secrets: re.Pattern[bytes], folder: Path) -> list[str]:
    """Where a secret stands under a folder: files, or tables of what is compressed."""
    files = [path for path in folder.rglob("*") if path.is_file() and not path.is_symlink()]
    assert files
    with duckdb.connect() as con:  # a fifth of the time that `re` takes for the same bytes
        read = con.execute(
            "select filename from read_blob(?) where regexp_matches(cast(content as varchar), ?)",
            [[str(path) for path in files], secrets.pattern.decode()],
        ).fetchall()
    found = [name for (name,) in read]
    for path in files:
        if path.suffix in COMPRESSED:
            found += [f"{path}: {table}" for table in tables_that_match(secrets, path)]
    return found


def tables_that_match(secrets: re.Pattern[bytes], path: Path) -> Iterator[str]:
    """The tables of a DuckDB or Parquet file of which a row, as text, matches."""
    with duckdb.connect() as con:
        if path.suffix == ".parquet":
            con.execute(f"create view rows as from read_parquet('{path}')")
            tables = ["rows"]
        else:
            con.execute(f"attach '{path}' as file (read_only)")
            listed = con.execute(
                "select schema_name, table_name from duckdb_tables() where database_name = 'file'"
            ).fetchall()
            tables = [f'file."{schema}"."{table}"' for schema, table in listed]
        for table in tables:
            if con.execute(
                f"select 1 from {table} as t where regexp_matches(cast(t as varchar), ?) limit 1",
                [secrets.pattern.decode()],
            ).fetchone():
                yield table


def test_a_run_leaves_no_secret_behind(
    warehouse: Warehouse, served: ServedGroup, secrets: re.Pattern[bytes]
):
    assert given_away(secrets, warehouse.folder) == []
    said = warehouse.concord("status", "--group", str(served.file)).stdout
    assert "hubspot crm" in said
    assert not secrets.search(said.encode())


def test_what_gives_a_secret_away_is_found(tmp_path: Path, secrets: re.Pattern[bytes]):
    secret = group_secrets.secret("another", "nordlicht-world", "token")
    (tmp_path / "log").write_text(f"X-Shopify-Access-Token: {secret}")
    with duckdb.connect(str(tmp_path / "w.duckdb")) as con:
        con.execute("create table t as select n, $1 as said from range(50000) as r(n)", [secret])
        con.execute(f"copy t to '{tmp_path / 't.parquet'}'")
    found = given_away(secrets, tmp_path)
    for name in ("log", 'w.duckdb: file."main"."t"', "t.parquet: rows"):
        assert str(tmp_path / name) in found


@pytest.mark.soak
def test_a_load_that_fails_says_and_leaves_no_secret(
    served: ServedGroup, secrets: re.Pattern[bytes], tmp_path: Path
):
    warehouse = Warehouse(tmp_path / "failed", served.file)
    refused = {
        "shopify": ("access_token", "500"),
        "stripe": ("charges", "truncated"),
        "hubspot": ("companies", "expired_token"),
        "salesforce": ("access_token", "500"),
        "zendesk": ("me", "expired_token"),
        "aftership": ("trackings", "500"),
        "treasury": ("rates", "expired_token"),
        "email_tool": ("statements", "500"),
    }
    said = ""
    try:
        for system, (endpoint, kind) in refused.items():
            served.command("fault", system, endpoint, kind, "--times", "99")
            loaded = warehouse.concord("load", system, "--group", str(served.file))
            served.command("fault", "--clear")
            assert loaded.returncode == 1, (system, endpoint, kind, loaded.stdout)
            said += loaded.stdout
    finally:
        served.command("fault", "--clear")
    assert "refuses the secret in" in said
    assert "still fails after" in said
    assert not secrets.search(said.encode())
    assert given_away(secrets, warehouse.folder) == []
    shutil.rmtree(warehouse.folder)
