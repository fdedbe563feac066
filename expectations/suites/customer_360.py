"""``marts.customer_360``: is everyone there once, with the figures of the marts they come from?"""

from typing import Any

from expectations.definitions import NET_SALES, kinds
from expectations.rules import no_direct_identifier, no_rows, volume

RELATION = "marts.customer_360"
OWNER = "customer-analytics"


def suite() -> list[Any]:
    return [volume(RELATION), no_direct_identifier(RELATION), *_figures(), *_shape()]


def _figures() -> list[Any]:
    return [
        no_rows(
            "customers_are_those_of_id_map",
            """
            with keys as (select distinct customer_key from marts.id_map where is_current)
            select
                coalesce(batch.customer_key, keys.customer_key) as customer_key,
                batch.customer_key is not null as in_customer_360,
                keys.customer_key is not null as in_id_map
            from batch
            full join keys on batch.customer_key = keys.customer_key
            where batch.customer_key is null or keys.customer_key is null
            """,
            severity="critical",
            expected="the same customers in customer_360 and id_map",
            notes="Customer counts are read from here; a join that drops some lowers every share.",
            next_step="look the key up in id_map and follow int_customers__described.",
            measure="""
                select count(*) filter (where is_identified) || ' identified, '
                       || count(*) filter (where not is_identified) || ' unidentified customers'
                from marts.customer_360""",
        ),
        no_rows(
            "net_sales_equal_the_ledger",
            f"""
            with ledger as (
                select customer_key, coalesce(sum(amount_group), 0) as net_sales
                from marts.revenue_ledger
                where {kinds(NET_SALES)} and customer_key is not null
                group by customer_key
            )
            select
                coalesce(batch.customer_key, ledger.customer_key) as customer_key,
                batch.net_sales_amount_group as customer_amount, ledger.net_sales as ledger_amount
            from batch
            full join ledger on batch.customer_key = ledger.customer_key
            where batch.net_sales_amount_group is distinct from
                case when batch.customer_key is null then null else coalesce(ledger.net_sales, 0) end
                or batch.customer_key is null
            """,
            severity="critical",
            expected="difference 0 for every customer",
            notes="Marketing's best customers must be finance's, to the cent.",
            next_step="list the customer's ledger rows of kind sale, discount and return.",
        ),
        no_rows(
            "ltv_is_that_of_customer_ltv",
            """
            select
                coalesce(batch.customer_key, ltv.customer_key) as customer_key,
                batch.ltv_amount_group as here, ltv.ltv_amount_group as in_customer_ltv
            from batch
            full join marts.customer_ltv as ltv on batch.customer_key = ltv.customer_key
            where batch.customer_key is null
                or batch.ltv_amount_group is distinct from coalesce(ltv.ltv_amount_group, 0)
            """,
            severity="critical",
            expected="one LTV per customer, difference 0",
            notes="Unequal lifetime values in one house end every discussion about customers.",
            next_step="both come from int_customers__valued; see which mart left the path.",
        ),
        no_rows(
            "orders_are_those_of_orders",
            """
            with valid as (
                select customer_key, count(*) as orders_count
                from marts.orders where is_valid_order and customer_key is not null
                group by customer_key
            )
            select
                coalesce(batch.customer_key, valid.customer_key) as customer_key,
                batch.orders_count as here, valid.orders_count as in_orders
            from batch
            full join valid on batch.customer_key = valid.customer_key
            where batch.orders_count is distinct from coalesce(valid.orders_count, 0)
            """,
            severity="critical",
            expected="as many orders per customer as are valid in orders",
            notes="Repeat rates and segments count orders; a doubled order makes a loyal customer.",
            next_step="list the customer's orders; see int_customers__first_ordered.",
        ),
        no_rows(
            "disputes_are_those_of_disputes",
            """
            with disputed as (
                select customer_key, count(*) as disputes_count
                from marts.disputes where customer_key is not null
                group by customer_key
            )
            select
                coalesce(batch.customer_key, disputed.customer_key) as customer_key,
                batch.disputes_count as here, disputed.disputes_count as in_disputes
            from batch
            full join disputed on batch.customer_key = disputed.customer_key
            where batch.disputes_count is distinct from coalesce(disputed.disputes_count, 0)
            """,
            severity="critical",
            expected="as many disputes per customer as in disputes",
            notes="Who disputes is refused credit; a dispute with the wrong customer refuses the wrong one.",
            next_step="look the dispute's charge up: which order and PSP customer does it name?",
        ),
    ]


def _shape() -> list[Any]:
    return [
        no_rows(
            "prospects_never_bought",
            """
            select customer_key, segment, orders_count, shops_count, net_sales_amount_group
            from batch
            where is_prospect <> (shops_count = 0)
                or is_prospect <> (segment is not distinct from 'lead')
                or (is_prospect and (orders_count > 0 or net_sales_amount_group <> 0))
            """,
            severity="critical",
            expected="prospects without shop, order or net sales, all of them in segment lead",
            notes="Contacts that never bought, counted as customers, halve every conversion and average.",
            next_step="see int_customers__described and the first rule of seeds/segment_rules.",
            measure="""
                select count(*) filter (where is_prospect) || ' prospects of ' || count(*)
                from marts.customer_360""",
            owner="marketing",
        ),
        no_rows(
            "most_customers_are_identified",
            """
            select
                count(*) filter (where is_identified) as identified_count, count(*) as customers_count
            from batch
            having count(*) >= 100 and count(*) filter (where is_identified) < 0.5 * count(*)
            """,
            severity="warning",
            expected="at least half of the customers",
            notes="When e-mails stop coming, every guest is a stranger and repeat purchase falls.",
            next_step="check the app's scopes: without access to customer data, addresses come empty.",
            measure="""
                select cast(100.0 * count(*) filter (where is_identified) / greatest(count(*), 1)
                       as decimal(5, 1)) || ' % of ' || count(*) from marts.customer_360""",
        ),
        no_rows(
            "no_segment_holds_everyone",
            """
            with sizes as (
                select segment, count(*) as customers_count from batch where orders_count > 0 group by segment
            )
            select segment, customers_count from sizes
            where customers_count > 0.95 * (select sum(customers_count) from sizes)
                and (select sum(customers_count) from sizes) >= 100
            """,
            severity="warning",
            expected="no segment with more than 95 % of the buyers",
            notes="A rule that everybody meets tells marketing nothing.",
            next_step="see seeds/segment_rules against the group's LTV; agree new bounds with marketing.",
            owner="marketing",
        ),
    ]
