"""What an operator is told when a command or the server starts: what is closed, and why."""

import logging

from django.conf import settings
from django.core.checks import Tags, Warning, register
from django.db import DatabaseError, connection

from centres import keys

logger = logging.getLogger(__name__)

HOW = "README.md, “Keys”, says how. Until then every form that is kept encrypted is closed."


@register(Tags.security)
def keys_serve(app_configs, **kwargs):
    """There is a key, and each is one. A warning: searching needs none, nor does `migrate`."""
    problem = keys.problem()
    return [Warning(problem, hint=HOW, id="finder.W001")] if problem else []


@register(Tags.database)
def keys_read(app_configs, databases=None, **kwargs):
    """The keys read what is kept, as far as the newest text of each column shows."""
    if not databases or keys.problem():
        return []
    try:
        unread = keys.unread()
    except DatabaseError:  # the tables are not made yet
        return []
    if not unread:
        return []
    words = f"No key of ENCRYPTION_KEYS reads {', '.join(unread)}."
    return [Warning(words, hint=HOW, id="finder.W002")]


@register(Tags.security, deploy=True)
def mail_is_sent(app_configs, **kwargs):
    """The console is a log, and a message holds addresses and private links."""
    if settings.EMAIL_BACKEND != "django.core.mail.backends.console.EmailBackend":
        return []
    words = "EMAIL_URL is not set: mail is written to the console, private links and all."
    return [Warning(words, hint="README.md, “Deploying”.", id="finder.W003")]


def say_what_is_closed():
    """Look whether the keys serve, and log it if not: an application server runs no checks."""
    try:
        shut = keys.look_at_start()
    except DatabaseError:  # the tables are not made yet, or the database starts later
        shut = keys.problem()
    if shut:
        logger.error("%s %s", shut, HOW)
    connection.close()  # a server that forks after this must not share it
