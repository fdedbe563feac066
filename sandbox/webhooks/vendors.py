"""The group as a sender: what happened lately, in the world it shows now, signed with each account's secret."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sandbox.group_secrets import webhook_secret
from sandbox.serve import Group
from sandbox.webhooks.happenings import between
from sandbox.webhooks.sending import How, Sent, send


@dataclass(frozen=True)
class Vendors:
    """``name`` is what the group's secrets are derived from; ``to``: where every advance is told, if anywhere."""

    group: Group
    name: str
    to: str | None = None

    def send_latest(self, days: float, how: How) -> dict[str, Any]:
        """What happened in the last days before the world's clock."""
        clock = self.group.world.clock
        return self._send(clock - timedelta(days=days), clock, how).told

    def send_since(self, moment: datetime) -> dict[str, Any] | None:
        """What happened since a moment, to the address the group was served with."""
        if self.to is None:
            return None
        return self._send(moment, self.group.world.clock, How(self.to)).told

    def _send(self, after: datetime, until: datetime, how: How) -> Sent:
        secrets = {
            one.account: secret
            for one in self.group
            if (secret := webhook_secret(self.name, one.account, one.system))
        }
        return send(between(self.group.world, after, until), secrets, how)
