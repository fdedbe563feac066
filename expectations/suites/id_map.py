"""``marts.id_map``: does every record belong to one customer, and do the keys stay?

What vendors say of two records is held against it in :mod:`expectations.vendor_links`, whom nothing but
an address joins in :mod:`expectations.strangers`.
"""

from typing import Any

from expectations import strangers, vendor_links
from expectations.rules import no_direct_identifier, no_rows, volume
from expectations.spans import one_at_a_time

RELATION = "marts.id_map"
OWNER = "customer-analytics"


def suite() -> list[Any]:
    return [
        volume(RELATION),
        no_direct_identifier(RELATION),
        *_assignments(),
        *strangers.rules(),
        *_keys(),
        *vendor_links.rules(),
    ]


def _assignments() -> list[Any]:
    return [
        no_rows(
            "every_record_has_one_customer",
            """
            with assigned as (
                select system, account, source_id, count(*) as customers_count
                from batch where is_current
                group by system, account, source_id
            )
            select nodes.system, nodes.account, nodes.source_id, assigned.customers_count
            from intermediate.int_identity_nodes__unioned as nodes
            left join assigned
                on nodes.system = assigned.system
                and nodes.account = assigned.account
                and nodes.source_id = assigned.source_id
            where nodes.gone_at is null and assigned.customers_count is distinct from 1
            """,
            severity="critical",
            expected="exactly one current customer per record of every system, and per checkout",
            notes="A record in two customers counts its orders twice, one in none loses them.",
            next_step="run again; if it stays, compare the nodes with raw_identity.assignments.",
            measure="""
                select string_agg(records, ', ' order by system) || ' records, '
                       || (select count(distinct customer_key) from marts.id_map where is_current)
                       || ' customers'
                from (
                    select system, system || ' ' || count(*) as records
                    from marts.id_map where is_current group by system
                )""",
        ),
        no_rows(
            "few_addresses_are_malformed",
            """
            select
                system, account, count(*) as records_count,
                count(*) filter (where has_malformed_email) as malformed_count
            from intermediate.int_identity_nodes__unioned
            group by system, account
            having malformed_count >= 5 and malformed_count > 0.05 * records_count
            """,
            severity="warning",
            expected="at most 5 % of an account's records with an e-mail field that holds no address",
            notes="What is no address links nobody: its record stays a customer of its own.",
            next_step="list them in int_identity_nodes__unioned; did an import shift its columns?",
            measure="""
                select coalesce(string_agg(counted, ', ' order by counted), 'none') from (
                    select system || ':' || account || ' ' || count(*) as counted
                    from intermediate.int_identity_nodes__unioned where has_malformed_email
                    group by system, account)""",
        ),
        one_at_a_time("customers", "raw_identity.assignments"),
        no_rows(
            "evidence_is_hashed",
            """
            select system, account, rule, count(*) as records_count
            from batch
            where case
                when rule in ('email', 'phone') then evidence is null or length(evidence) <> 64
                when rule in ('vendor_link', 'vendor_merge', 'reviewed_link')
                    then evidence is null or strpos(evidence, ':') < 2 or evidence like '%@%'
                else evidence is distinct from source_id
            end
            group by system, account, rule
            """,
            severity="critical",
            expected=(
                "a keyed hash of 64 digits for e-mail links, account:id for a vendor's, else the record's"
                " own id"
            ),
            notes="Evidence lets a steward check a link; it must never let a reader find an address.",
            next_step="see that CONCORD_HASH_KEY was set when identity ran.",
            owner="privacy-office",
        ),
    ]


def _keys() -> list[Any]:
    return [
        no_rows(
            "keys_are_stable",
            """
            with versions as (
                select
                    recorded_at, customer_key, is_current,
                    lag(customer_key) over (
                        partition by system, account, source_id order by recorded_at
                    ) as key_before
                from batch
            ),
            newest as (select max(recorded_at) as recorded_at from batch),
            counted as (
                select
                    count(*) filter (
                        where versions.recorded_at = newest.recorded_at
                        and versions.key_before <> versions.customer_key
                    ) as moved_count,
                    count(*) as records_count
                from versions cross join newest
                where versions.is_current
            )
            select moved_count, records_count from counted
            where moved_count > 20 and moved_count > 0.1 * records_count
            """,
            severity="critical",
            expected="at most a tenth of the records with a new customer_key in one run",
            notes="Everything downstream joins on the key; keys that move make customers new again.",
            next_step=(
                "compare the last two recorded_at in id_map. Was raw_identity emptied, or an address"
                " rule widened?"
            ),
        ),
        no_rows(
            "no_record_has_a_dead_key",
            """
            select batch.customer_key, count(*) as records_count
            from batch
            inner join marts.customer_redirects as redirects
                on batch.customer_key = redirects.from_customer_key
            where batch.is_current
            group by batch.customer_key
            """,
            severity="critical",
            expected="no current record under a key that was merged away",
            notes="Half of a merged customer would stay behind under the old key.",
            next_step="run again: identity moves the records; if it stays, see raw_identity.redirects.",
        ),
    ]
