"""The same with Redis as the broker, which is what production has."""

from __future__ import annotations

import uuid
from pathlib import Path

import pytest
import redis

from tests.end_to_end.conftest import lockstep
from tests.end_to_end.lockstep import eventually

pytestmark = [pytest.mark.end_to_end, pytest.mark.xdist_group("redis")]

EMPLOYEE = "SELECT 1 FROM employees WHERE login = ?"


def test_changes_arrive_by_redis_and_when_it_forgets_everything(tmp_path: Path, redis_url: str) -> None:
    with lockstep(tmp_path, CELERY_BROKER_URL=redis_url) as running:
        logins = []
        for forget in (False, True):
            logins.append(f"{uuid.uuid4().hex}@okta.local")
            running.send("POST", "Users", {"schemas": [USER], "userName": logins[-1]})
            if forget:
                redis.Redis.from_url(redis_url).flushall()

        for login in logins:
            assert eventually(lambda login=login: running.rows(EMPLOYEE, login))  # type: ignore[misc]


USER = "urn:ietf:params:scim:schemas:core:2.0:User"
