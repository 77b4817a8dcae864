import pytest


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/search", "/api/centres"])
def test_a_missing_slash_is_added_and_the_search_not_kept(client, address):
    response = client.get(f"{address}?near=Leeds")
    assert response.status_code == 302
    assert response["Location"] == f"{address}/?near=Leeds"
    assert "no-store" in response["Cache-Control"]
    assert response["Referrer-Policy"] == "no-referrer"
    assert not response.cookies
