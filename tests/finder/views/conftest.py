import pytest

from finder.places import gazetteer


@pytest.fixture(autouse=True)
def _forget_places():
    """Every test has its own towns."""
    gazetteer.forget()
    yield
    gazetteer.forget()
