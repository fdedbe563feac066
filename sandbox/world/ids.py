"""Vendor ids of everything: stable, unique in a shop, repeated across shops.

An id is the shop's first id, a range of the object's kind, and a place in the range: the order's number
in its shop and a slot within the order that follows from what the object is. So nothing that happens
later, to this order or to another, moves an id. The German and the international shop have equal ranges.
"""

import duckdb

# Each kind of object has a range of its own above the shop's first id, and so many slots per order.
RANGES = {
    "customer": 3_000_000_000,
    "transaction": 20_000_000_000,
    "fulfilment": 60_000_000_000,
    "agreement": 100_000_000_000,
    "subject": 1_000_000_000_000,
    "sale": 100_000_000_000_000,
    "tax": 1_000_000_000_000_000,
    "balance": 2_000_000_000_000_000,
    "metafield": 2_500_000_000_000_000,
    "payout": 3_000_000_000_000_000,
    "transfer": 3_200_000_000_000_000,
    "dispute": 3_400_000_000_000_000,
    "checkout": 3_600_000_000_000_000,
    "checkout_line": 3_800_000_000_000_000,
    "gift_card": 4_000_000_000_000_000,
    "draft": 4_100_000_000_000_000,
    "contract": 4_200_000_000_000_000,
    "contract_part": 4_300_000_000_000_000,
    "return_line": 5_000_000_000_000_000,
}
AGREEMENTS = 512  # see sandbox.world.events for their numbers
SUBJECTS = 2048
SLOTS = {
    "transaction": 16,
    "fulfilment": 4,
    "agreement": AGREEMENTS,
    "subject": SUBJECTS,
    "sale": AGREEMENTS * SUBJECTS,
    "tax": AGREEMENTS * SUBJECTS * 2,
    "balance": 32,
    "metafield": 64,
    "dispute": 2,
    "checkout": 2,
    "checkout_line": 16,
    "gift_card": 256,
    "draft": 2,
    "contract": 1,
    "contract_part": 16,
    "return_line": AGREEMENTS * SUBJECTS,
}
SECOND_TENDER = 1_000  # added to the number of a refund's agreement
# Lines of goods (a duty hangs on one) come first; the rest of an order's subjects stand at its end.
DUTIES_FROM = 1_000
LONE_SUBJECTS = {
    "tip": 2040,
    "shipping": 2041,
    "additional_fee": 2042,
    "fee": 2043,
    "adjustment": 2044,
}


def subject_slot(prefix: str) -> str:
    """SQL: the place of a line, duty, shipping, tip or fee within its order."""
    lone = " ".join(f"when '{kind}' then {slot}" for kind, slot in LONE_SUBJECTS.items())
    return f"(case {prefix}.kind {lone} when 'duty' then {DUTIES_FROM} + {prefix}.lno else {prefix}.lno end)"


def move_slot(prefix: str) -> str:
    """SQL: the place of a money move within its order: an agreement moves a subject once."""
    return f"({prefix}.ano * {SUBJECTS} + {subject_slot(prefix)})"


def move_id(prefix: str) -> str:
    """SQL: the number of a money move among those of all shops."""
    return f"(cast({prefix}.ono as bigint) * {AGREEMENTS * SUBJECTS} + {move_slot(prefix)})"


def transaction_slot(tno: str) -> str:
    """SQL: the place of a transaction within its order; payments have 1 to 4, refunds their agreement.

    What of a refund goes to the order's second tender stands five places on.
    """
    ano = f"({tno} % {SECOND_TENDER})"
    return (
        f"(case when {ano} < 200 then {ano} when {ano} < 300 then ({ano} - 201) // 2 + 4 else {ano} // 100 + 5 end"
        f" + case when {tno} > {SECOND_TENDER} then 5 else 0 end)"
    )


def transaction_number(prefix: str) -> str:
    """SQL: the number of a transaction among those of all shops, in order of ``ono``."""
    return f"(cast({prefix}.ono as bigint) * {SLOTS['transaction']} + {transaction_slot(f'{prefix}.tno')})"


def id_of(kind: str, slot: str) -> str:
    """SQL: the id of an order's object; needs ``truth.orders as o``."""
    return f"(o.first_id + {RANGES[kind]} + o.id_step * (o.number * {SLOTS[kind]} + {slot}))"


def agreement_id(ano: str) -> str:
    """SQL: the id of an agreement, and of its refund or return; needs ``truth.orders as o``."""
    return id_of("agreement", ano)


def subject_id(prefix: str) -> str:
    """SQL: the id of what a row's ``kind`` and ``lno`` say; needs ``truth.orders as o``."""
    return id_of("subject", subject_slot(prefix))


def customer_id(shop: str, pid: str) -> str:
    """SQL: the id of a person in a shop; one person's ids in two shops differ. Needs ``first_id``."""
    return f"(first_id + {RANGES['customer']} + id_step * ({pid} + 1 + {shop}))"


def create_ids(con: duckdb.DuckDBPyConnection) -> None:
    """``truth.customer_ids``: whoever signed up at a shop, or bought there with an account."""
    con.execute(
        f"""create table truth.customer_ids as
        with silent as (
            -- Signed up before buying anything: newsletter readers, and the kiosk's own address book.
            select home as shop, pid, born as since from truth.persons where is_silent or kind = 'kiosk'),
        buyers as (
            select o.shop, o.pid, min(o.created_at) as since, max(o.created_at) as last_at, count(*) as orders,
                greatest(max(o.created_at), max(a.happened_at), max(o.gone_at)) as changed_at
            from truth.orders as o
            join (select ono, max(happened_at) as happened_at from truth.agreements group by ono) as a using (ono)
            where o.mode = 'customer' group by o.shop, o.pid)
        select shop, pid, least(b.since, s.since) as since, coalesce(b.last_at, s.since) as last_at,
            coalesce(b.orders, 0) as orders,
            greatest(b.changed_at, least(b.since, s.since)) as changed_at,
            {customer_id("shop", "pid")} as customer_id
        from buyers as b full join silent as s using (shop, pid) join truth.shops as f using (shop)"""
    )
