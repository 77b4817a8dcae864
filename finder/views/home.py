from django.shortcuts import render


def home(request):
    """One box for a place, and one choice of programme in plain words."""
    return render(request, "finder/home.html")
