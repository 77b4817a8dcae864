"""What a valid change form and its inlines were made to say, as changes."""

from centres.changes import KINDS, Touched, all_held, as_json, empty, held
from centres.models import Centre, Insurance, Phone, Programme

KIND_OF = {Centre: "centre", Phone: "phone", Programme: "programme"}


def typed(form, formsets):
    """A `Touched` for each row that saving changes, adds or deletes.

    To be asked before the inlines are saved: of a row that will go it reads what it holds. A row
    that is new has no `row_id` yet.
    """
    rows = [_own(form)]
    for formset in formsets:
        if not formset.has_changed():
            continue
        if formset.model is Insurance:
            rows[0].values |= _insurance(form.instance, formset)
            continue
        gone = formset.deleted_forms
        rows += [_deleted(each) for each in gone if each.instance.pk]
        rows += [_own(each) for each in formset.forms if each not in gone]
    return [row for row in rows if row.values]


def _own(form):
    """The row of one form, with the fields that were changed in it."""
    kind = KIND_OF[type(form.instance)]
    is_new = not form.initial  # a saved row's form begins with what the row holds
    values = {
        name: [_before(form, kind, name), as_json(KINDS[kind][0], name, form.cleaned_data[name])]
        for name in form.changed_data
        if name in KINDS[kind][1]
    }
    return Touched(
        kind,
        form.instance,
        None if is_new else form.instance.pk,
        "added" if is_new else "changed",
        {name: [old, new] for name, (old, new) in values.items() if old != new},
    )


def _before(form, kind, name):
    if name not in form.initial:
        return empty(kind, name)
    return as_json(KINDS[kind][0], name, form.initial[name])


def _deleted(form):
    kind = KIND_OF[type(form.instance)]
    row = type(form.instance).objects.get(pk=form.instance.pk)  # the form's may hold what was typed
    return Touched(
        kind,
        row,
        row.pk,
        "deleted",
        {name: [old, None] for name, old in all_held(kind, row).items()},
    )


def _insurance(programme, formset):
    before = held(programme, "insurance")
    kept = [
        form.cleaned_data
        for form in formset.forms
        if form not in formset.deleted_forms and form.cleaned_data.get("insurer")
    ]
    after = as_json(Programme, "insurance", kept)
    return {"insurance": [before, after]} if before != after else {}


def as_changes(rows):
    """`Touched` rows as the changes of a proposal."""
    changes = []
    for row in rows:
        about = {"object": row.kind, "id": row.row_id}
        if row.act == "added":
            said = {name: new for name, (_, new) in row.values.items()}
            changes.append({**about, "field": "", "from": None, "to": said})
            continue
        if row.act == "deleted":
            was = {name: old for name, (old, _) in row.values.items()}
            changes.append({**about, "field": "", "from": was, "to": None})
            continue
        changes += [
            {**about, "field": name, "from": old, "to": new}
            for name, (old, new) in row.values.items()
        ]
    return changes
