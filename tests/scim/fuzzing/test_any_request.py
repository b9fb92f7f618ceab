"""Whatever is sent to whatever address: nothing breaks, and every refusal is one of SCIM's."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.models import Group, User
from lib.filters import Filter
from tenants.models import Tenant
from tests.factories import make_credential
from tests.scim.fuzzing.cases import cases
from tests.scim.fuzzing.filters import ANY_FILTERS, written
from tests.scim.fuzzing.values import JSON, TEXTS, words
from tests.scim.fuzzing.wsgi import Answer, ask, assert_answered

LATIN = st.text(st.characters(max_codepoint=255, exclude_characters="\r\n"), max_size=12)
METHODS = words("GET POST PUT PATCH DELETE HEAD OPTIONS TRACE CONNECT get QUERY X-Y")
ROUTES = st.just("") | words("""
    / /Users /Users/ /Groups /Users/{id} /Groups/{id} /Users/{id}/ /Users/.search /Groups/.search /.search
    /Bulk /Me /Schemas /Schemas/urn:ietf:params:scim:schemas:core:2.0:User /ResourceTypes /ResourceTypes/User
    /ServiceProviderConfig //Users /users
""")
PARAMETERS = st.dictionaries(
    words("filter startIndex count cursor attributes excludedAttributes sortBy sortOrder") | LATIN,
    TEXTS.map(lambda text: text.encode("utf-8", "surrogatepass")) | st.binary(max_size=8),
    max_size=3,
).map(urlencode)
# Not Content-Length: a server answers 400 by itself to what is no number (RFC 9112, 6.3).
HEADERS = st.dictionaries(
    words("""
        Accept Accept-Encoding Accept-Charset Content-Type Content-Encoding If-Match
        If-None-Match If-Modified-Since Range User-Agent X-Forwarded-For Cookie X-Request-Id
        X-HTTP-Method-Override HX-Request HX-Current-URL Origin Referer
    """),
    words("""
        * W/"1" gzip application/scim+json multipart/form-data;boundary=x application/x-www-form-urlencoded
        text/html chunked bytes=0- utf-16 ;charset=x -1 99999999999
    """)
    | LATIN,
    max_size=4,
)
BODIES = st.binary(max_size=40) | JSON.map(lambda value: json.dumps(value).encode()) | st.just(b"")


@pytest.fixture
def token(tenant: Tenant, stranger: Tenant, ada: User) -> str:
    return make_credential(tenant).token


def sent(token: str, method: str, path: str, query: str, headers: dict[str, str], body: bytes) -> Answer:
    headers = {"Authorization": f"Bearer {token}", **headers}
    return ask(method, path, query=query, headers=headers, body=body)


@cases(150)
@given(METHODS, ROUTES, LATIN | st.just(""), PARAMETERS | LATIN, HEADERS, BODIES)
def test_no_request_breaks_anything(
    token: str, ada: User, method: str, route: str, end: str, query: str, headers: Any, body: bytes
) -> None:
    path = "/scim/v2" + route.format(id=ada.id) + end

    assert_answered(sent(token, method, path, query, headers, body), method)


@cases(50)
@given(METHODS, ROUTES, st.sampled_from(["", "Basic ", "Bearer ", "Digest "]), LATIN)
def test_no_credential_breaks_anything(token: str, method: str, route: str, scheme: str, value: str) -> None:
    answer = sent(
        token, method, "/scim/v2" + route.format(id="x"), "", {"Authorization": scheme + value}, b"{}"
    )

    assert_answered(answer, method)
    assert answer.status == 401


@cases(25)
@given(METHODS, ROUTES, LATIN | st.sampled_from(["localhost:99999999", "[::1]", "a..b", "localhost.", ""]))
def test_no_host_name_breaks_anything(token: str, method: str, route: str, host: str) -> None:
    answer = sent(token, method, "/scim/v2" + route.format(id="x"), "", {"Host": host}, b"{}")

    assert_answered(answer, method)


@cases(50)
@given(st.text(st.characters(max_codepoint=255), max_size=30), METHODS, st.sampled_from(["Users", "Groups"]))
def test_no_id_breaks_anything(token: str, name: str, method: str, kind: str) -> None:
    assert_answered(sent(token, method, f"/scim/v2/{kind}/{name}", "", {}, b"{}"), method)


@cases(100)
@given(ANY_FILTERS, st.sampled_from(["Users", "Groups"]))
def test_no_filter_breaks_anything(token: str, group: Group, tree: Filter, kind: str) -> None:
    answer = sent(token, "GET", f"/scim/v2/{kind}", urlencode({"filter": written(tree)}), {}, b"")

    assert_answered(answer, "GET")
    assert answer.status in {200, 400}
