"""How the tests read the API's answers."""

import csv
import io
import json


def text_of(response):
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return content.decode()


def answer(client, path, **parameters):
    """The JSON of a request that is met."""
    response = client.get(path, parameters)
    assert response.status_code == 200, text_of(response)
    return json.loads(text_of(response))


def refusal(client, path, **parameters):
    """The JSON of a search that is refused for what it asks."""
    response = client.get(path, parameters)
    assert response.status_code == 400, text_of(response)
    return json.loads(text_of(response))


def rows(client, **parameters):
    """The CSV of a search, a dict a line."""
    response = client.get("/api/centres.csv", parameters)
    assert response.status_code == 200, text_of(response)
    return list(csv.DictReader(io.StringIO(text_of(response), newline="")))


def names(found):
    return [result["name"] for result in found["results"]]
