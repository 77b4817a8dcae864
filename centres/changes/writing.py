"""Changes held against what is there, and written."""

from dataclasses import dataclass, field

from django.core.exceptions import ValidationError

from ..models import Centre, Insurance, Programme, Term
from ..models.programme import MOST_PROGRAMMES
from ..models.provenance import facts_stated_by
from ..rules import broken_rules, refuse_typed_status
from .values import INSURANCE, KINDS, Unfit, empty, held


class Moved(Unfit):
    """What is there is no longer what `from` says: a `Difference` each in `differences`."""

    def __init__(self, differences):
        self.differences = differences
        super().__init__("What is there is no longer what this was to change.")


#: What a new row belongs to: nobody types it.
PARENTS = {"centre", "programme"}


@dataclass(frozen=True)
class Difference:
    """A field of a row that holds `now` where a change expects `seen`; "" for the row itself."""

    kind: str
    row: object
    field: str
    seen: object
    now: object


@dataclass
class Touched:
    """A row that was written. act: "added", "changed" or "deleted"; values: {field: [old, new]}."""

    kind: str
    row: object
    row_id: int
    act: str
    values: dict = field(default_factory=dict)

    @property
    def facts(self):
        """Names of the facts of the row, or of a telephone's centre, that this states anew."""
        if self.kind == "phone":
            return ["phones"]
        return facts_stated_by(type(self.row), self.values)


def rows_of(centre):
    """{(kind, key): row} of a centre as it is in the database."""
    centre = Centre.objects.get(pk=centre.pk)
    rows = {("centre", centre.pk): centre}
    rows |= {("phone", phone.pk): phone for phone in centre.phones.all()}
    return rows | {("programme", row.pk): row for row in centre.programmes.all()}


def differences(changes, rows):
    """A `Difference` for each value that is no longer what a change expects."""
    found = []
    for change in changes:
        kind, key, name = change["object"], change["id"], change["field"]
        if key is None:
            continue
        row = rows.get((kind, key))
        if row is None:
            found.append(Difference(kind, None, "", change["from"], None))
            continue
        expected = {name: change["from"]} if name else change["from"]
        for each, seen in expected.items():
            now = held(row, each)
            if now != seen:
                found.append(Difference(kind, row, each, seen, now))
    return found


def write(centre, changes):
    """Write tidied changes; a `Touched` for each row. The caller's transaction makes it one.

    Raises `Moved` or `Unfit`, after which the transaction must be rolled back.
    """
    rows = rows_of(centre)
    moved = differences(changes, rows)
    if moved:
        raise Moved(moved)
    by_row = {}
    for change in changes:
        if change["field"]:
            by_row.setdefault((change["object"], change["id"]), []).append(change)
    removed = [change for change in changes if change["to"] is None and not change["field"]]
    touched = [_remove(change, rows) for change in removed]
    touched += [_change(kind, rows[kind, key], said) for (kind, key), said in by_row.items()]
    centre = rows["centre", centre.pk]
    new = [change for change in changes if change["id"] is None]
    _refuse_too_many(centre, new)
    return touched + [_add(centre, change) for change in new]


def _refuse_too_many(centre, new):
    more = sum(change["object"] == "programme" for change in new)
    if more and Programme.objects.filter(centre=centre).count() + more > MOST_PROGRAMMES:
        raise Unfit(f"A centre has at most {MOST_PROGRAMMES} programmes.")


def _remove(change, rows):
    row = rows[change["object"], change["id"]]
    key, values = row.pk, {name: [old, None] for name, old in change["from"].items()}
    row.delete()
    return Touched(change["object"], row, key, "deleted", values)


def _change(kind, row, said):
    if kind == "centre":
        _refuse_status(row, said)
    values = {change["field"]: [change["from"], change["to"]] for change in said}
    _write_row(row, {name: new for name, (_, new) in values.items()})
    return Touched(kind, row, row.pk, "changed", values)


def _refuse_status(centre, said):
    for change in said:
        if change["field"] == "status":
            try:
                refuse_typed_status(centre.status, change["to"])
            except ValidationError as problem:
                raise Unfit(problem.message) from problem


def _add(centre, change):
    kind = change["object"]
    row = KINDS[kind][0](centre=centre)
    _write_row(row, change["to"])
    values = {name: [empty(kind, name), new] for name, new in change["to"].items()}
    return Touched(kind, row, row.pk, "added", values)


def _write_row(row, values):
    links = {}
    for name, value in values.items():
        column = row._meta.get_field(name)
        if name == "insurance" or column.many_to_many:
            links[name] = value
            continue
        setattr(row, column.attname, column.to_python(value))
    columns = {*values} - {*links}
    _refuse_broken(row, columns)
    if row.pk is None:
        row.save()
    elif columns:
        row.save(update_fields=columns)
    for name, value in links.items():
        if name == "insurance":
            _write_insurance(row, value)
            continue
        kind = row._meta.get_field(name).remote_field.limit_choices_to["kind"]
        getattr(row, name).set(Term.objects.filter(kind=kind, slug__in=value))


def _write_insurance(programme, entries):
    programme.insurance.all().delete()
    for entry in entries:
        row = Insurance(programme=programme)
        for name in INSURANCE:
            setattr(row, name, row._meta.get_field(name).to_python(entry[name]))
        _refuse_broken(row, INSURANCE)
        row.save()


def _refuse_broken(row, names):
    """Raise `Unfit` with what is wrong with the row: its fields `names`, and its constraints."""
    others = {column.name for column in row._meta.fields} - {*names} if row.pk else PARENTS
    try:
        row.clean_fields(exclude=others)
        row.validate_unique()
    except ValidationError as problem:
        labels = {column.name: column.verbose_name for column in row._meta.fields}
        raise Unfit(
            " ".join(
                f"{str(labels.get(name, '')).capitalize()}: {' '.join(words)}".removeprefix(": ")
                for name, words in problem.message_dict.items()
            )
        ) from problem
    broken = [words for _, words in broken_rules(row)]
    if broken:
        raise Unfit(" ".join(broken))
