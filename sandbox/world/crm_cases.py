"""The named cases of the CRM: persons whose contacts are set instead of drawn, in every world."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from sandbox.world.people import NAMED_PERSONS, person
from sandbox.world.streams import DAY

KIOSK = len(NAMED_PERSONS)  # the first of those who share the kiosk's address
NEVER = -1

# A contact made in November 2025, as its person writes the address, to which nothing happens.
NEUTRAL: dict[str, Any] = {
    "is_in": True,
    "created": np.datetime64("2025-11-10T09:00:00.250", "us"),
    "form": "plain",
    "is_duplicated": False,
    "wait_second": 30 * DAY,
    "second_form": "second",
    "has_third": False,
    "wait_third": 20 * DAY,
    "third_form": "private",
    "wait_merge": NEVER,
    "wait_chain": NEVER,
    "wait_archive": NEVER,
    "wait_cleanup": NEVER,
    "is_linked": False,
    "is_second_linked": False,
    "wait_link": DAY // 4,
    "wait_phone": 0,
    "wait_optout": NEVER,
    "tier_by_hand": "none",
    "wait_hand": 150 * DAY,
}


@dataclass(frozen=True)
class CrmCase:
    """One person's contacts; ``slots`` are those that the case is about."""

    name: str
    pid: int
    note: str
    slots: tuple[int, ...]
    own_fields: dict[str, Any]

    @property
    def fields(self) -> dict[str, Any]:
        return {**NEUTRAL, **self.own_fields}


def _case(name: str, who: str, note: str, slots: tuple[int, ...] = (0,), **own: Any) -> CrmCase:
    return CrmCase(name, person(who) if who else KIOSK, note, slots, own)


CRM_CASES = [
    _case("crm_duplicate_spelling", "three_shops", "one person twice: plain and with a plus tag",
          (0, 1), is_duplicated=True, second_form="tagged", tier_by_hand="standard"),
    _case("crm_external_id", "regular", "an address no shop has: the connector's id links it",
          form="second", is_linked=True),
    _case("crm_merged", "regular_jp", "two became a third, whose additional address is the second's",
          (0, 1, 3), is_duplicated=True, wait_merge=40 * DAY),
    _case("crm_merge_chain", "couple_1", "merged, and what came of it merged again", (0, 1, 2, 3, 4),
          is_duplicated=True, has_third=True, wait_merge=40 * DAY, wait_chain=60 * DAY),
    _case("crm_archived", "guest", "deleted on request", wait_archive=290 * DAY),
    _case("crm_phone_only", "phone_only", "no e-mail"),
    _case("crm_role_address", "stranger_1", "one contact of an address that strangers share"),
    _case("crm_shared_address", "", "an address on many records; the connector's id links it",
          is_linked=True),
    _case("crm_company_contact", "company_buyer", "a contact with its company"),
    _case("crm_duplicate_archived", "company_buyer_abroad", "a duplicate deleted instead of merged",
          (1,), is_duplicated=True, wait_cleanup=30 * DAY),
    _case("crm_opted_out", "couple_2", "withdrew from e-mail", wait_optout=100 * DAY),
    _case("crm_duplicate_without_email", "second_address", "a second contact, made from a phone call",
          (0, 1), is_duplicated=True, second_form="none"),
]  # fmt: skip
