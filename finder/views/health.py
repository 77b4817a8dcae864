from django.db import connection
from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from centres import jobs, keys


@never_cache
def healthz(request):
    """ "ok" while the site answers and its database does; then a line for each thing amiss.

    What is amiss there stops no search, so it takes no server out of service.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    lines = ["ok", *(f"late: {job.name}" for job in jobs.late(now=timezone.now()))]
    if keys.shut():
        lines.append("closed: encryption")
    return HttpResponse(
        "".join(f"{line}\n" for line in lines), content_type="text/plain; charset=utf-8"
    )
