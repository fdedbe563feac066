"""The rules that both maps of keys share: that of customers, and that of companies."""

from typing import Any, Literal

from expectations.rules import no_rows

Subject = Literal["customer", "company"]
_MAPS = {"customer": "marts.id_map", "company": "marts.company_map"}
_KEYS = {"customer": "raw_identity.customer_keys", "company": "raw_identity.company_keys"}
_EDGES = {"customer": "raw_identity.edges", "company": "raw_identity.company_edges"}


def redirects_lead_to_living_keys(subject: Subject) -> Any:
    """Expect of ``batch``, redirects, that each leads to a key of the map in one step."""
    key, map_ = f"{subject}_key", _MAPS[subject]
    return no_rows(
        "redirects_lead_to_living_keys",
        f"""
        with known as (select distinct {key} from {map_})
        select batch.from_{key}, batch.to_{key}
        from batch
        left join known on batch.to_{key} = known.{key}
        left join batch as further on batch.to_{key} = further.from_{key}
        where known.{key} is null or further.from_{key} is not null
        """,
        severity="critical",
        expected=f"a {subject} of {map_} behind every key that was merged away, in one step",
        notes=f"Whoever kept the old key, a CRM, an audience or a report, must find the {subject} again.",
        next_step=f"find the key in {_KEYS[subject]} and see where its records went.",
        measure=f"select count(*) || ' redirects' from marts.{subject}_redirects",
    )


def what_holds_joins(subject: Subject) -> Any:
    """Expect of ``batch``, evidence, that both records of a statement that holds have one key."""
    key, map_ = f"{subject}_key", _MAPS[subject]
    return no_rows(
        "what_holds_joins",
        f"""
        with current_ids as (select * from {map_} where is_current)
        select batch.system, batch.account, batch.source_id, batch.rule, batch.evidence
        from batch
        inner join current_ids as one
            on batch.system = one.system
            and batch.account = one.account
            and batch.source_id = one.source_id
        inner join current_ids as other
            on batch.linked_system = other.system
            and batch.linked_account = other.account
            and batch.linked_source_id = other.source_id
        where batch.valid_to is null and one.{key} <> other.{key}
        """,
        severity="critical",
        expected="both records of an open statement under one key",
        notes=f"The path that explains a {subject} would lead to another one.",
        next_step=f"run again; if it stays, compare {_EDGES[subject]} with {map_}.",
    )
