from django.http import Http404


def search(request):
    raise Http404("the search is not here yet")
