"""The assembled line: loads without network or secret, everything described, owned and grouped."""

import importlib
import os
import subprocess
import sys
from datetime import timedelta

import dagster as dg
import pytest

import expectations
from ingestion import group as group_file
from orchestration import environment, publish
from orchestration.definitions import JOB, concord
from orchestration.identity import RECORDS


@pytest.fixture(scope="module")
def line() -> dg.Definitions:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GROUP_CONFIG", str(environment.PROJECT / "group.toml"))
        return concord()


@pytest.fixture(scope="module")
def specs(line: dg.Definitions) -> dict[dg.AssetKey, dg.AssetSpec]:
    return {spec.key: spec for spec in line.resolve_all_asset_specs()}


def test_definitions_load_without_environment_and_without_opening_anything():
    script = (
        "import os; os.environ.pop('GROUP_CONFIG', None);"
        "from orchestration import definitions; before = dict(os.environ);"
        "definitions.concord(); print(before == dict(os.environ))"
    )
    clean = {k: os.environ[k] for k in ("PATH", "HOME") if k in os.environ}
    said = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", script],
        cwd=environment.PROJECT,
        env=clean,
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout.strip() == "True"


def test_importing_reads_no_environment(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("GROUP_CONFIG", "/nowhere/group.toml")
    importlib.reload(importlib.import_module("orchestration.definitions"))


def test_every_asset_has_an_owner_a_description_and_its_schema_as_group(
    specs: dict[dg.AssetKey, dg.AssetSpec],
):
    assert len(specs) > 60
    for key, spec in specs.items():
        assert spec.owners, key
        assert all(owner.startswith("team:") for owner in spec.owners)
        assert spec.description, key
        assert spec.group_name == key.path[0]


def test_raw_tables_are_owned_by_their_accounts_and_typed(
    specs: dict[dg.AssetKey, dg.AssetSpec],
):
    orders = specs[dg.AssetKey(["raw_shopify", "orders"])]
    assert orders.owners == ["team:shop-team-de", "team:shop-team-jp", "team:shop-team-world"]
    columns = {c.name: c.type for c in orders.metadata["dagster/column_schema"].columns}
    assert columns["total_price_set__shop_money__amount"] == "decimal(38,4)"
    assert columns["account"] == "text"


def test_one_lineage_from_raw_to_the_published_file(specs: dict[dg.AssetKey, dg.AssetSpec]):
    upstream, reached = [publish.KEY], set()
    while upstream:
        key = upstream.pop()
        if key not in reached:
            reached.add(key)
            upstream += [dep.asset_key for dep in specs[key].deps]
    named = {key.to_user_string() for key in reached}
    assert {"raw_shopify/sales", "raw_ecb/exchange_rates", "raw_identity/assignments"} <= named
    assert {key for key in specs if key.path[0].startswith("marts")} <= reached


def test_dbt_is_split_around_identity_and_measure_only(line: dg.Definitions):
    steps = [node.name for node in line.resolve_job_def(JOB).graph.nodes_in_topological_order]
    parts = [place for place, name in enumerate(steps) if name.startswith("transform")]
    assert len(parts) == 3
    assert parts[0] < steps.index("identity") < parts[1] < steps.index("measure") < parts[2]
    # A value says what the audits found of the marts it was made from, so they come first.
    assert parts[1] < steps.index("audit") < steps.index("measure")
    assert parts[2] < steps.index("audit_late") < steps.index(publish.STEP)
    # Addresses are hashed beside identity, and who may be one is scored before the same last part.
    assert parts[0] < steps.index("address_hashes") < parts[1]
    assert parts[1] < steps.index("proposals") < parts[2]
    assert set(RECORDS.values()) <= {spec.key for spec in line.resolve_all_asset_specs()}


def test_every_step_that_opens_the_warehouse_waits_for_the_one_writer(line: dg.Definitions):
    job = line.resolve_job_def(JOB)
    for node in job.graph.nodes_in_topological_order:
        assert isinstance(node.definition, dg.OpDefinition)
        assert node.definition.pool == "warehouse_writer", node.name


def test_each_suite_is_a_blocking_check_and_publish_waits_for_it(line: dg.Definitions):
    checks = {
        spec.asset_key.to_user_string().replace("/", "."): spec
        for definition in line.asset_checks or ()
        for spec in definition.check_specs
    }
    assert set(checks) == set(expectations.suites())
    assert all(spec.blocking for spec in checks.values())
    steps = [node.name for node in line.resolve_job_def(JOB).graph.nodes_in_topological_order]
    assert steps[-1] == publish.STEP


def test_the_nightly_schedule_follows_the_groups_first_window(line: dg.Definitions):
    schedule = next(iter(line.schedules or ()))
    assert isinstance(schedule, dg.ScheduleDefinition)
    assert schedule.name == f"{JOB}_nightly"
    assert schedule.execution_timezone == "Europe/Berlin"
    assert schedule.cron_schedule == "0 1 * * *"


def test_each_system_and_each_account_has_a_load_of_its_own(line: dg.Definitions):
    group = group_file.load(environment.PROJECT / "group.toml")
    jobs = {job.name: line.resolve_job_def(job.name) for job in line.jobs or ()}
    for system in {account.system for account in group.accounts}:
        accounts = [account.account for account in group.accounts_of(system)]
        names = {f"refresh_raw_{system}": accounts}
        if len(accounts) > 1:
            names |= {f"refresh_raw_{system}_{a.replace('-', '_')}": [a] for a in accounts}
        for name, loaded in names.items():
            job = jobs[name]
            assert job.description
            assert job.run_config is not None
            assert job.run_config["ops"][f"load_{system}"]["config"]["accounts"] == loaded
            keys = {key.path[0] for key in job.asset_layer.executable_asset_keys}
            assert keys == {f"raw_{system}"}


def test_what_people_read_is_due_by_the_end_of_the_window(
    specs: dict[dg.AssetKey, dg.AssetSpec],
):
    policy = specs[publish.KEY].freshness_policy
    assert policy == dg.FreshnessPolicy.cron(
        deadline_cron="0 5 * * *", lower_bound_delta=timedelta(hours=10), timezone="Europe/Berlin"
    )
    for key, spec in specs.items():
        watched = key.path[0].startswith(("raw_", "marts", "published"))
        hidden = key.path[-1].startswith("_")
        assert (spec.freshness_policy is not None) == (watched and not hidden), key


def test_every_column_of_raw_and_marts_says_what_it_is(
    specs: dict[dg.AssetKey, dg.AssetSpec],
):
    own = {"raw_group", "raw_identity"}
    shared = {"dead_letters", "load_completeness", "api_usage", "_dlt_loads"}
    for key, spec in specs.items():
        schema, table = key.path[0], key.path[-1]
        if not schema.startswith(("raw_", "marts")) or schema in own or table in shared:
            continue
        for column in spec.metadata["dagster/column_schema"].columns:
            assert column.description, (key, column.name)
