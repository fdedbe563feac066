"""The line, assembled: load, transform, measure, audit, publish, and the clock that starts it."""

import dagster as dg

import expectations
import ingestion
from ingestion import group as group_file
from orchestration import (
    audit,
    closing,
    consent,
    dbt_run,
    environment,
    freshness,
    identity,
    jobs,
    lanes,
    load,
    measure,
    proposals,
    publish,
    raw,
    schedules,
    transform,
    webhooks,
)

JOB = "refresh_warehouse"


@dg.definitions
def concord() -> dg.Definitions:
    group = group_file.load(environment.group_file())
    manifest = dbt_run.manifest()
    described = raw.descriptions(manifest)
    suites = expectations.suites()
    models = transform.assets(manifest)
    late = measure.after(manifest) | proposals.after(manifest)
    assets = freshness.due_with(
        [
            *(load.system_assets(system, group, described) for system in ingestion.systems()),
            webhooks.assets(described),
            load.group_assets(described),
            closing.assets(described),
            models,
            identity.assets(described),
            consent.assets(described),
            proposals.assets(described),
            measure.assets(dbt_run.semantic_manifest(), described),
            publish.asset(manifest, suites),
        ],
        group.windows.values(),
    )
    return dg.Definitions(
        assets=assets,
        asset_checks=audit.checks(suites, models.keys, late),
        jobs=[
            dg.define_asset_job(
                JOB,
                selection=dg.AssetSelection.all(),
                description="Load, transform, measure, audit and publish, one writer at a time.",
                executor_def=dg.in_process_executor,
                hooks={publish.hook(suites)},
            ),
            *jobs.loads(group),
            *lanes.jobs(group),
        ],
        schedules=[
            *(schedules.nightly(JOB, window) for window in list(group.windows.values())[:1]),
            *lanes.schedules(group, JOB, manifest),
        ],
    )
