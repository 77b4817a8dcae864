"""What stands beside a fact: when it was put right after a report, and what the centre says of it.

Neither changes the fact, and nothing that a reporter wrote is here.
"""

import datetime
from dataclasses import dataclass, replace

from django.db.models import Prefetch

from centres.models import Reply, Report

from .fact_names import NAMES, OF_PROGRAMME


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """corrected_on: the latest day, None: never. reply: the centre's words, or None.

    is_of_earlier: the fact was noted anew since the centre wrote.
    """

    corrected_on: datetime.date | None = None
    reply: Reply | None = None
    is_of_earlier: bool = False


class Remarks:
    """The remarks about one centre, loaded by `in_full`, found by programme and fact."""

    def __init__(self, centre):
        self._corrected, self._replies, self._noted = {}, {}, {}
        for report in centre.corrections:
            key = report.programme_id, report.fact
            self._corrected[key] = max(
                report.corrected_on, self._corrected.get(key, report.corrected_on)
            )
        for reply in centre.shown_replies:
            self._replies[reply.programme_id, reply.fact] = reply
        for row in centre.provenance.all():
            before = OF_PROGRAMME if row.programme_id else ""
            self._noted[row.programme_id, f"{before}{row.fact}"] = row.recorded_at

    def of(self, fact, programme=None):
        """The `Remark` about a fact, named as `Criterion.facts` does, or None."""
        key = (programme.pk if programme else None, fact)
        corrected_on, reply = self._corrected_on(key), self._replies.get(key)
        if corrected_on is None and reply is None:
            return None
        noted = self._noted.get(key)
        is_of_earlier = bool(reply and noted and noted > reply.replied_at)
        return Remark(corrected_on=corrected_on, reply=reply, is_of_earlier=is_of_earlier)

    def _corrected_on(self, key):
        """The latest day: what was reported of no one programme is of them all."""
        days = [self._corrected.get(each) for each in {key, (None, key[1])}]
        return max((day for day in days if day is not None), default=None)

    def beside(self, facts, programme=None):
        """The `Fact`s, each with the remark about it."""
        before = OF_PROGRAMME if programme else ""
        return [replace(fact, remark=self.of(f"{before}{fact.name}", programme)) for fact in facts]

    def named(self, *names):
        """[(what a fact is called, the `Remark` about it)] of those that have one."""
        found = [(NAMES[name], self.of(name)) for name in names]
        return [(label, remark) for label, remark in found if remark is not None]


def loads():
    """What `in_full` loads for them."""
    corrections = Report.objects.corrections().only(
        "centre_id", "programme_id", "fact", "corrected_on"
    )
    return (
        Prefetch("reports", corrections, to_attr="corrections"),
        Prefetch("replies", Reply.objects.shown(), to_attr="shown_replies"),
    )
