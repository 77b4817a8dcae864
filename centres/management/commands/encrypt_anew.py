from django.core.management.base import BaseCommand, CommandError

from centres import keys
from centres.models import Closed


class Command(BaseCommand):
    help = (
        "Encrypt again, under the first of ENCRYPTION_KEYS, everything that is kept encrypted; "
        "after which the other keys may go. Stopped halfway, run it again."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--delete-unread",
            action="store_true",
            help="first delete every row that no key reads, for when a key is lost",
        )

    def handle(self, *, delete_unread, **options):
        for model, names in keys.encrypted_columns():
            if delete_unread:
                deleted = keys.delete_unread(model, names)
                self.stdout.write(f"{model.__name__}: {deleted} deleted")
            try:
                done = keys.encrypt_anew(model, names)
            except Closed as closed:
                raise CommandError(f"{model.__name__}: {closed}") from None
            self.stdout.write(f"{model.__name__}: {done} encrypted anew")
