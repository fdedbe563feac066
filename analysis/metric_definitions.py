"""What each metric is, read from dbt's semantic manifest: formula, owner, version, who signed it.

The YAML (``dbt_project/models/marts/_metrics.yml``) is the one home of all this; nothing is added here
but the fingerprint, by which a signature lapses when the definition it was given to changes.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pyarrow as pa

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
FINGERPRINT_DIGITS = 12


class MetricError(ValueError):
    """A definition that can't be evaluated or trusted; names the metric and what to change."""


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
    relations = {_relation(model) for model in models.values()}
    return Definition(
        name=name,
        label=metric["label"] or name,
        description=metric["description"],
        kind=metric["type"],
        formula=_formula(metric, measures),
        inputs=tuple(_inputs(metric)),
        model=next(iter(models)),
        relations=tuple(sorted(relations)),
        owner=meta["owner"],
        version=int(meta["version"]),
        effective_from=_date(meta["effective_from"]),
        money=meta["money"],
        grains=tuple(meta["grains"]),
        dimensions=tuple(meta.get("dimensions", ())),
        coverage=meta.get("coverage", ""),
        fingerprint=_fingerprint(name, metrics, measures),
        approvals=tuple(meta.get("approvals", ())),
    )


def _inputs(metric: Mapping[str, Any]) -> Iterator[str]:
    given = metric["type_params"]
    for used in (given["numerator"], given["denominator"], *(given["metrics"] or ())):
        if used is None:
            continue
        if used["filter"] or used["offset_window"] or used["offset_to_grain"]:
            raise MetricError(
                f"metric {metric['name']}: its input {used['name']} has a filter or an offset of its own;"
                " make that a metric with a name"
            )
        yield used["name"]


def _formula(metric: Mapping[str, Any], measures: Mapping[str, Any]) -> str:
    """How a reader would say it, filters included."""
    given = metric["type_params"]
    if metric["type"] == "ratio":
        said = f"{given['numerator']['name']} / {given['denominator']['name']}"
    elif metric["type"] == "derived":
        said = given["expr"]
    else:
        model, measure = measures[given["measure"]["name"]]
        said = f"{measure['agg']}({measure['expr'] or measure['name']}) of {_relation(model)}"
    filters = (metric["filter"] or {}).get("where_filters", ())
    return " where ".join([said, *(" ".join(f["where_sql_template"].split()) for f in filters)])


def _fingerprint(name: str, metrics: Mapping[str, Any], measures: Mapping[str, Any]) -> str:
    """Changes with anything that moves the metric's values: its own formula or that of an input."""
    metric = metrics[name]
    parts: list[object] = [metric["type"], metric["filter"], _formula(metric, measures)]
    parts += [_fingerprint(used, metrics, measures) for used in _inputs(metric)]
    parts += [measures[m["name"]][1] for m in _own_measures(metric)]
    parts.append(metric["config"]["meta"]["money"])
    text = json.dumps(parts, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:FINGERPRINT_DIGITS]


def _own_measures(metric: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    measure = metric["type_params"]["measure"]
    return [measure] if measure else []


def _relation(model: Mapping[str, Any]) -> str:
    return "{schema_name}.{alias}".format(**model["node_relation"])


def _date(given: str | date) -> date:
    if isinstance(given, datetime):
        return given.date()
    return given if isinstance(given, date) else date.fromisoformat(given)
