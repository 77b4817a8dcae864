from django.shortcuts import render


def accessibility(request):
    """What was tested, and how."""
    return render(request, "finder/accessibility.html")
