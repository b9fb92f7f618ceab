"""Events after the Open Cybersecurity Schema Framework, version 1.3 (schema.ocsf.io)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from audit.formats.ocsf_classes import OTHER, Class, Meaning, meaning_of
from audit.formats.reading import (
    PRODUCT,
    VENDOR,
    VERSION,
    address,
    known,
    milliseconds,
    subject_of,
    user_agent,
)

SCHEMA = "1.3.0"
SEVERITY = {"DEBUG": 1, "INFO": 1, "WARN": 3, "ERROR": 4}
SUCCEEDED = frozenset({"SUCCESS", "ALLOW"})
FAILED = frozenset({"FAILURE", "DENY", "RATE_LIMIT", "ABANDONED", "UNANSWERED"})
OF_CALLS = {"GET": 2, "POST": 1, "PUT": 3, "PATCH": 3, "DELETE": 4}
METHODS = frozenset({"OPTIONS", "GET", "HEAD", "POST", "PUT", "DELETE", "TRACE", "CONNECT"})
USER, SYSTEM, UNKNOWN, OF_OTHERS = 1, 3, 0, 99
TYPE_OF_USER = {"User": USER, "SystemPrincipal": SYSTEM, "Unknown": UNKNOWN}
TYPE_OF_ENTITY = {"User": 2, "UserGroup": 3}
# In this class `actor` is the host profile's.
WITH_PROFILE = frozenset({Class.ENTITY_MANAGEMENT, Class.GROUP_MANAGEMENT})
# What the schema takes for a mail address.
_MAIL = re.compile(r"[a-zA-Z0-9!#$%&'*+-/=?^_`{|}~.]+@[a-zA-Z0-9-]+\.[a-zA-Z0-9-.]+\Z")
OWN_KEYS = ("target", "transaction", "authenticationContext", "securityContext", "debugContext", "request")


def ocsf_event(event: Mapping[str, Any]) -> dict[str, Any]:
    """Whatever has no place in the schema is in `unmapped`, under Okta's names."""
    meaning = _meaning(event)
    kind = int(meaning.kind)
    return {
        "class_uid": kind,
        "category_uid": kind // 1000,
        "activity_id": meaning.activity,
        "type_uid": kind * 100 + meaning.activity,
        "time": milliseconds(event),
        "severity_id": SEVERITY.get(event["severity"], UNKNOWN),
        "message": event["displayMessage"] or event["eventType"],
        "metadata": _metadata(event, meaning.kind),
        "actor": _actor(event["actor"]),
        **_status(event["outcome"]),
        **_origin(event),
        **_about(event, meaning.kind),
        "unmapped": _unmapped(event),
    }


def _meaning(event: Mapping[str, Any]) -> Meaning:
    """The class that the event's targets let it be in, too."""
    meaning = meaning_of(event["eventType"])
    if event["eventType"] == "application.provision.integration.call_api":
        method = event["debugContext"]["debugData"].get("httpMethod", "")
        return Meaning(Class.API_ACTIVITY, OF_CALLS.get(method, OTHER))
    match meaning.kind:
        case Class.ACCOUNT_CHANGE if subject_of(event, "User") is None:
            return Meaning(Class.API_ACTIVITY, OTHER)
        case Class.GROUP_MANAGEMENT if not (subject_of(event, "User") and subject_of(event, "UserGroup")):
            return Meaning(Class.ENTITY_MANAGEMENT if event["target"] else Class.API_ACTIVITY, OTHER)
        case Class.ENTITY_MANAGEMENT if not event["target"]:
            return Meaning(Class.API_ACTIVITY, OTHER)
    return meaning


def _metadata(event: Mapping[str, Any], kind: Class) -> dict[str, Any]:
    return {
        "version": SCHEMA,
        "uid": event["uuid"],
        "event_code": event["eventType"],
        "correlation_uid": event["transaction"]["id"],
        "product": {"name": PRODUCT, "vendor_name": VENDOR, "version": VERSION},
        **({"profiles": ["host"]} if kind in WITH_PROFILE else {}),
    }


