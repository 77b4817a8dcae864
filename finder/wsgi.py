"""The WSGI application: `gunicorn finder.wsgi`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "finder.settings")

application = get_wsgi_application()

from finder.checks import say_what_is_closed  # noqa: E402 - the apps are loaded only now
from finder.warmup import warm_up  # noqa: E402

say_what_is_closed()
warm_up()
