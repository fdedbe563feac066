"""The rule that maps with a validity share: a record belongs to one at a time."""

from typing import Any

from expectations.rules import no_rows


def one_at_a_time(whose: str, log: str) -> Any:
    """``whose``: what records belong to, in the plural; ``log``: the raw log the map is made of."""
    return no_rows(
        f"no_record_has_two_{whose}_at_a_time",
        """
        with spans as (
            select
                system, account, source_id, valid_from, valid_to, is_current,
                max(coalesce(valid_to, timestamp '9999-12-31')) over (
                    partition by system, account, source_id
                    order by recorded_at, valid_from
                    rows between unbounded preceding and 1 preceding
                ) as taken_until
            from batch
        )
        select system, account, source_id, valid_from, valid_to, taken_until
        from spans
        where valid_from < taken_until or valid_to < valid_from or (valid_to is null) <> is_current
        """,
        severity="critical",
        expected="spans that follow each other, the last one open while the record is there",
        notes=f"An as-of query must not give a record two {whose}, whichever day it asks for.",
        next_step=f"list the record's rows in {log} by recorded_at.",
    )