def _status(outcome: Mapping[str, Any]) -> dict[str, Any]:
    result = outcome["result"]
    status = 1 if result in SUCCEEDED else 2 if result in FAILED else OF_OTHERS
    detail = {"status_detail": outcome["reason"]} if outcome["reason"] else {}
    return {"status_id": status, "status": result, "status_code": result, **detail}


def _origin(event: Mapping[str, Any]) -> dict[str, Any]:
    """A job of Lockstep's comes from Lockstep."""
    ip, agent = address(event), user_agent(event)
    endpoint = {"ip": ip} if ip else {"svc_name": PRODUCT}
    debug = event["debugContext"]["debugData"]
    method = debug.get("httpMethod")
    request = {
        "user_agent": agent,
        "http_method": method if method in METHODS else None,
        "uid": debug.get("requestId"),
    }
    told = {name: value for name, value in request.items() if value}
    return {"src_endpoint": endpoint, **({"http_request": told} if told else {})}


def _about(event: Mapping[str, Any], kind: Class) -> dict[str, Any]:
    user, group = subject_of(event, "User"), subject_of(event, "UserGroup")
    match kind:
        case Class.ACCOUNT_CHANGE:
            return {"user": _user(user)} if user else {}
        case Class.AUTHENTICATION:
            session = event["authenticationContext"]["externalSessionId"]
            told = {"session": {"uid": session}} if session else {}
            return {"user": _user(user or event["actor"]), "service": {"name": PRODUCT}, **told}
        case Class.GROUP_MANAGEMENT:
            return {"user": _user(user), "group": _group(group)} if user and group else {}
        case Class.ENTITY_MANAGEMENT:
            return _entities(event["target"][0])
    resources = [_resource(target) for target in event["target"] or []]
    operation = {"operation": event["eventType"], "service": {"name": PRODUCT}}
    return {"api": operation, **({"resources": resources} if resources else {})}


def _entities(target: Mapping[str, Any]) -> dict[str, Any]:
    """Before and after, where the event tells what changed."""
    change = target.get("changeDetails")
    entity = _entity(target)
    if not change:
        return {"entity": entity}
    return {"entity": {**entity, "data": change["from"]}, "entity_result": {**entity, "data": change["to"]}}


def _entity(target: Mapping[str, Any]) -> dict[str, Any]:
    kind = target["type"]
    told = {"uid": target["id"], "type": kind, "type_id": TYPE_OF_ENTITY.get(kind, OF_OTHERS)}
    if target["displayName"]:
        told["name"] = target["displayName"]
    match kind:
        case "User":
            return {**told, "user": _user(target)}
        case "UserGroup":
            return {**told, "group": _group(target)}
    return told


def _resource(target: Mapping[str, Any]) -> dict[str, Any]:
    name = {"name": target["displayName"]} if target["displayName"] else {}
    return {"uid": target["id"], "type": target["type"], **name}


def _actor(actor: Mapping[str, Any]) -> dict[str, Any]:
    if actor["type"] == "PublicClientApp":
        return {"app_uid": actor["id"], "app_name": actor["displayName"] or actor["id"]}
    return {"user": _user(actor)}


def _user(one: Mapping[str, Any]) -> dict[str, Any]:
    """An actor or a target."""
    sign_in = known(one["alternateId"])
    told = {
        "uid": one["id"],
        "name": sign_in or one["displayName"],
        "full_name": one["displayName"],
        "email_addr": sign_in if sign_in and _MAIL.match(sign_in) else None,
        "type": one["type"],
    }
    found = {name: value for name, value in told.items() if value}
    return {**found, "type_id": TYPE_OF_USER.get(one["type"], OF_OTHERS)}


def _group(one: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "uid": one["id"],
        "type": one["type"],
        **({"name": one["displayName"]} if one["displayName"] else {}),
    }


def _unmapped(event: Mapping[str, Any]) -> dict[str, Any]:
    return {"severity": event["severity"], **{name: event[name] for name in OWN_KEYS if event.get(name)}}
