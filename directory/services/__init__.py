"""Every change to the directory: rule, row, event and signal, in one transaction."""

from directory.services.entitlements import add_entitlement, change_entitlement, delete_entitlement
from directory.services.extensions import change_extension, define_extension, delete_extension
from directory.services.groups import change_group, create_group, delete_group
from directory.services.offers import take_over
from directory.services.users import change_user, create_user, delete_user

__all__ = [
    "add_entitlement",
    "change_entitlement",
    "change_extension",
    "change_group",
    "change_user",
    "create_group",
    "create_user",
    "define_extension",
    "delete_entitlement",
    "delete_extension",
    "delete_group",
    "delete_user",
    "take_over",
]
