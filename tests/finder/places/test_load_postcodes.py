import http.server
import signal
import threading
import time
import zipfile
from functools import partial
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from geopy.distance import geodesic

from finder.places import codepoint, postcode_loading
from finder.places.codepoint import NotCodePoint
from finder.places.models import FullPostcode, Loaded, Sector
from finder.places.postcode_loading import load_code_point
from finder.places.resolve import resolve

LS1_4DY = '"LS1 4DY",10,429800,433700,"E92000001","","","","E08000035","E05011403"'
LS1_4AP = '"LS1 4AP",10,429600,433500,"E92000001","","","","E08000035","E05011403"'
LS1_UNPLACED = '"LS1 9AA",90,0,0,"E92000001","","","","E08000035","E05011403"'
EX1_1AA = '"EX1 1AA",10,292000,92800,"E92000001","","","","E07000041","E05011012"'


def archive(path, files, *, compression=zipfile.ZIP_DEFLATED):
    with zipfile.ZipFile(path, "w", compression) as zipped:
        for name, lines in files.items():
            zipped.writestr(name, "\r\n".join(lines) + "\r\n")
    return str(path)


@pytest.fixture
def small(tmp_path):
    """Two areas in the official layout, with a postcode that has no coordinates."""
    return archive(
        tmp_path / "codepo_gb.zip",
        {
            "Doc/licence.txt": ["..."],
            "Data/CSV/ls.csv": [LS1_4DY, LS1_4AP, LS1_UNPLACED],
            "Data/CSV/ex.csv": [EX1_1AA],
        },
    )


def stored():
    return set(FullPostcode.objects.values_list("postcode", flat=True))


@pytest.mark.django_db
def test_it_works(small):
    totals = load_code_point(small)

    assert totals == {"areas": 2, "loaded": 2, "rows": 3, "unplaced": 1, "bad": 0}
    assert stored() == {"LS1 4DY", "LS1 4AP", "EX1 1AA"}
    assert set(Sector.objects.values_list("sector", flat=True)) == {"LS1 4", "EX1 1"}


@pytest.mark.django_db
def test_full_postcodes_and_sectors_resolve_exactly_once_loaded(small):
    load_code_point(small)
    full, sector = resolve("ls14dy").place, resolve("LS1 4").place

    assert (full.label, full.precision) == ("LS1 4DY", "postcode")
    assert (full.latitude, full.longitude) == pytest.approx((53.7988, -1.5490), abs=0.001)
    assert (sector.label, sector.precision) == ("LS1 4", "sector")
    assert sector.latitude == pytest.approx(53.7979, abs=0.001)


@pytest.mark.django_db
def test_a_postcode_missing_from_a_loaded_sector_is_placed_by_the_sector(small):
    load_code_point(small)
    answer = resolve("LS1 4ZZ")

    assert (answer.place.label, answer.place.precision) == ("LS1 4ZZ, in LS1 4", "sector")
    assert answer.note == "We placed LS1 4ZZ by its sector, LS1 4, so distances are rounded."


@pytest.mark.django_db
def test_loading_the_same_file_again_does_nothing(small, django_assert_max_num_queries):
    load_code_point(small)

    with django_assert_max_num_queries(2):
        assert load_code_point(small)["loaded"] == 0


@pytest.mark.django_db
def test_a_newer_release_replaces_an_area_and_leaves_the_others(small, tmp_path):
    load_code_point(small)
    newer = archive(tmp_path / "newer.zip", {"Data/CSV/ls.csv": [LS1_4AP]})

    assert load_code_point(newer)["loaded"] == 1
    assert stored() == {"LS1 4AP", "EX1 1AA"}
    assert Loaded.objects.get(name="code-point-LS").rows == 1


@pytest.mark.django_db
def test_a_windows_zip_with_backslashes_and_capitals_is_read(tmp_path):
    path = archive(tmp_path / "w.zip", {"codepo_gb\\Data\\CSV\\LS.CSV": [LS1_4DY]})

    assert load_code_point(path)["rows"] == 1


@pytest.mark.django_db
def test_rows_that_cannot_be_read_are_said_and_skipped(tmp_path):
    good = [LS1_4DY.replace("4DY", f"{n // 400}{a}{b}") for n, (a, b) in enumerate(letters(400))]
    bad = ['"LS1 4XX",10,"x",433700', '"EX1 1AA",10,292000,92800', '"LS1 4XY",10,9999999,1']
    lines = []
    path = archive(tmp_path / "bad.zip", {"Data/CSV/ls.csv": [*good, good[0], *bad]})

    assert load_code_point(path, say=lines.append)["bad"] == 4
    assert "  left out: Data/CSV/ls.csv line 401: LS1 0AA stands twice" in lines
    assert any("no grid coordinates" in line for line in lines)
    assert any("is no postcode of LS" in line for line in lines)
    assert any("outside Great Britain" in line for line in lines)


