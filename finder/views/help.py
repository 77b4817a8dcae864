from django.shortcuts import render

from centres.models import Country
from finder import help_lines


def help_now(request):
    """Every help line, mutual-aid group and family group, for both countries."""
    countries = [
        {
            "code": code.lower(),
            "name": name,
            "lines": help_lines.of(code),
            "free": help_lines.of(code, kinds={"free"}),
            "groups": help_lines.of(code, kinds={"mutual-aid"}),
            "families": help_lines.of(code, kinds={"family"}),
            "checked_on": help_lines.checked_on(code),
        }
        for code, name in Country.choices
    ]
    return render(request, "finder/help.html", {"countries": countries})
