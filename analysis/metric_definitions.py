"""What each metric is, read from dbt's semantic manifest: formula, owner, version, who signed it.

The YAML (``dbt_project/models/marts/_metrics.yml``) is the one home of all this; nothing is added here
but the fingerprint, by which a signature lapses when the definition it was given to changes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pyarrow as pa

from analysis.metric_formulas import MetricError, fingerprint, formula, inputs, relation

DEFINITIONS = pa.schema(
    [
        *((name, pa.string()) for name in ("metric", "label", "description", "owner", "formula")),
        *((name, pa.string()) for name in ("money", "relations", "grains", "dimensions")),
        ("version", pa.int64()),
        ("effective_from", pa.date32()),
        *((name, pa.string()) for name in ("fingerprint", "approval_status", "approved_by")),
        ("approved_on", pa.date32()),
    ]
)
"""One row per metric."""
MONEY = ("group", "native", "none")


@dataclass(frozen=True)
class Definition:
    """One metric. ``inputs`` are the metrics of its formula, ``relations`` the marts it reads."""

    name: str
    label: str
    description: str
    kind: str  # simple, derived, ratio
    formula: str
    inputs: tuple[str, ...]
    model: str  # semantic model of its measures
    relations: tuple[str, ...]
    owner: str
    version: int
    effective_from: date
    money: str
    grains: tuple[str, ...]
    dimensions: tuple[str, ...]
    coverage: str
    fingerprint: str
    approvals: tuple[Mapping[str, str], ...]

    @property
    def approval(self) -> tuple[str, Mapping[str, str]]:
        """Approved (this very definition is signed), lapsed (an earlier one was) or draft."""
        for signed in self.approvals:
            if signed["fingerprint"] == self.fingerprint:
                return "approved", signed
        return ("lapsed" if self.approvals else "draft"), {}


def read(manifest: Mapping[str, Any]) -> dict[str, Definition]:
    """Every metric of a semantic manifest by name, in alphabetical order."""
    metrics = {metric["name"]: metric for metric in manifest["metrics"]}
    measures = {
        measure["name"]: (model, measure)
        for model in manifest["semantic_models"]
        for measure in model["measures"]
    }
    return {name: _definition(name, metrics, measures) for name in sorted(metrics)}


def table(definitions: Mapping[str, Definition]) -> pa.Table:
    """``marts.metric_definitions`` as rows."""
    rows = []
    for one in definitions.values():
        status, signed = one.approval
        rows.append(
            {
                "metric": one.name,
                "label": one.label,
                "description": one.description,
                "owner": one.owner,
                "formula": one.formula,
                "money": one.money,
                "relations": ", ".join(one.relations),
                "grains": ", ".join(one.grains),
                "dimensions": ", ".join(("all", *one.dimensions)),
                "version": one.version,
                "effective_from": one.effective_from,
                "fingerprint": one.fingerprint,
                "approval_status": status,
                "approved_by": signed.get("by"),
                "approved_on": date.fromisoformat(signed["on"]) if signed else None,
            }
        )
    return pa.Table.from_pylist(rows, schema=DEFINITIONS)


def _definition(name: str, metrics: Mapping[str, Any], measures: Mapping[str, Any]) -> Definition:
    metric = metrics[name]
    meta = metric["config"]["meta"]
    used = [measures[used["name"]] for used in metric["type_params"]["input_measures"]]
    models = {model["name"]: model for model, _ in used}
    if len(models) != 1:
        raise MetricError(
            f"metric {name}: its measures lie in {', '.join(sorted(models)) or 'no semantic model'};"
            " one metric reads one semantic model: move the measures together in _metrics.yml"
        )
    if missing := sorted({"owner", "version", "effective_from", "money", "grains"} - set(meta)):
        raise MetricError(f"metric {name}: config.meta lacks {', '.join(missing)}; add them")
    if meta["money"] not in MONEY:
        raise MetricError(f"metric {name}: money is {meta['money']}; write {', '.join(MONEY)}")
    relations = {relation(model) for model in models.values()}
    return Definition(
        name=name,
        label=metric["label"] or name,
        description=metric["description"],
        kind=metric["type"],
        formula=formula(metric, measures),
        inputs=tuple(inputs(metric)),
        model=next(iter(models)),
        relations=tuple(sorted(relations)),
        owner=meta["owner"],
        version=int(meta["version"]),
        effective_from=_date(meta["effective_from"]),
        money=meta["money"],
        grains=tuple(meta["grains"]),
        dimensions=tuple(meta.get("dimensions", ())),
        coverage=meta.get("coverage", ""),
        fingerprint=fingerprint(name, metrics, measures),
        approvals=tuple(meta.get("approvals", ())),
    )


def _date(given: str | date) -> date:
    if isinstance(given, datetime):
        return given.date()
    return given if isinstance(given, date) else date.fromisoformat(given)
