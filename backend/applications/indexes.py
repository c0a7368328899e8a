"""What a case is found by without being read: blind indexes of the applicant's numbers and name."""

from __future__ import annotations

from backend.house import House


def identity_index(house: House, id_number: str) -> str:
    """What an identity number is found by; nobody reads it from this."""
    return house.keys.blind_index(id_number.upper(), "applications.identity")


def mobile_index(house: House, mobile: str) -> str:
    """What a mobile (11 digits) is found by."""
    return house.keys.blind_index(mobile, "applications.mobile")


def name_index(house: House, name: str) -> str:
    """What a full name is found by."""
    return house.keys.blind_index(name, "applications.name")
