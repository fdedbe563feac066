"""A tiny line: two shops' orders in raw, three dbt models around the real identity step, real publish.

Real dbt, DuckDB and Dagster in a folder of its own; only the project is small.
"""

import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb
import pytest

from orchestration import (
    audit,
    audit_results,
    dbt_run,
    environment,
    identity,
    publish,
    raw,
    runs,
    transform,
)

JOB = "refresh_tiny"

RAW = """
    create schema raw_shop; create schema raw_group;
    create table raw_shop.orders as select * from (values
        ('de', '1', 'c1', 'ann@example.com', 10.00::decimal(38,4)),
        ('de', '2', 'c2', 'bob@example.com', 20.00),
        ('jp', '1', 'c9', 'ann@example.com', 30.00)) as t(account, order_id, customer_id, email, amount);
    create table raw_group.run_context as
        select timestamp '2026-07-01' as as_of, 'EUR' as group_currency;
"""
FILES = {
    "dbt_project.yml": """
name: concord
version: "1.0"
config-version: 2
profile: concord
models:
  concord:
    +materialized: table
    +meta: {owner: data-platform}
    staging: {+schema: staging}
    intermediate: {+schema: intermediate}
    marts: {+schema: marts, +access: public, +contract: {enforced: true}}
    marts_pii: {+schema: marts_pii, +access: public, +contract: {enforced: true}}
""",
    "models/staging/stg_shop__orders.sql": "select * from {{ source('raw_shop', 'orders') }}",
    "models/intermediate/int_identity_nodes__unioned.sql": """
select distinct
    'shop' as system, account, customer_id as source_id, 'customer' as node_kind,
    email as email_normalized, false as is_role_address, false as is_disposable_address,
    cast(null as varchar) as full_name, false as is_b2b,
    timestamp '2026-06-01' as first_seen_at, cast(null as timestamp) as gone_at
from {{ ref('stg_shop__orders') }}""",
    "models/intermediate/int_identity_emails__unioned.sql": """
select system, account, source_id, email_normalized, is_role_address, is_disposable_address
from {{ ref('int_identity_nodes__unioned') }} where false""",
    "models/intermediate/int_identity_phones__unioned.sql": """
select system, account, source_id, cast(null as varchar) as phone, cast(null as varchar) as country
from {{ ref('int_identity_nodes__unioned') }} where false""",
    "models/intermediate/identity_decisions.sql": """
select
    'person' as subject, 'link' as decision, system, account, source_id, linked_system, linked_account,
    linked_source_id, 'ines' as decided_by, valid_from as decided_at
from {{ ref('int_identity_links__unioned') }}""",
    "models/intermediate/identity_limits.sql": """
select 'email' as identifier, 'all' as system, cast(20 as bigint) as max_records_count""",
    "models/intermediate/int_identity_links__unioned.sql": """
select
    system, account, source_id, system as linked_system, account as linked_account,
    source_id as linked_source_id, 'vendor_link' as rule, source_id as evidence,
    first_seen_at as valid_from, cast(null as varchar) as refusal
from {{ ref('int_identity_nodes__unioned') }} where false""",
    "models/intermediate/int_company_nodes__unioned.sql": """
select system, account, source_id, first_seen_at from {{ ref('int_identity_nodes__unioned') }} where false""",
    "models/intermediate/int_company_links__unioned.sql": """
select * from {{ ref('int_identity_links__unioned') }}""",
    "models/intermediate/int_company_people__unioned.sql": """
select
    system, account, source_id, system as person_system, account as person_account,
    source_id as person_source_id, true as is_buyer
from {{ ref('int_identity_nodes__unioned') }} where false""",
    "models/marts/orders.sql": """
select orders.account, orders.order_id, orders.amount, assignments.customer_key
from {{ ref('stg_shop__orders') }} as orders
left join {{ source('raw_identity', 'assignments') }} as assignments
    on orders.account = assignments.account and orders.customer_id = assignments.source_id""",
    "models/marts_pii/customer_contacts.sql": """
select account, customer_id, email from {{ ref('stg_shop__orders') }}""",
    "models/models.yml": """
version: 2
sources:
  - name: raw_shop
    tables: [{name: orders, description: Orders of the shops.}]
  - name: raw_group
    tables: [{name: run_context, description: The moment.}]
  - name: raw_identity
    tables:
      - {name: customer_keys, description: Keys.}
      - {name: assignments, description: Assignments.}
      - {name: redirects, description: Redirects.}
      - {name: edges, description: Evidence.}
      - {name: refusals, description: Identifiers that may not link.}
      - {name: splits, description: Splits.}
      - {name: company_keys, description: Companies.}
      - {name: company_assignments, description: Companies.}
      - {name: company_redirects, description: Companies.}
      - {name: company_edges, description: Companies.}
      - {name: company_splits, description: Companies.}
models:
  - name: stg_shop__orders
    description: One row per order.
    columns: [{name: amount, data_tests: [not_null]}]
  - name: int_identity_nodes__unioned
    description: One row per record.
  - name: int_identity_emails__unioned
    description: One row per further address of a record.
  - name: int_identity_phones__unioned
    description: One row per number of a record.
  - name: identity_decisions
    description: One row per decision.
  - name: identity_limits
    description: One row per limit.
  - name: int_identity_links__unioned
    description: One row per link that a vendor names.
  - name: int_company_nodes__unioned
    description: One row per company.
  - name: int_company_links__unioned
    description: One row per link between companies.
  - name: int_company_people__unioned
    description: One row per person's record of a company.
  - name: orders
    description: One row per order with its customer.
    config: {meta: {owner: finance}}
    columns:
      - {name: account, data_type: varchar, description: The shop.}
      - {name: order_id, data_type: varchar, description: Its id.}
      - {name: amount, data_type: "decimal(38,4)", description: Its amount., data_tests: [not_null]}
      - {name: customer_key, data_type: varchar, description: Its customer., data_tests: [not_null]}
  - name: customer_contacts
    description: One row per contact.
    columns:
      - {name: account, data_type: varchar, description: The shop.}
      - {name: customer_id, data_type: varchar, description: The customer.}
      - {name: email, data_type: varchar, description: Plain.}
""",
}


