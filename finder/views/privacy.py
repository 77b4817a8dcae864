from django.shortcuts import render


def privacy(request):
    """What is kept about a visitor."""
    return render(request, "finder/privacy.html")
