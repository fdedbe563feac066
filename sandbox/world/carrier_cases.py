"""The named cases of the carriers: parcels of the shops' own named orders, and trackings without one."""

from typing import NamedTuple

from sandbox.world.cases import CASES


class ParcelCase(NamedTuple):
    """What becomes of the (first) parcel of the order that plays ``order``."""

    name: str
    order: str
    note: str
    fate: str = "plain"
    names_order: bool = True
    is_tracked: bool = True


class Reuse(NamedTuple):
    """``later``'s parcel carries the number that ``earlier``'s had: the carrier uses it again."""

    name: str
    earlier: str
    later: str
    note: str
    names_order: bool


class Lone(NamedTuple):
    """A tracking that no fulfilment of a shop has; it names ``order``, or holds what somebody ``typed``."""

    name: str
    number: str
    shipped_at: str
    note: str
    order: str = ""
    typed: str = ""


PARCELS = [
    ParcelCase("parcel_delivered_after_all", "failed_delivery", "the shop never hears of it", "late"),
    ParcelCase("parcel_lost", "gift_card", "never delivered; another one is sent", "lost"),
    ParcelCase("parcel_expired", "goodwill_abroad", "no word for thirty days", "expired"),
    ParcelCase("parcel_returned", "returned_shipment", "back at the sender", "returned"),
    ParcelCase("parcel_second_attempt", "line_discount", "delivered at the second attempt", "twice"),
    ParcelCase("parcels_of_one_order", "split_shipment", "two parcels, two trackings"),
    ParcelCase("parcel_untracked", "edited_discount_given", "nobody asked the carrier",
               is_tracked=False),
    ParcelCase("parcel_without_order", "local_day_boundary_de", "typed in at the packing desk",
               names_order=False),
]  # fmt: skip
REUSES = [
    Reuse("tracking_number_reused", "black_friday", "couple_with_one_phone",
          "a number of last November; each tracking names its order", names_order=True),
    Reuse("tracking_number_reused_unnamed", "imported_order", "role_address",
          "a number of spring; the later tracking names no order", names_order=False),
]  # fmt: skip
LONE = [
    Lone("tracking_typed_by_hand", "00340999000000000017", "2026-06-11 09:12:40",
         "no order, and a number that no shop knows"),
    Lone("tracking_with_odd_order_id", "00340999000000000024", "2026-07-03 11:47:05",
         "its order id is a sentence", typed="siehe E-Mail vom 3.7."),
    Lone("parcel_unknown_to_the_shop", "00340999000000000031", "2026-07-08 10:30:00",
         "names an order that has another parcel", order="bundle"),
]  # fmt: skip


def order_of(case: str) -> int:
    """The number (``ono``) of the first order that plays a case."""
    return next(n for n, one in enumerate(CASES) if case in one.names.split())
