"""``marts.id_map``: does every record belong to one customer, and do the keys stay?"""

from typing import Any

from expectations.rules import no_direct_identifier, no_rows, volume

RELATION = "marts.id_map"
OWNER = "customer-analytics"


def suite() -> list[Any]:
    return [volume(RELATION), no_direct_identifier(RELATION), *_assignments(), *_keys()]


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
            where assigned.customers_count is distinct from 1
            """,
            severity="critical",
            expected="exactly one current customer per record and checkout",
            notes="A record in two customers counts its orders twice, one in none loses them.",
            next_step="run again; if it stays, compare the nodes with raw_identity.assignments.",
            measure="""
                select count(*) || ' records, ' || count(distinct customer_key) || ' customers'
                from marts.id_map where is_current""",
        ),
        no_rows(
            "evidence_is_hashed",
            """
            select system, account, rule, count(*) as records_count
            from batch
            where (rule = 'email' and (evidence is null or length(evidence) <> 64))
                or (rule <> 'email' and evidence is distinct from source_id)
            group by system, account, rule
            """,
            severity="critical",
            expected="a keyed hash of 64 digits for e-mail links, else the record's own id",
            notes="Evidence lets a steward check a link; it must never let a reader find an address.",
            next_step="see that CONCORD_HASH_KEY was set when identity ran.",
            owner="privacy-office",
        ),
        no_rows(
            "one_address_is_one_customer",
            """
            with addresses as (
                select
                    nodes.email_normalized,
                    count(*) as records_count,
                    count(distinct batch.customer_key) as customers_count
                from intermediate.int_identity_nodes__unioned as nodes
                inner join batch
                    on nodes.system = batch.system
                    and nodes.account = batch.account
                    and nodes.source_id = batch.source_id
                where batch.is_current and not nodes.is_role_address and nodes.email_normalized is not null
                group by nodes.email_normalized
                having count(distinct batch.customer_key) > 1
            )
            select
                count(*) as addresses_count, sum(records_count) as records_count,
                max(records_count) as most_records
            from addresses
            having count(*) > 0
            """,
            severity="warning",
            expected="the same e-mail, the same customer, unless too many records share it",
            notes=(
                "An address on more records than one person has links nobody: a till's or a hotel's"
                " would fuse strangers. Whoever else it belongs to is split into one customer per record."
            ),
            next_step="list the addresses in marts_pii.customer_contacts; a shared one is a role address.",
        ),
        no_rows(
            "no_customer_is_a_crowd",
            """
            select customer_key, count(*) as records_count, count(distinct account) as accounts_count
            from batch where is_current
            group by customer_key
            having count(*) > 50
            """,
            severity="warning",
            expected="at most 50 records and checkouts per customer",
            notes="One address that many people share fuses strangers into one very good customer.",
            next_step="look at the key's evidence in id_map; a shared address belongs to the role addresses.",
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
