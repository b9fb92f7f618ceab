"""Runs the operations of a bulk request, each in a transaction of its own (RFC 7644, 3.7.1 and 3.7.2)."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

from django.db import transaction
from django.http import HttpRequest

from directory.documents import whole
from directory.models import Group, User
from directory.services.versions import expect
from lib.documents import MAX_DEPTH, check_value
from scim.adapters import Adapter, GroupAdapter, UserAdapter
from scim.bulk.ordering import running_order
from scim.bulk.reading import BulkRequest, Kind, Method, Operation
from scim.bulk.references import reference, references_of, with_ids
from scim.errors import ScimError, translated
from scim.hooks import resource_id
from scim.preconditions import Preconditions
from scim.views.resources import operations_in

_MODELS: dict[Kind, type[User | Group]] = {Kind.USERS: User, Kind.GROUPS: Group}
_ADAPTERS: dict[Kind, type[Adapter]] = {Kind.USERS: UserAdapter, Kind.GROUPS: GroupAdapter}
_STATUS = {Method.POST: 201, Method.PUT: 200, Method.PATCH: 200, Method.DELETE: 204}
# What a PATCH puts around a value: the message, its list and the operation.
_AROUND_A_VALUE = 3


@dataclass(frozen=True)
class Outcome:
    """What became of an operation; `target` is the id, or what was sent where there is none."""

    operation: Operation
    target: str | None
    status: int
    version: str | None = None
    refused: ScimError | None = None


class Run:
    """One bulk request under way.

    What a POST creates has its id beforehand: that resolves circular references (RFC 7644, 3.7.1).
    """

    def __init__(self, bulk: BulkRequest, request: HttpRequest) -> None:
        self.bulk = bulk
        self.request = request
        self.posts = {
            operation.bulk_id: place
            for place, operation in enumerate(bulk.operations)
            if operation.bulk_id and operation.method is Method.POST
        }
        self.ids = {bulk_id: uuid.uuid4() for bulk_id in self.posts}
        self.references = [references_of(operation) for operation in bulk.operations]
        self.outcomes: dict[int, Outcome] = {}

    def steps(self) -> Iterator[Outcome]:
        """Runs one operation after the other; stops after as many errors as the client allows."""
        errors = 0
        for place in running_order(self._needs()):
            self.outcomes[place] = outcome = self._outcome(place)
            yield outcome
            errors += outcome.refused is not None
            if errors == self.bulk.fail_on_errors:
                return

    def outcomes_as_sent(self) -> list[Outcome]:
        """Of the operations that ran."""
        return [self.outcomes[place] for place in sorted(self.outcomes)]

    def _needs(self) -> list[list[int]]:
        return [[self.posts[name] for name in names if name in self.posts] for names in self.references]

    def _outcome(self, place: int) -> Outcome:
        operation = self.bulk.operations[place]
        version: str | None = None
        with translated() as answer:
            self._check_references(self.references[place])
            version = self._execute(operation)
        status = answer.refused.status if answer.refused else _STATUS[operation.method]
        return Outcome(operation, self._target(operation), status, version, answer.refused)

    def _check_references(self, names: list[str]) -> None:
        for name in names:
            if name not in self.posts:
                raise ScimError(
                    400, f"No POST in this request has the bulkId {name[:100]!a}.", "invalidValue"
                )
            outcome = self.outcomes.get(self.posts[name])
            if outcome and outcome.refused:
                raise ScimError(409, f"The operation {name[:100]!a}, which this one refers to, failed.")

    @transaction.atomic
    def _execute(self, operation: Operation) -> str | None:
        """The version that the resource has afterwards; a deleted one has none."""
        check_value(operation.data, depth=MAX_DEPTH + _AROUND_A_VALUE)
        data = with_ids(operation, lambda name: str(self.ids[name]))
        adapter = _ADAPTERS[operation.kind](self._resource(operation), request=self.request)
        match operation.method:
            case Method.POST | Method.PUT:
                adapter.validate_dict(data)
                adapter.save()
            case Method.PATCH:
                adapter.handle_operations(operations_in(data))
            case Method.DELETE:
                adapter.delete()
                return None
        return _version(adapter.obj)

    def _resource(self, operation: Operation) -> Any:
        """A new one, or the living one of the request's tenant, locked. Raises NotFound."""
        model = _MODELS[operation.kind]
        if operation.method is Method.POST:
            return model(id=self.ids[cast(str, operation.bulk_id)])
        living: Any = model.objects.filter(tenant=self.request.tenant).living()  # type: ignore[attr-defined]  # set by the auth check
        found = living.select_for_update(no_key=True).get(id=resource_id(self._target(operation) or ""))
        expect(found, _precondition(operation).allow_change)
        return found

    def _target(self, operation: Operation) -> str | None:
        if operation.method is Method.POST:
            return str(self.ids[cast(str, operation.bulk_id)])
        found = self.ids.get(reference(operation.target) or "")
        return str(found) if found else operation.target


def _precondition(operation: Operation) -> Preconditions:
    """`version` is what If-Match is to a single request (RFC 7644, 3.7)."""
    return Preconditions.read({} if operation.version is None else {"If-Match": operation.version})


def _version(resource: User | Group) -> str:
    version: str = whole(resource)["meta"]["version"]
    return version
