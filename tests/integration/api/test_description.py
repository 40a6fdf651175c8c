"""The API keeps to its own description, whatever is asked."""

from typing import Any

import pytest
import schemathesis
from flask.testing import FlaskClient
from hypothesis import HealthCheck, settings
from schemathesis import Case
from schemathesis.schemas import BaseSchema

from tests.ams import WAREHOUSES
from tests.aps import demo_aps
from tests.demo_site import MANY_LINES

pytestmark = pytest.mark.postgres

# What is there, so that not every address is unknown.
THERE = {
    "s3ic_id": [MANY_LINES[0], "0099.01211", "9999.99999"],
    "cid": [WAREHOUSES, "JORFTEXT900000000005", "JORFTEXT999999999999"],
    "georisques_id": [demo_aps()[0].georisques_id, demo_aps()[-1].georisques_id, "A/a/" + "a" * 32],
}
EXAMPLES = 15


@pytest.fixture(scope="module")
def description(api: FlaskClient) -> BaseSchema:
    """The description of the API, its path parameters narrowed to what the demo has (and lacks)."""
    document: dict[str, Any] = api.get("/api/v1/openapi.json").get_json()
    for operations in document["paths"].values():
        for parameter in operations.get("parameters", []):
            parameter["schema"]["enum"] = THERE[parameter["name"]]
    schema = schemathesis.openapi.from_dict(document)
    schema.app = api.application
    return schema


lazy = schemathesis.pytest.from_fixture("description")


@lazy.parametrize()
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
def test_no_question_meets_an_answer_that_is_not_described(case: Case) -> None:
    case.call_and_validate(headers={"Accept-Encoding": "identity"})  # its client unpacks nothing


def test_the_description_is_valid_and_of_the_version(api: FlaskClient) -> None:
    document = api.get("/api/v1/openapi.json").get_json()

    assert document["openapi"] == "3.1.0"
    assert document["info"]["license"]["name"] == "Licence Ouverte 2.0"
    schemathesis.openapi.from_dict(document).validate()
    for operations in document["paths"].values():
        operation = operations["get"]
        assert set(operations) <= {"get", "parameters"}
        assert operation["summary"]
        told = operation["parameters"] + operations.get("parameters", [])
        assert all(parameter["description"] for parameter in told)
        assert operation["responses"]["default"]


def test_every_property_is_explained(api: FlaskClient) -> None:
    schemas = api.get("/api/v1/openapi.json").get_json()["components"]["schemas"]

    bare = [
        f"{name}.{key}"
        for name, schema in schemas.items()
        for key, value in schema["properties"].items()
        if "description" not in value and "$ref" not in value and value.get("type") != "array"
    ]
    assert bare == []
