"""The composition root: everything a process of the service shares, made once at start and passed by hand."""

from __future__ import annotations

from dataclasses import dataclass

import httpx

from backend.administration.current import Overrides
from backend.calendars.current import Days
from backend.catalogue.load import Catalogue, load_catalogue
from backend.channels import all_channels
from backend.channels.mail.server import MailServer
from backend.channels.sms.provider import SmsProvider, make_provider
from backend.channels.wechat.api import WeChatApi
from backend.db.engine import Database
from backend.db.models import all_tables
from backend.db.types import use_key_ring
from backend.editions.current import Editions, HasEdition
from backend.interview.questions import Script, load_script
from backend.loopback import Loopback
from backend.security.encryption import KeyRing, load_key_file
from backend.settings import Settings
from backend.time_limits.calendar import WorkCalendar, load_calendar
from backend.time_limits.rules import OfficeHours

HTTP_SECONDS = 10.0
#: A turn costs some tens of milliseconds; the action server's own limit is below this.
RASA_SECONDS = 15.0


@dataclass
class House:
    """What services are given. Close it when the process ends. `mail`, `wechat`: None when not set.

    catalogue   of the day: the data files, with what administrators laid over them (`overrides`)
    """

    settings: Settings
    keys: KeyRing
    db: Database
    catalogue: Catalogue
    script: Script
    editions: Editions
    overrides: Overrides
    days: Days
    http: httpx.AsyncClient
    rasa: Loopback
    sms: SmsProvider
    mail: MailServer | None
    wechat: WeChatApi | None = None

    @property
    def calendar(self) -> WorkCalendar:
        """The working days of the country, as they are published now."""
        return self.days.calendar

    def office(self, county: str) -> OfficeHours:
        """A county's close of business and closures. # notice 四(八)"""
        return self.days.office(county)

    def catalogue_of(self, case: HasEdition) -> Catalogue:
        """The catalogue by which a case, or a task of one, goes: with the rules that it began with."""
        return self.editions.of(case)

    async def close(self) -> None:
        """Give back connections."""
        if self.mail is not None:
            self.mail.close()
        await self.rasa.close()
        await self.http.aclose()
        await self.db.dispose()


def open_house(settings: Settings) -> House:
    """Everything for one process. Raises SettingsError, KeyRingError or CatalogueError, each saying what to do."""
    keys = load_key_file(settings.keys_file)
    use_key_ring(keys)
    # Rows point at tables of other rooms, which a process may not have needed so far.
    all_tables()
    # So does what is said, by whichever process, at channels.
    all_channels()
    catalogue = load_catalogue(settings.catalogue_dir)
    # Loopback and departments only; the environment's proxies must not see what is sent.
    http = httpx.AsyncClient(timeout=HTTP_SECONDS, trust_env=False)
    db = Database(settings.database_url)
    days = Days(db, load_calendar(settings.catalogue_dir / "calendar"))
    editions = Editions(db, settings.catalogue_dir, catalogue)
    overrides = Overrides(db, catalogue, editions)
    db.before_units.extend([days.refresh, editions.refresh, overrides.refresh])
    db.before_readings.extend([editions.refresh, overrides.refresh])
    house = House(
        settings=settings,
        keys=keys,
        db=db,
        catalogue=catalogue,
        # What the interview lacks is said now, not to the first veteran.
        script=load_script(catalogue.questions),
        editions=editions,
        overrides=overrides,
        days=days,
        http=http,
        rasa=Loopback(RASA_SECONDS),
        sms=make_provider(settings, http),
        mail=MailServer(settings.mail) if settings.mail is not None else None,
        wechat=WeChatApi(settings.wechat, http) if settings.wechat is not None else None,
    )
    overrides.on_change = lambda changed: setattr(house, "catalogue", changed)
    return house
