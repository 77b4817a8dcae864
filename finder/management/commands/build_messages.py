from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    help = (
        "Writes the catalogues under locale/ anew from the texts in code, templates and data, and "
        "compiles them. Says which texts have no Welsh yet: they go into locale/cy by hand, and "
        "then it is run again. Needs Babel, which comes with the tests' requirements."
    )

    def handle(self, *args, **options):
        try:
            from finder import catalogues
        except ImportError as error:
            raise CommandError("Babel is not here: install the extra “test”.") from error
        total, lacking = catalogues.update()
        for message in lacking:
            self.stdout.write(f"  {message.locations[0][0]}: {message.id}")
        self.stdout.write(f"{total:,} texts, {len(lacking):,} of them not in Welsh yet.")
