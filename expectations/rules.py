"""How a rule is written: SQL that returns what is wrong, and why anyone should care.

Every rule is a Great Expectations expectation; this module only gives each the same five answers
(audit, expected, notes, owner, next step). In a rule's SQL ``batch`` is the audited relation and
``earlier_audits`` what earlier runs observed.
"""

from typing import Any, Literal

Severity = Literal["critical", "warning"]

# What nobody should find in a mart that BI reads; plain values live in marts_pii.
_IDENTIFYING = (
    "email",
    "email_normalized",
    "phone",
    "first_name",
    "last_name",
    "address",
    "address1",
    "tracking_number",
)
HALF = "0.5"


def no_rows(
    audit: str,
    sql: str,
    *,
    severity: Severity,
    expected: str,
    notes: str,
    next_step: str,
    measure: str | None = None,
    owner: str | None = None,
) -> Any:
    """Expect that the SQL finds nothing; ``measure`` is a query for the figure to show when it passes."""
    from great_expectations.expectations.core.unexpected_rows_expectation import (
        UnexpectedRowsExpectation,
    )

    head = "with batch as (select * from {batch})"
    body = sql.strip()
    query = f"{head}, {body[5:]}" if body.startswith("with ") else f"{head} {body}"
    return UnexpectedRowsExpectation(
        unexpected_rows_query=query,
        severity=severity,  # pyright: ignore[reportArgumentType]
        notes=notes,
        meta={
            "audit": audit,
            "expected": expected,
            "next_step": next_step,
            "measure": measure,
            "owner": owner,
        },
    )


def volume(relation: str) -> Any:
    """Expect at least half the rows that the last run saw and passed."""
    audit = "row_count_did_not_collapse"
    return no_rows(
        audit,
        f"""
        with earlier as (
            select try_cast(replace(observed, ',', '') as bigint) as rows_before
            from earlier_audits
            where relation = '{relation}' and audit = '{audit}' and passed
            order by checked_at desc
            limit 1
        ),
        counted as (select count(*) as rows_now from batch)
        select counted.rows_now, earlier.rows_before
        from counted cross join earlier
        where counted.rows_now < {HALF} * earlier.rows_before
        """,
        severity="critical",
        expected="at least half the rows of the last run that passed; a first run passes",
        notes="A load that lost a shop or a year looks like a bad month to everyone who reads it.",
        next_step=(
            "look for the account or period that is missing. If the rows are rightly gone: delete from"
            f" audit.audit_results where relation = '{relation}' and audit = '{audit}'."
        ),
        measure=f"select count(*) from {relation}",
    )


def no_direct_identifier(relation: str) -> Any:
    """Expect neither a column for a name or address, nor an e-mail address in any text."""
    schema, table = relation.split(".")
    names = ", ".join(f"'{name}'" for name in _IDENTIFYING)
    return no_rows(
        "no_direct_identifier",
        f"""
        select 'column ' || column_name as found, cast(null as bigint) as rows_count
        from information_schema.columns
        where table_schema = '{schema}' and table_name = '{table}' and column_name in ({names})
        union all
        select 'e-mail address' as found, count(*) as rows_count
        from (
            select concat_ws(' ', *columns(lambda name: name not like '%amount%')) as texts from batch
        ) as written
        where texts like '%@%' and regexp_matches(texts, '[^ @]@[^ @]+[.][A-Za-z][A-Za-z]')
        having count(*) > 0
        """,
        severity="critical",
        expected="no e-mail address, phone, name or street",
        notes="Everyone with access to BI reads this schema; whoever may see a person reads marts_pii.",
        next_step="find the source column in staging and keep it out of the mart, or hash it at landing.",
        owner="privacy-office",
    )
