"""What a steward of the CRM has to do in the tiny world: Ben is there twice, Quin never bought, Lea isn't there."""

from datetime import datetime

from tests.dbt_project.tiny_crm import CRM, Crm
from tests.dbt_project.tiny_world import World, at

JULY, AUGUST = at("2026-07-02 09:00"), at("2026-08-01 09:00")


def ben_is_there_twice(world: World, crm: Crm, shop_customer: str) -> None:
    """The contact that names the shop's customer came later and has another address and no phone."""
    _contact(world, crm, "b1", "ck_ben", "Ben@example.org", AUGUST)
    linked = ("nordlicht-de", shop_customer)
    _contact(world, crm, "b2", "ck_ben", "ben@work.example", JULY, shop_customer=linked)


def quin_never_bought(world: World, crm: Crm) -> None:
    stage = {"properties__lifecyclestage": "customer"}
    _contact(world, crm, "q1", "ck_quin", "quin@example.org", AUGUST, **stage)


def the_crm_writes_on(world: World, crm: Crm) -> None:
    """The tool heard a withdrawal for this address; the CRM still says that it may be written to."""
    _contact(world, crm, "w1", "ck_wim", "ben@gmail.com", JULY)


def _contact(
    world: World, crm: Crm, contact_id: str, key: str, email: str, updated: datetime, **more: object
) -> None:
    crm.contact(contact_id, email, updated=updated, **more)  # type: ignore[arg-type]
    world.add(
        "raw_identity",
        "assignments",
        system="hubspot",
        account=CRM,
        source_id=contact_id,
        customer_key=key,
        rule="vendor_id",
        evidence=contact_id,
        valid_from=at("2025-01-01"),
        recorded_at=world.as_of,
    )
