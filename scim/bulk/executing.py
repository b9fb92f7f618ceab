"""Runs the operations of a bulk request, each alone or with its circle in a transaction (RFC 7644, 3.7)."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

from django.db import transaction
from django.http import HttpRequest

from directory.documents import version_tag
from directory.models import Group, User
from lib.documents import MAX_DEPTH, check_value
from lib.statements import names_of, row_of
from scim.adapters import Adapter, GroupAdapter, UserAdapter
from scim.bulk.ordering import running_order
from scim.bulk.reading import BulkRequest, Kind, Method, Operation
from scim.bulk.references import reference, references_of, with_ids
from scim.errors import ScimError, translated
from scim.hooks import tenant_of
from scim.lookups import row_with_id
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
        """Runs one circle after the other; stops after as many errors as the client allows."""
        errors = 0
        for circle in running_order(self._needs()):
            self._run(circle)
            for place in circle:
                yield self.outcomes[place]
                errors += self.outcomes[place].refused is not None
            if self.bulk.fail_on_errors and errors >= self.bulk.fail_on_errors:
                return

    def outcomes_as_sent(self) -> list[Outcome]:
        """Of the operations that ran."""
        return [self.outcomes[place] for place in sorted(self.outcomes)]

    def _needs(self) -> list[list[int]]:
        return [[self.posts[name] for name in names if name in self.posts] for names in self.references]

    def _run(self, circle: list[int]) -> None:
        """All of it or nothing: otherwise what was done would refer to what was never made."""
        place = circle[0]
        with translated() as answer, transaction.atomic():
            for place in circle:
                self.outcomes[place] = self._done(place)
        if answer.refused:
            undone = _undone(self.bulk.operations[place])
            for other in circle:
                refused = answer.refused if other == place else undone
                self.outcomes[other] = self._outcome(other, refused.status, refused=refused)

    def _done(self, place: int) -> Outcome:
        self._check_references(self.references[place])
        operation = self.bulk.operations[place]
        version = self._execute(operation)
        return self._outcome(place, _STATUS[operation.method], version=version)

    def _outcome(
        self, place: int, status: int, *, version: str | None = None, refused: ScimError | None = None
    ) -> Outcome:
        operation = self.bulk.operations[place]
        return Outcome(operation, self._target(operation), status, version, refused)

    def _check_references(self, names: list[str]) -> None:
        for name in names:
            if name not in self.posts:
                raise ScimError(
                    400, f"No POST in this request has the bulkId {_shown(name)}.", "invalidValue"
                )
            outcome = self.outcomes.get(self.posts[name])
            if outcome and outcome.refused:
                raise ScimError(409, f"The operation {_shown(name)}, which this one refers to, failed.")

    def _execute(self, operation: Operation) -> str | None:
        """The version that the resource has afterwards; a deleted one has none."""
        check_value(operation.data, depth=MAX_DEPTH + _AROUND_A_VALUE)
        data = with_ids(operation, lambda name: str(self.ids[name]))
        adapter = _ADAPTERS[operation.kind](self._resource(operation), request=self.request)
        adapter.preconditions = _preconditions(operation)
        match operation.method:
            case Method.POST | Method.PUT:
                adapter.validate_dict(data)
                adapter.save()
            case Method.PATCH:
                adapter.handle_operations(operations_in(data))
            case Method.DELETE:
                adapter.delete()
                return None
        return version_tag(adapter.obj)

    def _resource(self, operation: Operation) -> Any:
        """A new one, or the living one of the request's tenant. Raises NotFound."""
        model = _MODELS[operation.kind]
        if operation.method is Method.POST:
            return model(id=self.ids[cast(str, operation.bulk_id)])
        columns = names_of(model, "r")
        return row_of(
            model, row_with_id(model, tenant_of(self.request), columns, self._target(operation) or "")
        )

    def _target(self, operation: Operation) -> str | None:
        if operation.method is Method.POST:
            return str(self.ids[cast(str, operation.bulk_id)])
        found = self.ids.get(reference(operation.target) or "")
        return str(found) if found else operation.target


def _preconditions(operation: Operation) -> Preconditions:
    """`version` is what If-Match is to a single request (RFC 7644, 3.7)."""
    return Preconditions.read({} if operation.version is None else {"If-Match": operation.version})


def _undone(failed: Operation) -> ScimError:
    """What the others of its circle are answered."""
    name = _shown(failed.bulk_id)
    return ScimError(
        409, f"The operation {name} failed; this one and it refer to one another, so neither was done."
    )


def _shown(bulk_id: str | None) -> str:
    return ascii((bulk_id or "")[:100])
