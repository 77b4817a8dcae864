import re
import tomllib

from django.conf import settings

README = (settings.BASE_DIR / "README.md").read_text(encoding="utf-8")
CONSTRAINTS = (settings.BASE_DIR / "constraints.txt").read_text(encoding="utf-8")


def plain(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def test_the_first_two_blocks_are_a_line_of_shell_each():
    first, second = re.findall(r"^```sh\n(.*?)^```", README, re.M | re.S)[:2]
    assert first.count("\n") == second.count("\n") == 1
    assert first.endswith("manage.py start\n")
    assert "pytest" in second


def test_every_setting_of_the_environment_is_named():
    code = (settings.BASE_DIR / "finder" / "settings.py").read_text(encoding="utf-8")
    names = set(re.findall(r'env(?:\.\w+)?\(\s*"(\w+)"', code)) - {"DEBUG"}
    assert [name for name in names if f"`{name}`" not in README] == []


def test_constraints_pin_every_requirement_and_record_no_address():
    lines = [line for line in CONSTRAINTS.splitlines() if not line.startswith("#")]
    assert [line for line in lines if not re.fullmatch(r"[\w.-]+==[\w.]+", line)] == []
    pinned = {plain(line.split("==")[0]) for line in lines}
    project = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"].values()
    asked = [*project["dependencies"], *(line for lines in extras for line in lines)]
    assert {plain(re.match(r"[\w.-]+", line)[0]) for line in asked} - pinned == set()
