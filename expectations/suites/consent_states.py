"""``marts.consent_states``: does each yes rest on the person's own word, and did none appear without one?

The rule is written a second time and on purpose, straight from the ledger's statements: a state that the
models work out in their own way must meet it.
"""

from typing import Any

from expectations.rules import no_direct_identifier, no_rows, volume

RELATION = "marts.consent_states"
OWNER = "privacy-office"
_SAME_ADDRESS = """
    ledger.channel = batch.channel and ledger.address_hash = batch.address_hash"""


def suite() -> list[Any]:
    return [
        volume(RELATION),
        no_direct_identifier(RELATION),
        no_rows(
            "every_yes_is_the_persons_own",
            f"""
            select batch.controller, batch.channel, batch.system, batch.statement_id
            from batch
            where batch.is_allowed and not exists (
                select 1 from marts.consent_ledger as ledger
                where {_SAME_ADDRESS}
                    and ledger.controller = batch.controller and ledger.purpose = batch.purpose
                    and ledger.country = batch.country
                    and ledger.state = 'granted' and ledger.origin = 'person'
                    and ledger.since is not null
            )
            """,
            severity="critical",
            expected="a dated opt-in by the person for the very address behind every yes",
            notes="Whom we may write to is what people said of an address: no merge, import or sync says it.",
            next_step="look at the address's rows of consent_ledger; withhold the audience until it is clear.",
            measure="""
                select count(*) filter (is_allowed) || ' of ' || count(*) || ' addresses may be written to'
                from marts.consent_states""",
        ),
        no_rows(
            "no_yes_outlives_a_withdrawal",
            f"""
            select batch.controller, batch.channel, batch.since, max(coalesce(ledger.since, ledger.recorded_at))
                as withdrawn_at
            from batch
            inner join marts.consent_ledger as ledger
                on {_SAME_ADDRESS} and ledger.state = 'withdrawn'
                and ledger.controller in (batch.controller, 'group')
                and ledger.purpose in (batch.purpose, 'all')
            where batch.is_allowed
            group by batch.controller, batch.channel, batch.address_hash, batch.purpose, batch.country, batch.since
            having max(coalesce(ledger.since, ledger.recorded_at)) >= batch.since
            """,
            severity="critical",
            expected="no yes that is older than a withdrawal, whoever heard that",
            notes="Any withdrawal counts at once. A mail after it is a complaint to the authority.",
            next_step="compare the two statements in consent_ledger; suppress the address in the e-mail tool now.",
        ),
        no_rows(
            "what_brings_back_has_evidence",
            """
            select batch.controller, batch.channel, batch.system, batch.statement_id
            from batch
            inner join marts.consent_ledger as ledger
                on batch.system = ledger.system and batch.account = ledger.account
                and batch.statement_id = ledger.statement_id
            where batch.is_allowed and batch.last_withdrawn_at is not null and not ledger.has_evidence
            """,
            severity="critical",
            expected="evidence of the opt-in wherever somebody had withdrawn before",
            notes="After a no, a yes must be proven; a sync or an import proves nothing.",
            next_step="ask the system's owner for the proof; until then the address stays withdrawn.",
        ),
        no_rows(
            "consent_grew_by_what_people_said",
            f"""
            with earlier as (
                select checked_at, try_cast(replace(observed, ',', '') as bigint) as allowed_before
                from earlier_audits
                where relation = '{RELATION}' and audit = 'consent_grew_by_what_people_said' and passed
                order by checked_at desc
                limit 1
            ),
            said as (
                select count(*) as heard_count
                from marts.consent_ledger as ledger
                cross join earlier
                where ledger.effect in ('grants', 'restores') and ledger.recorded_at > earlier.checked_at
            ),
            counted as (select count(*) filter (is_allowed) as allowed_now from batch)
            select counted.allowed_now, earlier.allowed_before, said.heard_count
            from counted cross join earlier cross join said
            where counted.allowed_now > earlier.allowed_before + said.heard_count
            """,
            severity="critical",
            expected="no more addresses with a yes than last time, beside those that opted in since",
            notes="A merge, a replay or a changed rule must never widen consent.",
            next_step=(
                "find the states whose deciding statement was recorded before the last run, and what changed:"
                " identity doesn't touch consent, so look at the models and the source's new rows."
            ),
            measure="select count(*) filter (is_allowed) from marts.consent_states",
        ),
    ]
