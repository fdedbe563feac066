"""Audit: one blocking check per suite of `expectations/`. What a suite asks is written there, not here.

Great Expectations takes seconds to import, so it is imported inside the check and nowhere else.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import dagster as dg

from orchestration import audit_results, environment
from orchestration.writer import RETRIES, WRITER, only_transient_faults_are_retried


def checks(
    suites: Mapping[str, Any], models: Iterable[dg.AssetKey]
) -> list[dg.AssetChecksDefinition]:
    """`suites`: audited relation, as schema.table, -> its suite. `models`: what transform builds.

    An audit may compare any models, so it waits until all are built. It cannot say so of the audited ones:
    what depends on those waits for their audits, and the audits would wait for each other.
    """
    audited = {_key(relation) for relation in suites}
    after = [key for key in models if key not in audited]
    return [_check(relation, suite, after) for relation, suite in suites.items()]


def _check(relation: str, suite: Any, after: list[dg.AssetKey]) -> dg.AssetChecksDefinition:
    asset = _key(relation)

    @dg.multi_asset_check(
        name=f"audit_{relation.replace('.', '_')}",
        specs=[
            dg.AssetCheckSpec(
                "audit",
                asset=asset,
                additional_deps=after,
                blocking=True,
                description=f"Is this batch of {relation} believable? Owner: {suite.owner}.",
                metadata={"owner": suite.owner},
            )
        ],
        pool=WRITER,
        retry_policy=RETRIES,
    )
    def audit(context: dg.AssetCheckExecutionContext) -> dg.AssetCheckResult:
        with only_transient_faults_are_retried():
            from expectations import warehouse

            path = environment.warehouse_path()
            results = warehouse.run_suite(path, suite.module)
            audit_results.record(path, context.run.run_id, relation, results)
        return verdict(asset, results)

    return audit


def verdict(asset: dg.AssetKey, results: Iterable[Any]) -> dg.AssetCheckResult:
    """A failed critical audit stops publish; a failed warning is shown and stops nothing."""
    results = list(results)
    failed = [result for result in results if not result.passed]
    critical = [result for result in failed if result.severity == "critical"]
    return dg.AssetCheckResult(
        asset_key=asset,
        check_name="audit",
        passed=bool(results) and not failed,
        severity=dg.AssetCheckSeverity.ERROR
        if critical or not results
        else dg.AssetCheckSeverity.WARN,
        description=audit_results.said_of(critical or failed) if failed else None,
        metadata={"audits": len(results), "failed": len(failed), "critical": len(critical)},
    )


def _key(relation: str) -> dg.AssetKey:
    return dg.AssetKey(relation.split("."))
