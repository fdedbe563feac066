"""Publish: the last step. It asks the audits once more, then makes this run's marts the ones that BI reads.

It depends on every public mart and every audited relation, so a failed blocking audit keeps it from starting;
and it re-reads this run's audit results, so that an audit that broke or never ran refuses as well.
"""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb

from orchestration import audit_results, environment, live_models, marts, publication, status
from orchestration.writer import RETRIES, WRITER, only_transient_faults_are_retried

OWNER = "data-platform"
KEY = dg.AssetKey(["published", "publication"])


STEP = "publish"


def asset(manifest: Mapping[str, Any], suites: Mapping[str, Any]) -> dg.AssetsDefinition:
    """`suites`: audited relation, as schema.table, -> its suite."""
    owners = {relation: suite.owner for relation, suite in suites.items()}
    public = marts.public(manifest)
    reference = live_models.lineage(manifest).reference
    upstream = {dg.AssetKey([mart.schema, mart.name]) for mart in public} | {
        dg.AssetKey(relation.split(".")) for relation in suites
    }

    @dg.multi_asset(
        name=STEP,
        specs=[
            dg.AssetSpec(
                key=KEY,
                deps=sorted(upstream),
                group_name="published",
                owners=[f"team:{OWNER}"],
                kinds={"duckdb", "parquet"},
                description=(
                    "The files BI reads: published.duckdb, published_pii.duckdb and parquet/, made current"
                    " together; refused when a critical audit failed, errored or is missing."
                ),
            )
        ],
        pool=WRITER,
        retry_policy=RETRIES,
    )
    def publish(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
        with only_transient_faults_are_retried():
            run_id = context.run_id
            warehouse, published = environment.warehouse_path(), environment.published_path()
            audit_results.create(warehouse)
            if refusals := audit_results.refusals(warehouse, run_id, owners):
                raise dg.Failure(audit_results.said_of(refusals), allow_retries=False)
            rows = publication.write(
                warehouse, published, public, run_id, _as_of(warehouse), reference
            )
            status.write(published, status.Attempt(run_id, "published"))
        return dg.MaterializeResult(
            metadata={
                "path": dg.MetadataValue.path(str(published)),
                "dagster/row_count": sum(rows.values()),
                "rows": dg.MetadataValue.json(rows),
            }
        )

    return publish


def hook(suites: Mapping[str, Any]) -> dg.HookDefinition:
    """Whatever step broke, `status.json` says that readers see an older publication, and why."""
    owners = {relation: suite.owner for relation, suite in suites.items()}

    @dg.failure_hook(name="say_why_not_published")
    def say_why_not(context: dg.HookContext) -> None:
        run = context.instance.get_run_by_id(context.run_id)
        if run and run.asset_selection and KEY not in run.asset_selection:
            return  # a load of its own was not meant to publish
        warehouse, error = environment.warehouse_path(), context.op_exception
        step = context.op.name
        refuse = audit_results.refusals if step == STEP else audit_results.failed
        audits = refuse(warehouse, context.run_id, owners)
        attempt = status.Attempt(
            run_id=context.run_id,
            verdict="withheld" if audits else "failed",
            failed_audits=audits,
            failed_step=step,
            message=getattr(error, "description", None) or str(error),
        )
        status.write(environment.published_path(), attempt)

    return say_why_not


def _as_of(warehouse: Path) -> datetime | None:
    with duckdb.connect(str(warehouse), read_only=True) as con:
        found = con.execute("select as_of from raw_group.run_context").fetchone()
    return found[0] if found else None
