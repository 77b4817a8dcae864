"""What is written to whoever lists a centre: nothing that they typed stands in it."""

from django.utils.translation import gettext as _

from centres.submissions import Message


def of_link(to, link):
    """The link to come back by."""
    body = _(
        "This link leads back to the listing that was begun with this address:\n\n%(link)s\n\n"
        "Whoever has it can read and change what was written, so keep it to yourself. It serves "
        "for 30 days after the last change.\n\n"
        "If you know nothing of this, you need not do anything: we write no more about it."
    )
    return Message(to, _("Your link to a listing that was begun"), body % {"link": link})


def of_sending(to, link):
    """That the listing has arrived, and where its sender sees what becomes of it."""
    body = _(
        "Thank you. We have what you sent us about a centre.\n\nA person of our team looks at it. "
        "This takes about two weeks. This link says how it stands:\n\n%(link)s\n\n"
        "Being listed is free. Nobody can pay for a place or an order in our lists."
    )
    return Message(to, _("The centre you sent us"), body % {"link": link})
