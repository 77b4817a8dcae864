"""Names folded and searched all at once are found as each would be by itself."""

from hypothesis import given
from hypothesis import strategies as st

from finder.index import names

#: Letters, and what folding changes: case, accents, apostrophes, white space of every kind.
LETTERS = st.sampled_from("abAÉéßİﷺ¨’' \u0301\t\n\r\x0b\x1c\x85\xa0\u2003\u2028\u3000")
TEXTS = st.text(alphabet=st.one_of(LETTERS, st.characters(codec="utf-8")), max_size=8)


@given(st.lists(TEXTS, max_size=8), TEXTS)
def test_a_name_is_found_where_it_holds_every_word(listed, text):
    index = names.Names(listed)
    for asked in (text, *listed):
        wanted = names.words(asked)
        expected = [
            number
            for number, name in enumerate(listed)
            if wanted and all(word in names.fold(name) for word in wanted)
        ]
        assert index.containing(asked).tolist() == expected


@given(st.lists(TEXTS, max_size=8))
def test_a_name_is_kept_as_it_is_but_for_its_newlines(listed):
    index = names.Names(listed)
    assert [index[n] for n in range(len(listed))] == [name.replace("\n", " ") for name in listed]


def test_folding_drops_case_accents_and_apostrophes():
    assert names.fold("  St  Anne’s\u00a0CAFÉ\n") == "st annes cafe"
