import threading

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.core.servers.basehttp import get_internal_wsgi_application

from centres.models import Change
from centres.models.change import EVERYTHING
from finder.serving import Server


class Command(BaseCommand):
    help = "Prepare the database, load what ships with the project, and serve this machine."

    def add_arguments(self, parser):
        parser.add_argument("--port", type=int, default=8000, help="8000 unless told.")

    def handle(self, *, port, **options):
        try:
            with self._listening(port) as server:
                self._prepare()
                server.set_app(get_internal_wsgi_application())
                self._do_what_is_due()
                self._say(f"Serving http://127.0.0.1:{server.server_port}/ - Ctrl-C stops it.")
                server.serve_forever()
        except KeyboardInterrupt:
            self._say("\nStopped.")

    def _listening(self, port):
        """The server, before anything else is done: a port in use is known at once."""
        try:
            return Server(port)
        except (OSError, OverflowError) as problem:
            reason = getattr(problem, "strerror", None) or "it is not a port number"
            raise CommandError(
                f"Port {port} cannot be used: {reason}. Stop what uses it, or choose another: "
                "manage.py start --port 8001"
            ) from problem

    def _prepare(self):
        self._say("Preparing the database …")
        call_command("migrate", verbosity=0, interactive=False)
        call_command("load_vocabulary", stdout=self.stdout)
        call_command("load_places", stdout=self.stdout)
        if not _ever_held_a_centre():
            call_command("load_demo", stdout=self.stdout)

    def _do_what_is_due(self):
        """What a timer does elsewhere; it ends with this process."""
        threading.Thread(
            target=call_command,
            args=["run_due"],
            kwargs={"forever": True, "verbosity": 0, "stderr": self.stderr},
            daemon=True,
        ).start()

    def _say(self, line):
        self.stdout.write(line)
        self.stdout.flush()


def _ever_held_a_centre():
    """Whether a centre is or was here: the log of changes keeps a deleted centre's line.

    So the demo comes to a new database only, and not back after `clear_demo`.
    """
    return Change.objects.exclude(centre_id=EVERYTHING).exists()
