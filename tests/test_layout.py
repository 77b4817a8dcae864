"""The rules of the layout, which nobody should have to remember."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("centres", "finder", "tests")
VAGUE = {"utils", "common", "core", "services", "helpers"}
PURE = (
    "centres/own_domain.py",
    "finder/places/postcodes.py",
    "finder/places/names.py",
    "finder/places/precision.py",
    "finder/index/bits.py",
    "finder/index/geography.py",
    "finder/map/backdrop.py",
    "finder/map/clipping.py",
    "finder/map/clusters.py",
    "finder/map/outlines.py",
    "finder/map/projection.py",
    "finder/map/sources.py",
    "finder/map/topology.py",
    "finder/map/views.py",
)
#: Where signals are connected to at all: triggers are lifted before each migrate and laid after.
SIGNALS_ALLOWED = {"centres/apps.py": {"pre_migrate", "post_migrate"}}
MOST_LINES = 500


def modules(*packages):
    for package in packages:
        yield from sorted((ROOT / package).rglob("*.py"))


def address(path):
    return path.relative_to(ROOT).as_posix()


def imports(path):
    """The dotted names a file imports; relative ones made absolute."""
    package = list(path.relative_to(ROOT).parent.parts)
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        if isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*base, *filter(None, [node.module])])
            yield from (f"{module}.{alias.name}" for alias in node.names)


def imports_from(path, *packages):
    return [name for name in imports(path) if name.split(".")[0] in packages]


def test_it_reads_relative_and_late_imports(tmp_path, monkeypatch):
    monkeypatch.setattr("tests.test_layout.ROOT", tmp_path)
    module = tmp_path / "centres" / "imports" / "cqc.py"
    module.parent.mkdir(parents=True)
    module.write_text(
        "from ..models import Centre\nfrom . import plan\n"
        "def late():\n    import finder.places\n    from finder import search\n"
    )

    assert list(imports(module)) == [
        "centres.models.Centre",
        "centres.imports.plan",
        "finder.places",
        "finder.search",
    ]
    assert imports_from(module, "finder") == ["finder.places", "finder.search"]


def test_centres_never_imports_finder():
    wrong = {address(path): imports_from(path, "finder") for path in modules("centres")}

    assert {path: names for path, names in wrong.items() if names} == {}


def test_no_package_imports_the_tests():
    wrong = {address(path): imports_from(path, "tests") for path in modules("centres", "finder")}

    assert {path: names for path, names in wrong.items() if names} == {}


@pytest.mark.parametrize("path", PURE)
def test_pure_code_imports_no_django(path):
    assert imports_from(ROOT / path, "django", "rest_framework", "centres") == []


def test_no_module_has_a_vague_name():
    named = [path for path in modules(*PACKAGES) if {path.stem, *path.parts} & VAGUE]

    assert named == []


def test_every_file_is_short_enough_to_read():
    lengths = {
        address(path): len(path.read_text().splitlines())
        for path in modules(*PACKAGES)
        if "migrations" not in path.parts
    }

    assert {path: n for path, n in lengths.items() if n > MOST_LINES} == {}


def test_no_business_rule_hides_in_a_signal():
    wrong = {}
    for path in modules("centres", "finder"):
        used = {
            name.split(".")[-1]
            for name in imports(path)
            if "django" in name and (".signals." in name or name.startswith("django.dispatch"))
        }
        used -= SIGNALS_ALLOWED.get(address(path), set())
        if used:
            wrong[address(path)] = used

    assert wrong == {}


def test_no_work_is_hidden_in_save():
    """A model's `save` and `delete` do what Django says they do, and nothing else."""
    wrong = [
        f"{address(path)}: {node.name}"
        for path in modules("centres", "finder")
        if "admin" not in address(path) and "forms" not in path.stem
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef) and node.name in {"save", "delete"}
    ]

    assert wrong == []
