"""What synthetic users and groups look like: cleaned documents, the same for the same number each time."""

from __future__ import annotations

from lib.documents import Document
from lib.schema import ENTERPRISE_USER, GROUP, USER

GIVEN = (
    *("Ada", "Grace", "Alan", "Edsger", "Barbara", "Donald", "Hedy", "Claude", "Radia", "Dennis", "Frances"),
    *(
        "Niklaus",
        "Margaret",
        "Tony",
        "Katherine",
        "Ken",
        "Adele",
        "John",
        "Lynn",
        "Leslie",
        "Sophie",
        "Linus",
    ),
    *("Mary", "Guido", "Karen", "Tim", "Shafi", "Vint", "Jean", "Björn", "Zoë"),
)
FAMILY = (
    *("Lovelace", "Hopper", "Turing", "Dijkstra", "Liskov", "Knuth", "Lamarr", "Shannon", "Perlman"),
    *("Ritchie", "Allen", "Wirth", "Hamilton", "Hoare", "Johnson", "Thompson", "Goldberg", "Backus"),
    *("Conway", "Lamport", "Wilson", "Keller", "García", "O'Neill", "Jones", "Müller", "Goldwasser"),
    *("Cerf", "Sammet"),
)
DEPARTMENTS = (
    *("Engineering", "Sales", "Finance", "Human Resources", "Legal", "Marketing", "Operations", "Research"),
    *("Security", "Support", "Purchasing"),
)
TITLES = ("Analyst", "Engineer", "Specialist", "Manager", "Director", "Assistant", "Consultant")
LOCALES = ("en-US", "en-GB", "de-DE", "fr-FR", "ja-JP")


def user_name(number: int) -> str:
    return f"user{number:07d}@example.com"


def user_document(number: int) -> Document:
    given, family = GIVEN[number % len(GIVEN)], FAMILY[number % len(FAMILY)]
    address = user_name(number)
    return {
        "schemas": [USER.urn, ENTERPRISE_USER.urn],
        "userName": address,
        "externalId": f"00u{number:017d}",
        "name": {"givenName": given, "familyName": family},
        "displayName": f"{given} {family}",
        "title": TITLES[number % len(TITLES)],
        "emails": [{"value": address, "type": "work", "primary": True}],
        # The numbers that Ofcom keeps for films and plays: nobody's telephone rings.
        "phoneNumbers": [{"value": f"+44 20 7946 {number % 1000:04d}", "type": "work"}],
        "locale": LOCALES[number % len(LOCALES)],
        # One in twenty has left.
        "active": number % 20 != 0,
        ENTERPRISE_USER.urn: {
            "employeeNumber": str(number),
            "department": DEPARTMENTS[number % len(DEPARTMENTS)],
            "organization": "Example",
        },
    }


def group_document(number: int) -> Document:
    department = DEPARTMENTS[number % len(DEPARTMENTS)]
    return {
        "schemas": [GROUP.urn],
        "displayName": f"{department} {number:07d}",
        "externalId": f"00g{number:017d}",
    }
