"""The database's rules, said in plain words beside the field that breaks one."""

import copy

from centres.rules import broken_rules


class PlainRules:
    """Mixed into a model form: a broken constraint becomes an error of its field, never a 500.

    Django leaves out of its own check each constraint that speaks of a field the form does not
    show, such as the id, so every constraint is asked here, of the row as it would be saved.
    """

    def clean(self):
        cleaned = super().clean()
        if self.instance.pk and not self.has_changed():
            return cleaned
        would_be = self._row_as_it_would_be()
        for field, words in broken_rules(would_be, exclude=self.errors):
            self.add_error(field if field in self.fields else None, words)
        return cleaned

    def _row_as_it_would_be(self):
        row = copy.copy(self.instance)
        for field in row._meta.concrete_fields:
            if field.name in self.cleaned_data and field.name in self._meta.fields:
                setattr(row, field.name, self.cleaned_data[field.name])
        return row
