"""What people tell us is wrong, and what a centre replies; each from an address of its own."""

from itertools import count

from centres import replies, reports, tokens
from centres.models import Problem
from tests import factories

from .cast import NOW

WORDS = "Somebody else answers, and wants to sell me a bed in Florida."
ANSWER = "Thank you. We rang the number ourselves."
_number = count(1)


def reported(centre, *, address=None, now=NOW, form=None, **facts):
    """A report about `centre` that a fact is wrong; from an address that nobody else has."""
    number = next(_number)
    facts = {"problem": Problem.WRONG_FACT, "fact": "beds", **facts}
    return reports.receive(
        centre,
        token=tokens.digest(form or f"report-{number}"),
        address=address or f"192.0.2.{number % 250 + 1}",
        now=now,
        **facts,
    )


def doubted(phone, *, now=NOW, **facts):
    """A report that `phone` is not the centre's own."""
    facts = {"problem": Problem.NOT_THEIR_NUMBER, "fact": "phones", "phone": phone, **facts}
    return reported(phone.centre, now=now, **facts)


def hidden(centre=None, *, now=NOW, **facts):
    """A number that three people doubt."""
    phone = factories.phone(centre or factories.centre(), **facts)
    for _ in range(reports.HIDE_A_NUMBER):
        doubted(phone, now=now)
    phone.refresh_from_db()
    return phone


def answered(report, *, by, upheld=False, now=NOW, **facts):
    return reports.answer(report, upheld=upheld, words=ANSWER, by=by, now=now, **facts)


def replied(centre, fact="beds", text="We have 14 beds.", *, claim=None, now=NOW, **facts):
    """A reply of somebody at the centre, who has proved that they are."""
    claim = claim or factories.claim(centre, proven_at=now)
    return replies.ask(centre, fact, text, claim=claim, now=now, **facts)
