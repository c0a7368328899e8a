"""The whole backend on a real port, and those who sit down at its console."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from backend.house import House
from tests.support.console import Seat, console, seat


@pytest.fixture
async def address(house: House) -> AsyncIterator[str]:
    """Where the backend answers."""
    async with console(house) as url:
        yield url


@pytest.fixture
async def administrator(house: House, address: str) -> AsyncIterator[Seat]:
    """Who sets the service up, in the whole province."""
    async with seat(house, address, "administrator", county=None) as someone:
        yield someone


@pytest.fixture
async def supervisor(house: House, address: str) -> AsyncIterator[Seat]:
    """Who answers for the county's limits."""
    async with seat(house, address, "county_supervisor") as someone:
        yield someone


@pytest.fixture
async def window(house: House, address: str) -> AsyncIterator[Seat]:
    """Who takes originals at the county's window."""
    async with seat(house, address, "window") as someone:
        yield someone


@pytest.fixture
async def reviewer(house: House, address: str) -> AsyncIterator[Seat]:
    """Who decides pre-reviews in the county."""
    async with seat(house, address, "reviewer") as someone:
        yield someone