def letters(count):
    allowed = "ABDEFGHJLNPQRSTUWXYZ"
    return [(a, b) for a in allowed for b in allowed][:count]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ({"readme.txt": ["hello"]}, "holds no file such as Data/CSV/ls.csv"),
        ({"Data/CSV/ls.csv": ["a,b"]}, "line 1 has 2 columns, not ten"),
        ({"Data/CSV/ls.csv": ["a,b,c,d", "e,f,g,h"]}, "is not what it claims: 2 of its rows"),
        ({"Data/CSV/ls.csv": [LS1_4DY], "b/ls.csv": [LS1_4DY]}, "two files for LS"),
    ],
)
def test_a_zip_of_something_else_is_refused_with_a_sentence(tmp_path, files, sentence):
    path = archive(tmp_path / "other.zip", files)

    with pytest.raises(NotCodePoint, match=sentence):
        load_code_point(path)
    assert stored() == set()


@pytest.mark.django_db
def test_what_is_no_zip_is_refused_with_a_sentence(tmp_path):
    page = tmp_path / "page.zip"
    page.write_text("<html>")

    with pytest.raises(CommandError, match=r"page\.zip is not a zip file"):
        call_command("load_postcodes", str(page))
    with pytest.raises(CommandError, match="cannot be read: No such file"):
        call_command("load_postcodes", str(tmp_path / "missing.zip"))


@pytest.mark.django_db
def test_a_damaged_zip_is_refused_and_loads_no_part_of_an_area(tmp_path):
    lines = [LS1_4DY.replace("4DY", f"4{a}{b}") for a, b in letters(400)]
    path = archive(
        tmp_path / "damaged.zip", {"Data/CSV/ls.csv": lines}, compression=zipfile.ZIP_STORED
    )
    content = Path(path).read_bytes()
    Path(path).write_bytes(content.replace(b"433700", b"433701", 1))

    with pytest.raises(NotCodePoint, match="is damaged"):
        load_code_point(path)
    assert stored() == set()


@pytest.mark.django_db
def test_a_failure_half_way_leaves_whole_areas_and_the_next_run_goes_on(small, monkeypatch):
    real, seen = postcode_loading.batches, []

    def stopping(archive, info, area, counts):
        seen.append(area)
        yield from real(archive, info, area, counts)
        if area == "LS" and len(seen) == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(postcode_loading, "batches", stopping)
    with pytest.raises(KeyboardInterrupt):
        load_code_point(small)
    assert stored() == {"EX1 1AA"}

    assert load_code_point(small)["loaded"] == 1
    assert stored() == {"LS1 4DY", "LS1 4AP", "EX1 1AA"}
    assert seen == ["EX", "LS", "LS"]


@pytest.mark.django_db
def test_an_address_is_downloaded(small):
    handler = partial(QuietHandler, directory=str(Path(small).parent))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}"
        assert load_code_point(f"{address}/codepo_gb.zip")["rows"] == 3
        with pytest.raises(NotCodePoint, match="cannot be downloaded"):
            load_code_point(f"{address}/missing.zip")
        server.shutdown()


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args):
        pass


@pytest.mark.parametrize(
    ("easting", "northing", "latitude", "longitude"),
    [
        (91492.146, 11318.804, 49.92226394, -6.29977752),
        (170370.718, 11572.405, 49.96006138, -5.20304610),
        (438710.920, 114792.250, 50.93127938, -1.45051434),
        (651409.804, 313177.448, 52.65800783, 1.71607397),
        (331534.564, 431920.794, 53.77911026, -3.04045490),
        (9587.909, 899448.993, 57.81351838, -8.57854446),
        (421300.677, 1072147.239, 59.53470794, -1.62516966),
    ],
)
def test_the_grid_becomes_wgs84_to_within_metres(easting, northing, latitude, longitude):
    """Ordnance Survey's published test points, from Scilly to Shetland and St Kilda."""
    got = codepoint.grid_to_wgs84().transform(easting, northing)

    assert geodesic(got, (latitude, longitude)).m < 5


@pytest.mark.django_db
def test_the_real_layout_loads_whole(shared_data, capsys):
    call_command("load_postcodes", str(shared_data / "gazetteer" / "codepo_gb_sample.zip"))

    assert FullPostcode.objects.count() == 65_046
    said = capsys.readouterr().out
    assert "65,046 loaded from 3 areas; 2 have no coordinates (PQ 90) and were skipped" in said
    assert "EX (1 of 3 areas)" in said


def test_killed_at_any_moment_it_is_complete_after_another_run(shared_data, processes):
    sample = shared_data / "gazetteer" / "codepo_gb_sample.zip"
    command = ("manage.py", "load_postcodes", str(sample))
    process = processes.start(*command)
    process.stdout.readline()  # one area is in, the next is being loaded
    time.sleep(0.1)
    process.send_signal(signal.SIGKILL)
    process.wait()
    partly = FullPostcode.objects.count()
    whole = sum(Loaded.objects.filter(name__startswith="code-point").values_list("rows", flat=True))

    assert partly == whole < 65_046

    again = processes.start(*command)
    again.communicate()
    assert again.returncode == 0
    assert FullPostcode.objects.count() == 65_046
    assert Sector.objects.count() > 200
