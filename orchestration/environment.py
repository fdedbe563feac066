"""Where things are: paths and secrets, read from the environment each time they are asked for.

Relative paths count from the folder the command runs in. What a variable means is said in `.env.example`.
"""

import os
from pathlib import Path

from ingestion import group

PROJECT = Path(__file__).resolve().parents[1]
DBT_PROJECT = PROJECT / "dbt_project"

# Nothing this line runs reports its use to anyone.
NO_TELEMETRY = {
    "DO_NOT_TRACK": "1",
    "DAGSTER_DISABLE_TELEMETRY": "1",
    "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    "RUNTIME__DLTHUB_TELEMETRY": "false",
    "GX_ANALYTICS_ENABLED": "false",
}


def silence_telemetry() -> None:
    os.environ.update(NO_TELEMETRY)


def warehouse_path() -> Path:
    """The one DuckDB file that load, transform, audit and publish take turns to open."""
    engine = os.environ.get("WAREHOUSE") or "duckdb"
    if engine != "duckdb":
        raise ValueError(
            f"WAREHOUSE={engine}: this line loads, audits and publishes on duckdb only."
            " Unset WAREHOUSE or set it to duckdb."
        )
    return Path(os.environ.get("WAREHOUSE_PATH") or "data/warehouse.duckdb").absolute()


def published_path() -> Path:
    """The link BI opens; its folder also holds `publications/` and `status.json`."""
    return Path(os.environ.get("PUBLISHED_PATH") or "data/published.duckdb").absolute()


def live_path() -> Path:
    """The link to the fast lane's orders, beside the published file; its folder `live/` is the worker's."""
    return published_path().with_name("live.duckdb")


def group_file() -> Path:
    return Path(os.environ.get("GROUP_CONFIG") or "group.toml").absolute()


def dagster_home() -> Path:
    """Dagster's own storage: beside the warehouse, so each warehouse has its own runs."""
    return warehouse_path().parent / "dagster"


def dbt_target() -> Path:
    """The working folder of dbt for this warehouse: two warehouses never share compiled state."""
    warehouse = warehouse_path()
    return warehouse.parent / "dbt" / warehouse.stem


def use_group(file: Path) -> None:
    """Point this process and its children at a group file and, if there is one, its secrets.

    What the shell already sets wins over `<file>.env`.
    """
    file = file.absolute()
    if not file.exists():
        raise FileNotFoundError(
            f"{file}: no such group file. Name one with --group FILE or GROUP_CONFIG,"
            " or run the embedded group: concord run --sandbox"
        )
    os.environ["GROUP_CONFIG"] = str(file)
    secrets = file.with_name(file.name + ".env")
    if secrets.exists():
        group.read_env(secrets)


def pin_paths() -> None:
    """Make the paths absolute for children that run in another folder."""
    os.environ["WAREHOUSE_PATH"] = str(warehouse_path())
    os.environ["PUBLISHED_PATH"] = str(published_path())
    os.environ["GROUP_CONFIG"] = str(group_file())
