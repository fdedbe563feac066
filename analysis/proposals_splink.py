"""The model of proposals as Splink takes it; what it compares and weighs stands in ``proposals_model``."""

from typing import Any

from analysis.proposals_candidates import CANDIDATES
from analysis.proposals_model import COMPARISONS, PRIOR, Level


def settings() -> Any:
    """The model as Splink takes it."""
    from splink import SettingsCreator

    return SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="record",
        probability_two_random_records_match=PRIOR,
        comparisons=[_comparison(name, *of) for name, of in COMPARISONS.items()],
        blocking_rules_to_generate_predictions=[
            *(_blocking(rule) for rule in CANDIDATES),
            _blocking("l.pairs = r.pairs") | {"arrays_to_explode": ["pairs"]},
        ],
        additional_columns_to_retain=["customer_key"],
        retain_intermediate_calculation_columns=True,
    )


def _blocking(rule: str) -> dict[str, Any]:
    condition = f"{rule} and l.customer_key <> r.customer_key"
    return {"blocking_rule": condition, "sql_dialect": "duckdb"}


def _comparison(name: str, column: str, levels: tuple[Level, ...]) -> dict[str, Any]:
    unknown = {
        "sql_condition": f"{column}_l is null or {column}_r is null",
        "label_for_charts": "unknown",
        "is_null_level": True,
    }
    return {
        "output_column_name": name,
        "comparison_levels": [
            unknown,
            *(
                {
                    "sql_condition": "ELSE" if condition == "else" else condition,
                    "label_for_charts": said,
                    "m_probability": m,
                    "u_probability": u,
                }
                for said, condition, m, u in levels
            ),
        ],
    }
