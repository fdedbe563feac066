"""Adyen's notifications between two moments, each a NotificationRequestItem of its own.

``success`` is a text. Source: docs.adyen.com, standard webhooks and dispute webhooks.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import duckdb
import orjson

from sandbox.webhooks.delivery import Delivery, adyen_event_id
from sandbox.world import World


def notifications(
    con: duckdb.DuckDBPyConnection, world: World, after: datetime, until: datetime
) -> Iterator[Delivery]:
    for spec in world.accounts:
        if spec.system != "adyen":
            continue
        rows = con.execute(
            """select * from adyen.notifications where _account = ? and happened_at > ? and happened_at <= ?
            order by _seq""",
            [spec.account, after, until],
        )
        names = [column[0] for column in rows.description or []]
        for row in rows.fetchall():
            told = dict(zip(names, row, strict=True))
            item = _item(told)
            yield Delivery(
                "adyen",
                spec.account,
                told["event_code"],
                adyen_event_id(item),
                told["happened_at"],
                orjson.dumps(item),
            )


def _item(told: Mapping[str, Any]) -> dict[str, Any]:
    """A dispute's item says until when it can be defended; only a modification names its payment."""
    defence = {"defensePeriodEndsAt": told["defended_until"]} if told["defended_until"] else {}
    original = told["original_reference"]
    return {
        "additionalData": {"paymentMethodVariant": told["variant"], **defence},
        "amount": {"currency": told["currency"], "value": told["value"]},
        "eventCode": told["event_code"],
        "eventDate": told["event_date"],
        "merchantAccountCode": told["merchant"],
        "merchantReference": told["merchant_reference"],
        **({"originalReference": original} if original else {}),
        "paymentMethod": told["method"],
        "pspReference": told["psp_reference"],
        "reason": told["reason"] or "",
        "success": told["success"],
    }
