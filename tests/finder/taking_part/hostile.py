"""What somebody sends who means no good, or whose program is broken: endless, and alike each time.

Each text carries `MARK`, so that wherever it comes out again it is recognised.
"""

import random
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import urlencode

from hypothesis import strategies as st

from finder.public_form import STAMP, TRAP, make_stamp

from .filling import A_MINUTE

MARK = "xq7zvkwj"  # long enough to be in no token by chance
FORM_TYPE = "application/x-www-form-urlencoded"

PAYLOADS = (
    # Markup, in the places where it may run
    f"<script>alert('{MARK}')</script>",
    f"</title></textarea><{MARK} onclick=alert(1)>",
    f'"><img src=x onerror=alert("{MARK}")>',
    f"' autofocus onfocus='alert(\"{MARK}\")",
    f"<svg/onload=alert('{MARK}')>",
    f"<!--{MARK}--><![CDATA[{MARK}]]>",
    f"javascript:alert('{MARK}')",
    f"&lt;script&gt;{MARK}&#60;script&#62;",
    f"\u003cscript\u003e{MARK}",
    f"%3Cscript%3E{MARK}",
    # SQL
    f"{MARK}'; DROP TABLE centres_centre; --",
    f"{MARK}' OR '1'='1",
    f"{MARK}\\' UNION SELECT password FROM auth_user --",
    # Templates, formats, shells, spreadsheets, paths, links
    f"{{{{ {MARK}|safe }}}}{{% include '/etc/passwd' %}}",
    f"%(value)s %s %n {{0.__class__}} {MARK}",
    f"$({MARK}) `{MARK}` | cat /etc/passwd",
    f"=HYPERLINK(\"http://example.org/{MARK}\")",
    f"../../../../etc/passwd{MARK}",
    f"http://example.org/{MARK} https://example.org/?{MARK}",
    # Headers of mail and of HTTP
    f"{MARK}\r\nBcc: everybody@example.org",
    f"{MARK}@example.org\r\nSubject: hello",
    f"{MARK}\r\n\r\n<html>",
    # Characters that are none, cannot be seen, or turn the others round
    f"{MARK}\0null",
    f"{MARK}\ud800",
    f"\udfff{MARK}\ud83d",
    f"{MARK}\u202egnp.exe\u2066\u200f\ufeff",
    f"{MARK}\x08\x1b[31m\x7f\x85",
    MARK + "\u0301" * 300,
    f"{MARK}\U0010ffff\ufffe",
    f"{MARK}İıſK",
    # Sizes and numbers
    f"{MARK}{'A' * 100_000}",
    f"{MARK}{'<b>' * 20_000}",
    f"{MARK}{'9' * 5_000}",
    f"-1e309{MARK}",
    f"٠١٢٣٤{MARK}",
    f"   {MARK}   ",
    "",
    "\0",
    "9" * 400,
    "-9223372036854775809",
    "99999999999999999999",
    "NaN",
    "0001-01-01",
    "2026-02-30",
    "true",
    "[]",
    "null",
)  # fmt: skip
NOT_UTF8 = (
    b"%ED%A0%80", b"%C0%80", b"%FF%FE", b"\xff\xfe\x00", b"%", b"%ZZ", b"%u0041", b"%E9",
    b"+AGEAYg-", b"\x00",
)  # fmt: skip
MEGABYTE = MARK + "M" * 1_000_000

#: Any text, halves of characters among it.
TEXTS = st.text(st.characters(), max_size=300).map(lambda text: f"{MARK}{text}")


@dataclass(frozen=True)
class Post:
    """One request: what it is, for a failure to say; its body, type and headers."""

    what: str
    body: bytes
    content_type: str = FORM_TYPE
    headers: tuple = ()


def posts(filled, *, seed, now):
    """Endless posts of a form (`forms.Filled`), the same for the same seed."""
    rng = random.Random(seed)
    stamp = make_stamp(filled.action, now=now - A_MINUTE)
    while True:
        kind = rng.choice(KINDS)
        yield kind(rng, filled, stamp, now)


