"""Moments of Adyen's reports: local, with a zone beside them that is an abbreviation or an IANA name.

An abbreviation says an offset, not a place: CEST is two hours ahead of UTC, whatever the day. IST and CST
are left out: each is the time of several places, and a report that says so must name the place.
"""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

NAMED = """UTC 0 GMT 0 WET 0 WEST 1 BST 1 CET 1 CEST 2 EET 2 EEST 3 MSK 3 GST 4 SGT 8 HKT 8 AWST 8 JST 9
    KST 9 ACST 9.5 ACDT 10.5 AEST 10 AEDT 11 NZST 12 NZDT 13 BRT -3 EST -5 EDT -4 CDT -5 MST -7 MDT -6
    PST -8 PDT -7""".split()  # noqa: SIM905
HOURS = {name: float(hours) for name, hours in zip(NAMED[::2], NAMED[1::2], strict=True)}


def utc(local: str | None, zone: str | None) -> str | None:
    """The moment in UTC as ISO text; what can't be read comes back as it was, for landing to refuse."""
    if not local:
        return None
    try:
        moment = datetime.fromisoformat(local)
        if zone in HOURS:
            at = (moment - timedelta(hours=HOURS[zone])).replace(tzinfo=UTC)
        else:
            at = moment.replace(tzinfo=ZoneInfo(zone or "")).astimezone(UTC)
    except (ValueError, KeyError, OSError):
        return f"{local} {zone or 'without a zone'}"
    return at.replace(tzinfo=None).isoformat()
