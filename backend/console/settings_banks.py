"""Partner banks as the data file names them, to be seen: a bank that a case has chosen keeps its name, so the file is changed, not the list."""

from __future__ import annotations

from sanic.response import HTTPResponse

from backend.console.desk import Desk
from backend.console.routes import page
from backend.console.settings import ADMINISTRATOR


@page("/settings/banks", *ADMINISTRATOR)
async def listing(desk: Desk) -> HTTPResponse:
    """The list."""
    house = desk.house
    return desk.page(
        "settings/banks.html", banks=house.catalogue.banks.values(), file=house.settings.catalogue_dir / "banks.yml"
    )
