"""What Salesforce's and Zendesk's tables, and phones anywhere, say of two records; read as a stranger would."""

import re
import unicodedata
from collections.abc import Callable, Iterator

from sandbox.world import World

Record = tuple[str, str, str]
PHONE_LIMIT = 5  # records of one system beyond which a number links nobody


def linked(world: World, same: Callable[[str | None], str | None]) -> Iterator[tuple[Record, list]]:
    """Every record of sales and support, with what links it. Two false words of Salesforce's are left out."""
    false = {
        object_id
        for (object_id,) in world.con.execute(
            """select object_id from special_cases
            where "case" in ('sales_wrong_external_id', 'sales_merge_by_mistake')"""
        ).fetchall()
    }
    for account, contact, email, customer, master in world.con.execute(
        'select _account, "Id", "Email", "Shopify_Customer_Id__c", "MasterRecordId" from salesforce.contacts'
    ).fetchall():
        told = [same(email), f"merge {contact}"]
        if contact not in false:
            told += [f"merge {master}" if master else None]
            told += [f"customer {customer.replace(':', ' ')}" if customer else None]
        yield ("salesforce", account, contact), told
    for account, lead, email, contact in world.con.execute(
        'select _account, "Id", "Email", "ConvertedContactId" from salesforce.leads'
    ).fetchall():
        yield ("salesforce", account, lead), [same(email), f"merge {contact}" if contact else None]
    for account, user, emails in world.con.execute(
        """select u._account, u.id, list(i.value) filter (i.type = 'email') from zendesk.users as u
        left join zendesk.user_identities as i on i.user_id = u.id where u.role = 'end-user' group by all"""
    ).fetchall():
        told = [same(email) for email in emails or []]
        if (account, str(user)) in {("support", given) for given in _taken(world)}:
            told = told[:1]
        yield ("zendesk", account, str(user)), told


def _taken(world: World) -> list[str]:
    """Users who have a stranger's address since an agent took the two for one."""
    return [
        given
        for (given,) in world.con.execute(
            """select object_id from special_cases
            where "case" = 'support_merge_by_mistake' and note like 'has a stranger%'"""
        ).fetchall()
    ]


def numbers(world: World) -> dict[Record, tuple[str, frozenset[str]]]:
    """Every record that shows a number as its own, with the number's end and whom the record names.

    One named 'Caller' is called otherwise than anybody.
    """
    found: dict[Record, tuple[str, frozenset[str]]] = {}
    for system, account, source_id, phone, name in world.con.execute(
        """select 'shopify', _shop, split_part("id", '/', 5), "defaultPhoneNumber"."phoneNumber",
            "firstName" || ' ' || "lastName" from shopify."Customer"
        union all
        select 'shopify', _shop, 'order:' || split_part("id", '/', 5), phone,
            "shippingAddress"."firstName" || ' ' || "shippingAddress"."lastName"
        from shopify."Order" where customer is null and not test
        union all
        select 'hubspot', _account, id, properties.phone, properties.firstname || ' ' || properties.lastname
        from hubspot.contacts
        union all
        select 'salesforce', _account, "Id", coalesce("Phone", "MobilePhone"), "Name" from salesforce.contacts
        union all
        select 'salesforce', _account, "Id", coalesce("Phone", "MobilePhone"), "Name" from salesforce.leads
        union all
        select 'zendesk', _account, cast(id as varchar), phone, name from zendesk.users where role = 'end-user'"""
    ).fetchall():
        if phone and not (name or "").startswith("Caller "):
            plain = unicodedata.normalize("NFKD", (name or "").casefold())
            words = frozenset(re.sub(r"[^a-z ]", "", plain).split())
            found[system, account, source_id] = (re.sub(r"\D", "", phone)[-10:], words)
    return found


def join_by_number(
    world: World, label: dict[Record, int], has_address: Callable[[Record], bool]
) -> dict[Record, int]:
    """Components without any address join the one with one that shows their number, if names agree."""
    shown = numbers(world)
    counts: dict[tuple[str, str], int] = {}
    for (system, *_), (number, _) in shown.items():
        counts[number, system] = counts.get((number, system), 0) + 1
    many = {number for (number, _), n in counts.items() if n > PHONE_LIMIT}
    reachable = {label[record] for record in label if has_address(record)}
    holders: dict[str, dict[int, set[frozenset[str]]]] = {}
    for record, (number, name) in shown.items():
        if number not in many:
            holders.setdefault(number, {}).setdefault(label[record], set()).add(name)
    joined = {number: number for number in set(label.values())}
    for held in holders.values():
        candidates = [one for one in held if one in reachable]
        others = [one for one in held if one not in reachable]
        if len(candidates) == 1:
            (candidate,) = candidates
            for one in others:
                names = held[one] & held[candidate]
                if names or frozenset() in held[one] | held[candidate]:
                    joined[one] = candidate
        elif not candidates and len({n for names in held.values() for n in names if n}) == 1:
            for one in others:
                joined[one] = others[0]
    return {record: joined[number] for record, number in label.items()}