def spoilt(filled, text, name, *, now):
    """The form filled in well, but for one field."""
    values = {**filled.values, name: text, STAMP: make_stamp(filled.action, now=now - A_MINUTE)}
    return Post(f"{name}={text[:60]!r}", encoded(values.items()))


def encoded(pairs):
    """Pairs as a browser encodes them; halves of characters as a broken one does."""
    return urlencode(list(_one_by_one(pairs)), errors="surrogatepass").encode("ascii")


def _one_by_one(pairs):
    """Pairs in which what is ticked several times stands several times."""
    for name, value in pairs:
        yield from ((name, each) for each in (value if isinstance(value, list) else [value]))


def _one_field(rng, filled, stamp, now):
    name = rng.choice([*filled.values, STAMP, TRAP, "csrfmiddlewaretoken", "unheard-of"])
    return spoilt(filled, rng.choice(PAYLOADS), name, now=now)


def _every_field(rng, filled, stamp, now):
    values = {name: rng.choice(PAYLOADS) for name in filled.values}
    values[STAMP] = make_stamp(filled.action, now=now - A_MINUTE)
    return Post("every field", encoded(values.items()))


def _replayed(rng, filled, stamp, now):
    """One stamp, over and over, with other words each time."""
    name = rng.choice([*filled.values, TRAP])
    return Post(
        "replayed", encoded({**filled.values, name: rng.choice(PAYLOADS), STAMP: stamp}.items())
    )


def _as_it_should_be(rng, filled, stamp, now):
    """Taken, with the mark in some field where words may stand."""
    name = rng.choice([*filled.values] or [TRAP])
    values = {**filled.values, STAMP: make_stamp(filled.action, now=now - A_MINUTE)}
    values[name] = f"{values.get(name, '')}{MARK}<i>"
    return Post("well-formed", encoded(values.items()))


def _bad_stamp(rng, filled, stamp, now):
    bad = rng.choice(["", stamp[:-1], stamp[1:], stamp.swapcase(), f"{stamp}{MARK}", "a:b:c", "::",
                      make_stamp("another", now=now), make_stamp(filled.action, now=now),
                      make_stamp(filled.action, now=now - 9999 * A_MINUTE)])  # fmt: skip
    return Post(f"stamp={bad[:40]!r}", encoded({**filled.values, STAMP: bad}.items()))


def _twice(rng, filled, stamp, now):
    """Keys several times over, as arrays, with odd names, in another order."""
    pairs = [*filled.values.items(), (STAMP, stamp)]
    for name in [*filled.values, STAMP, TRAP]:
        pairs += [(name, rng.choice(PAYLOADS)), (f"{name}[]", MARK), (f"{name}[0][$ne]", MARK),
                  (f"__proto__[{name}]", MARK), (name.upper(), MARK)]  # fmt: skip
    rng.shuffle(pairs)
    return Post("keys twice", encoded(pairs))


def _large(rng, filled, stamp, now):
    name = rng.choice([*filled.values] or [TRAP])
    return Post("a megabyte", encoded({**filled.values, name: MEGABYTE, STAMP: stamp}.items()))


def _many(rng, filled, stamp, now):
    number = rng.choice([900, 1500, 9000])
    return Post(f"{number} keys", encoded([(f"k{n}", "") for n in range(number)]))


def _other_encoding(rng, filled, stamp, now):
    """Bytes that are not UTF-8, and escapes that are none."""
    body = encoded({**filled.values, STAMP: stamp}.items())
    spoil = rng.choice(NOT_UTF8)
    name = rng.choice([*filled.values, STAMP])
    return Post(f"bytes {spoil!r}", body + b"&" + name.encode() + b"=" + MARK.encode() + spoil)


def _other_type(rng, filled, stamp, now):
    body = encoded({**filled.values, STAMP: stamp}.items())
    kind = rng.choice([
        "application/json", "text/plain", "application/xml", "", MARK, "multipart/form-data",
        "multipart/form-data; boundary=", f"multipart/form-data; boundary={'b' * 300}",
        "multipart/form-data; boundary=b; charset=utf-7", f"{FORM_TYPE}; charset=utf-16",
        f"{FORM_TYPE}; charset=utf-7", f"{FORM_TYPE}; charset={MARK}", f"{FORM_TYPE}; charset=",
        f"{FORM_TYPE};;;=", "multipart/mixed; boundary=b",
    ])  # fmt: skip
    if "boundary=b" in kind:
        body = _multipart(rng, filled, stamp)
    return Post(f"type {kind[:50]!r}", body, kind)


