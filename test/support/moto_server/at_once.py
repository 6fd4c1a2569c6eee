"""Changes that CloudFormation begins at the same time, because nothing in the template orders them.

Identity Center changes an account one thing at a time, and is asked 20 times a second at most. CloudFormation's handlers
try again for a while; here a switch says how many get through.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from moto_server.dependencies import in_dependency_order, references
from moto_server.switches import BOARD

Definitions = dict[str, dict[str, Any]]

CONFLICT = "There is a conflicting operation in process for this AWS account"
THROTTLED = "Internal Failure: Rate exceeded"


def surplus(definitions: Definitions, changing: Iterable[str], accounts: dict[str, str]) -> dict[str, str]:
    """Which of the changing resources are too many at once, and why; `accounts` has those of assignments."""
    changing = list(changing)
    groups: dict[str, list[str]] = {}
    if BOARD.on.at_once_per_account:
        for logical_id in changing:
            if logical_id in accounts:
                groups.setdefault(accounts[logical_id], []).append(logical_id)
    sets = [one for one in changing if definitions[one]["Type"] == "AWS::SSO::PermissionSet"]
    found: dict[str, str] = {}
    if not groups and not BOARD.on.sets_at_once:
        return found
    ranks = Ranks(definitions)
    for group in groups.values():
        found.update(dict.fromkeys(ranks.beyond(group, BOARD.on.at_once_per_account), CONFLICT))
    if BOARD.on.sets_at_once:
        found.update(dict.fromkeys(ranks.beyond(sets, BOARD.on.sets_at_once), THROTTLED))
    return found


class Ranks:
    """What comes before what."""

    def __init__(self, definitions: Definitions) -> None:
        self.order = in_dependency_order(definitions)
        self.place = {logical_id: place for place, logical_id in enumerate(self.order)}
        # As bits, by place.
        self.before: list[int] = []
        for logical_id in self.order:
            mask = 0
            for other in references(definitions[logical_id]):
                if other in self.place:
                    mask |= self.before[self.place[other]] | 1 << self.place[other]
            self.before.append(mask)

    def beyond(self, group: list[str], most: int) -> list[str]:
        """The members that need one chain more than there may be, each member going to a chain whose end it waits for."""
        ends: list[int] = []
        found = []
        for place in sorted(self.place[one] for one in group):
            chain = next((index for index, end in enumerate(ends) if self.before[place] >> end & 1), None)
            if chain is not None:
                ends[chain] = place
            elif len(ends) < most:
                ends.append(place)
            else:
                found.append(self.order[place])
        return found
