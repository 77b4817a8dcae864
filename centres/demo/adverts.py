"""Made-up agreements of the demo's advertisers, and their marks."""

from ..models import Advertisement, Centre, FeeBand
from .chance import pick

SOLD = "The centre asked for it to end. Made up for the demo."


class Adverts:
    """Agreements of the rows of the file that advertise, did or will. seller: a user."""

    def __init__(self, *, casework, centres):
        self.casework = casework
        self.centres = centres
        self.seller = casework.approver

    def record(self, rows):
        """Put them in: first those that were ended, then those that stand, then the marks."""
        rows = [row for row in rows if "advertiser_from" in row]
        ended = [
            (self._agreement(row, *row["ended_advert"][:2], mark="E"), row["ended_advert"][2])
            for row in rows
            if "ended_advert" in row
        ]
        Advertisement.objects.bulk_create(agreement for agreement, _ in ended)
        for agreement, day in ended:
            agreement.ended_on, agreement.end_reason = self.casework.day(day), SOLD
            agreement.ender = self.seller
        columns = ["ended_on", "end_reason", "ender"]
        Advertisement.objects.bulk_update([agreement for agreement, _ in ended], columns)
        Advertisement.objects.bulk_create(
            self._agreement(row, row["advertiser_from"], row["advertiser_until"], mark="A")
            for row in rows
        )
        self._mark(rows)

    def _agreement(self, row, first, last, *, mark):
        centre = self.centres[row["slug"]]
        return Advertisement(
            centre=centre,
            fee_band=pick(FeeBand.values, row["slug"], mark),
            runs_from=self.casework.day(first),
            runs_until=self.casework.day(last),
            reference=f"DEMO-{mark}-{centre.pk}",
            seller=self.seller,
            recorded_by=self.seller,
            recorded_at=self.casework.moment(self.casework.day(min(first, 0)), 30),
        )

    def _mark(self, rows):
        marked = []
        for row in rows:
            centre = self.centres[row["slug"]]
            centre.advertiser_from = self.casework.day(row["advertiser_from"])
            centre.advertiser_until = self.casework.day(row["advertiser_until"])
            marked.append(centre)
        Centre.objects.bulk_update(marked, ["advertiser_from", "advertiser_until"])