def _multipart(rng, filled, stamp):
    """Parts, some broken off, some of them files where words are asked for."""
    parts = b""
    for name, value in _one_by_one({**filled.values, STAMP: stamp, TRAP: ""}.items()):
        is_file = rng.random() < 0.3
        file = f'; filename="{rng.choice(["../../x", MARK, "a.exe", ""])}"' if is_file else ""
        text = rng.choice([value, rng.choice(PAYLOADS)]).encode("utf-8", "surrogatepass")
        head = f'--b\r\nContent-Disposition: form-data; name="{name}"{file}\r\n'.encode()
        kind = rng.choice(
            [b"", b"Content-Type: text/html\r\n", b"Content-Transfer-Encoding: base64\r\n"]
        )
        parts += head + kind + b"\r\n" + text + b"\r\n"
    whole = parts + b"--b--\r\n"
    return whole if rng.random() < 0.5 else whole[: rng.randrange(len(whole))]


def _parts(rng, filled, stamp, now):
    return Post("multipart", _multipart(rng, filled, stamp), "multipart/form-data; boundary=b")


def _noise(rng, filled, stamp, now):
    return Post(
        "noise", rng.randbytes(rng.choice([0, 1, 50, 5000])), rng.choice([FORM_TYPE, "a/b"])
    )


def _from_elsewhere(rng, filled, stamp, now):
    headers = rng.choice([
        (("Sec-Fetch-Site", "cross-site"),),
        (("Origin", f"https://{MARK}.example"),),
        (("Origin", "://["),),
        (("X-Forwarded-For", f"{MARK}, <script>, 999.1.1.1"),),
        (("X-Forwarded-For", ","),),
        (("Accept-Language", MARK * 500), ("Referer", f"https://{MARK}/")),
        (("Content-Length", "nonsense"),),
        (("Content-Length", "-5"),),
        (("Content-Length", "٣"),),
        (("Content-Length", "99999999999999999999"),),
        (("X-HTTP-Method-Override", "DELETE"), ("Cookie", f"shortlist={MARK}; sessionid={MARK}")),
    ])  # fmt: skip
    body = encoded({**filled.values, STAMP: make_stamp(filled.action, now=now - A_MINUTE)}.items())
    return Post(f"headers {headers!r}"[:80], body, FORM_TYPE, headers)


KINDS = (
    _one_field, _one_field, _one_field, _one_field, _every_field, _every_field, _replayed,
    _as_it_should_be, _as_it_should_be, _bad_stamp, _twice, _large, _many, _other_encoding,
    _other_encoding, _other_type, _parts, _parts, _noise, _from_elsewhere,
)  # fmt: skip

#: Attributes that a browser follows.
LEADS_ON = {"href", "src", "action", "formaction", "xlink:href", "data", "srcdoc"}


class Running(HTMLParser):
    """Finds in a page what runs, or was made by a text that bears the mark."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.found = []
        self._script = None

    def handle_starttag(self, tag, attrs):
        wrong = [name for name, _ in attrs if name.startswith("on") or MARK in name]
        wrong += [
            value
            for name, value in attrs
            if name in LEADS_ON and (value or "").strip().lower().startswith("javascript:")
        ]
        if MARK in tag or wrong:
            self.found.append((tag, wrong))
        self._script = tag if tag in {"script", "style"} else None

    def handle_endtag(self, tag):
        self._script = None

    def handle_data(self, data):
        if self._script and MARK in data:
            self.found.append((self._script, data[:80]))

    def handle_comment(self, data):
        if MARK in data:
            self.found.append(("comment", data[:80]))


def what_runs(page):
    """[(element, what)] of what in a page runs, or was made by a hostile post: [], as it should."""
    parser = Running()
    parser.feed(page)
    parser.close()
    return parser.found