@dataclass
class Suite:
    relation: str
    owner: str
    module: str


@dataclass
class Listener:
    """Hears a run like the progress display, and tries the file from another process after each step."""

    steps: dict[str, str] = field(default_factory=dict)
    locked_out: dict[str, str] = field(default_factory=dict)
    rows: dict[str, Any] = field(default_factory=dict)

    def expect(self, keys: list[str]) -> None:
        pass

    def hear(self, entry: Any) -> None:
        event = entry.dagster_event
        if event is None or not entry.step_key:
            return
        kind = event.event_type_value
        if kind in ("STEP_SUCCESS", "STEP_FAILURE", "STEP_SKIPPED"):
            self.steps[entry.step_key] = kind.removeprefix("STEP_").lower()
            opened = another_process_opens(environment.warehouse_path())
            if opened:
                self.locked_out[entry.step_key] = opened
        if kind == "ASSET_MATERIALIZATION":
            materialization = event.step_materialization_data.materialization
            self.rows["/".join(materialization.asset_key.path)] = materialization.metadata


def another_process_opens(warehouse: Path) -> str:
    """What another process says when it opens the file for writing; nothing when all is well."""
    tried = subprocess.run(
        [sys.executable, "-c", "import duckdb, sys; duckdb.connect(sys.argv[1])", str(warehouse)],
        capture_output=True,
        text=True,
        check=False,
    )
    return tried.stderr


@dataclass
class Line:
    folder: Path

    @property
    def warehouse(self) -> Path:
        return self.folder / "warehouse.duckdb"

    @property
    def published(self) -> Path:
        return self.folder / "published.duckdb"

    def definitions(self, suites: dict[str, Suite] | None = None) -> dg.Definitions:
        manifest = dbt_run.manifest()
        models = transform.assets(manifest)
        return dg.Definitions(
            assets=[
                models,
                identity.assets(raw.descriptions(manifest)),
                publish.asset(manifest, suites or {}),
            ],
            asset_checks=audit.checks(suites or {}, models.keys),
            jobs=[
                dg.define_asset_job(
                    JOB, executor_def=dg.in_process_executor, hooks={publish.hook(suites or {})}
                )
            ],
        )

    def run(self, suites: dict[str, Suite] | None = None) -> tuple[runs.Outcome, Listener]:
        listener = Listener()
        return runs.execute(self.definitions(suites), JOB, listener), listener

    def write(self, sql: str) -> None:
        with duckdb.connect(str(self.warehouse)) as con:
            con.execute(sql)

    def rows(self, sql: str, path: Path | None = None) -> list[tuple]:
        with duckdb.connect(str(path or self.warehouse), read_only=True) as con:
            return con.execute(sql).fetchall()


def build(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Line:
    project = folder / "project"
    for name, text in FILES.items():
        file = project / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    for name in ("profiles.yml", "macros/schemas.sql"):
        (project / name).parent.mkdir(exist_ok=True)
        (project / name).write_text((environment.DBT_PROJECT / name).read_text())
    monkeypatch.setattr(environment, "DBT_PROJECT", project)
    monkeypatch.setenv("CONCORD_HASH_KEY", "a key")
    line = Line(folder)
    point_to(line, monkeypatch)
    line.write(RAW)
    return line


def point_to(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WAREHOUSE_PATH", str(line.warehouse))
    monkeypatch.setenv("PUBLISHED_PATH", str(line.published))
    monkeypatch.setenv("DAGSTER_HOME", str(line.folder / "dagster"))


__all__ = ["Line", "Listener", "Suite", "audit_results", "build", "point_to"]
