import json

from django.apps import apps
from django.conf import settings
from django.core import serializers
from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone

from centres.guide_loading import load_guides

#: Fixture, and the fields its rows are known by.
FIXTURES = {
    "vocabulary": ("kind", "slug"),
    "sources": ("slug",),
    "criteria": ("country", "purpose", "slug"),
}


class Command(BaseCommand):
    help = "Add terms, sources, criteria and guides that are missing; what is there stays as it is."

    def handle(self, **options):
        for name, identity in FIXTURES.items():
            path = settings.BASE_DIR / "fixtures" / f"{name}.json"
            if not path.exists():
                continue
            missing = _missing(json.loads(path.read_text(encoding="utf-8")), identity)
            with transaction.atomic():
                for row in serializers.deserialize("python", missing):
                    row.save()
            if missing:
                self.stdout.write(f"{name.capitalize()}: {len(missing)} added.")
        if added := load_guides(now=timezone.now()):
            self.stdout.write(f"Guides: {added} added.")


def _missing(rows, identity):
    model = apps.get_model(rows[0]["model"])
    there = set(model.objects.values_list(*identity))
    return [row for row in rows if tuple(row["fields"][field] for field in identity) not in there]
