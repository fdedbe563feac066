"""What would fuse strangers into one customer of ``marts.id_map``, or split one into several."""

from typing import Any

from expectations.rules import no_rows


def rules() -> list[Any]:
    return [
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
                " would fuse strangers. Whoever else it belongs to is split into one customer per record,"
                " and an address of a company's buyer who also buys in private into two."
            ),
            next_step="list the addresses in marts_pii.customer_contacts; a shared one is a role address.",
        ),
        no_rows(
            "companies_and_private_buyers_stay_apart",
            """
            select batch.customer_key, count(*) as records_count
            from batch
            inner join intermediate.int_identity_nodes__unioned as nodes
                on batch.system = nodes.system
                and batch.account = nodes.account
                and batch.source_id = nodes.source_id
            where batch.is_current and nodes.is_b2b is not null
            group by batch.customer_key
            having bool_or(nodes.is_b2b) and bool_or(not nodes.is_b2b)
            """,
            severity="warning",
            expected="no customer with records that bought for a company and others that never did",
            notes=(
                "No address joins the two by itself; a vendor's link or merge did. Prices, terms and"
                " consent of a company are not those of the person who orders for it."
            ),
            next_step="look at the key's vendor_link and vendor_merge rows: is the CRM's merge right?",
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
