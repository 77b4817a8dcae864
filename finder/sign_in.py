"""Signing in to the admin: guesses at a password are few from one address."""

from django.core.exceptions import ValidationError
from django.utils import timezone

from centres import limits
from centres.admin import person

from .visitors import address_of

TOO_OFTEN = (
    "There were too many wrong passwords from where you are. You can try again after {:%H:%M}; "
    "who administers the site can set a new one."
)


class SignInForm(person.SignInForm):
    """As the admin's own, which notes who signs in; and it counts what is wrong.

    Only that, so that an office that shares an address gets in.
    No account is ever locked: whoever wished to keep somebody of the team out could do that.
    """

    def clean(self):
        address, now = address_of(self.request), timezone.now()
        free_at = limits.free_at("sign-in", address, now=now)
        if free_at > now:
            raise ValidationError(TOO_OFTEN.format(timezone.localtime(free_at)))
        try:
            return super().clean()
        except ValidationError:
            limits.allow("sign-in", address, now=now)
            raise
