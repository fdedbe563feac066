"""How a metric is made, as dbt's semantic manifest has it: inputs, the formula a reader would say, fingerprint."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

FINGERPRINT_DIGITS = 12


class MetricError(ValueError):
    """A definition that can't be evaluated or trusted; names the metric and what to change."""


def inputs(metric: Mapping[str, Any]) -> Iterator[str]:
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


def formula(metric: Mapping[str, Any], measures: Mapping[str, Any]) -> str:
    """How a reader would say it, filters included."""
    given = metric["type_params"]
    if metric["type"] == "ratio":
        said = f"{given['numerator']['name']} / {given['denominator']['name']}"
    elif metric["type"] == "derived":
        said = given["expr"]
    else:
        model, measure = measures[given["measure"]["name"]]
        said = f"{measure['agg']}({measure['expr'] or measure['name']}) of {relation(model)}"
    filters = (metric["filter"] or {}).get("where_filters", ())
    return " where ".join([said, *(" ".join(f["where_sql_template"].split()) for f in filters)])


def fingerprint(name: str, metrics: Mapping[str, Any], measures: Mapping[str, Any]) -> str:
    """Changes with anything that moves the metric's values: its own formula or that of an input."""
    metric = metrics[name]
    parts: list[object] = [metric["type"], metric["filter"], formula(metric, measures)]
    parts += [fingerprint(used, metrics, measures) for used in inputs(metric)]
    parts += [measures[m["name"]][1] for m in _own_measures(metric)]
    parts.append(metric["config"]["meta"]["money"])
    text = json.dumps(parts, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:FINGERPRINT_DIGITS]


def _own_measures(metric: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    measure = metric["type_params"]["measure"]
    return [measure] if measure else []


def relation(model: Mapping[str, Any]) -> str:
    return "{schema_name}.{alias}".format(**model["node_relation"])
