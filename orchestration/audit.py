"""Audit: one blocking check per suite of `expectations/`. What a suite asks is written there, not here.

Great Expectations takes seconds to import, so it is imported inside the step and nowhere else; and to open
the warehouse for it takes longer than most questions, so one step asks all suites.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

import dagster as dg

from orchestration import audit_results, environment
from orchestration.writer import RETRIES, WRITER, only_transient_faults_are_retried

STEP = "audit"


def checks(
    suites: Mapping[str, Any], models: Iterable[dg.AssetKey], late: Collection[dg.AssetKey] = ()
) -> list[dg.AssetChecksDefinition]:
    """`suites`: audited relation, as schema.table, -> its suite. `models`: what transform builds; those of
    them that follow the first audits (`late`) have a step of their own.

    An audit may compare any models, so it waits until all are built. It cannot say so of the audited ones:
    what depends on those waits for their audits, and the audits would wait for each other.
    """
    audited = {_key(relation): relation for relation in suites}
    after = [key for key in models if key not in audited and key not in late]
    steps = {STEP: audited.keys() - late, f"{STEP}_late": audited.keys() & late}
    return [
        _step(name, {audited[key]: suites[audited[key]] for key in sorted(keys)}, after)
        for name, keys in steps.items()
        if keys
    ]


def _step(
    name: str, suites: Mapping[str, Any], after: list[dg.AssetKey]
) -> dg.AssetChecksDefinition:
    @dg.multi_asset_check(
        name=name,
        specs=[
            dg.AssetCheckSpec(
                "audit",
                asset=_key(relation),
                additional_deps=after,
                blocking=True,
                description=f"Is this batch of {relation} believable? Owner: {suite.owner}.",
                metadata={"owner": suite.owner},
            )
            for relation, suite in suites.items()
        ],
        can_subset=True,
        pool=WRITER,
        retry_policy=RETRIES,
    )
    def audit(context: dg.AssetCheckExecutionContext) -> Iterator[dg.AssetCheckResult]:
        asked = {key.asset_key for key in context.selected_asset_check_keys}
        relations = {
            suite.module: relation for relation, suite in suites.items() if _key(relation) in asked
        }
        with only_transient_faults_are_retried():
            from expectations import warehouse

            path = environment.warehouse_path()
            answered = {}
            for module, results in warehouse.run_suites(path, relations):
                answered[relations[module]] = results
                yield verdict(_key(relations[module]), results)
            audit_results.record(path, context.run.run_id, answered)

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
