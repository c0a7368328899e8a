"""What the notice says of one person: may they apply, which matters are open, which papers, which fields. Pure.

Answers may be incomplete, for the person is being asked: what is not known yet is None or "not certain", never a refusal.
Fields are those of the draft; a matter that is closed to the person is ignored even where an old answer still names it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from backend.catalogue.conditions import holds
from backend.catalogue.entries import Catalogue, Material, Matter
from backend.locale.text import Joined, T, Text

Answers = Mapping[str, Any]
PaperForm = Literal["original", "unstated", "either"]
FUJIAN = "35"
REPORT_IN = "report_in"

ELIGIBILITY_FIELDS = (
    "discharge_month",
    "county",
    "soldier_kind",
    "self_employed",
    "handed_over",
    "local_household",
    "political_status",
)
#: What the roster asks of the veteran. The two columns of units are typed by the window, never asked here. # notice 附表
ROSTER_FIELDS = (
    "name",
    "id_number",
    "enlist_month",
    "enlist_place",
    "certificate_number",
    "education",
    "current_place",
    "home_address",
    "mobile",
)
ADDRESS_PARTS = ("address", "recipient", "mobile")
#: Questions that a rule or the talk itself asks; every other is asked by its own entry or by a matter.
BY_RULE = (
    *("consent", "consent_sensitive", "review", "discharge_month_exact", "matters", "papers_lacking"),
    *ELIGIBILITY_FIELDS,
    *ROSTER_FIELDS,
)
#: What an application keeps once it is filed: another county is another office's case, and matters are changed at the window.
FIXED_ONCE_FILED = ("county", "matters")


@dataclass(frozen=True)
class Verdict:
    """Whether somebody may apply; None while it is not known. `why` is said to whoever may not."""

    ok: bool | None
    why: Text | None = None


@dataclass(frozen=True)
class Offer:
    """One matter as offered to a person. `certain`: False while what decides it is unknown; it is open until then."""

    matter: Matter
    open: bool
    why: Text
    preselected: bool
    required: bool
    voluntary: bool
    certain: bool = True


@dataclass(frozen=True)
class PaperLine:
    """One paper of a person's checklist.

    name, short   of the one paper that this person needs, where the notice names two
    form          original, either (one of two papers, the original), or unstated: the notice asks for neither original nor copy
    matters       the person's matters that use it · blocks: those of them that wait when it is lacking
    group         the everyday heading it stands under · certain: False while it is not known whether it is needed
    """

    material: Material
    name: Text
    short: Text
    why: Text
    form: PaperForm
    matters: tuple[str, ...]
    blocks: tuple[str, ...]
    issuer: Text
    in_pre_review: bool
    group: str
    certain: bool = True


def eligibility(answers: Answers, today: date) -> Verdict:
    """Discharged this calendar year and settled in Fujian. # notice 二(一)

    `today` is the day of the first submission, or the present day before it (our reading: a correction in January does not
    end an application of December). A month that is still to come is no discharge yet.
    """
    discharged, county = answers.get("discharge_month"), answers.get("county")
    refusal = _wrong_time(str(discharged), today) if discharged else None
    if refusal is None and county and not str(county).startswith(FUJIAN):
        refusal = T("这个服务只给安置在福建省内的退役士兵办。安置在外省的，请到安置地的退役军人服务中心办理。")
    if refusal is not None:
        return Verdict(False, refusal)
    return Verdict(True if discharged and county else None)


def _wrong_time(discharged: str, today: date) -> Text | None:
    year, _, month = discharged.partition("-")
    if int(year) < today.year:
        return T(
            "这个服务只给今年（{this_year}年）退役的士兵办，你是{year}年退役的，这里办不了。可以到安置地的退役军人服务中心窗口问问。",
            this_year=str(today.year),
            year=year,
        )
    if int(year) > today.year or (month and int(month) > today.month):
        return T("退役时间还没到，等退役后再来申请就行。现在想先准备材料，可以问我“要带什么”。")
    return None


def offers(catalogue: Catalogue, answers: Answers) -> list[Offer]:
    """Every matter, in the notice's order, as it stands for this person. # notice 一, 三"""
    found = []
    for matter in catalogue.matters.values():
        open_to = holds(matter.open_to, answers)
        closed = open_to is False
        found.append(
            Offer(
                matter=matter,
                open=not closed,
                why=matter.closed_why if closed and matter.closed_why else matter.why,
                preselected=not closed and not matter.voluntary and holds(matter.recommended, answers) is True,
                required=matter.required,
                voluntary=matter.voluntary,
                certain=open_to is not None,
            )
        )
    return found


def chosen_matters(catalogue: Catalogue, answers: Answers) -> list[str]:
    """The person's matters in the notice's order: what they chose and is open to them, always with report_in."""
    chosen = set(answers.get("matters") or ())
    return [
        offer.matter.code
        for offer in offers(catalogue, answers)
        if offer.open and (offer.required or offer.matter.code in chosen)
    ]


def task_paths(catalogue: Catalogue, matter: str, answers: Answers) -> list[str | None]:
    """The ways one matter takes for this person: [None], or party, league or both for party_league. # notice 三(十)"""
    paths = catalogue.matters[matter].paths
    if not paths:
        return [None]
    return [code for code, path in paths.items() if answers.get("political_status") in path.members]


def checklist(catalogue: Catalogue, answers: Answers, *, with_uncertain: bool = False) -> list[PaperLine]:
    """Every paper this person has to bring for their matters, once each, in the notice's order. # notice 二(二)

    Papers of which it is not known yet whether they are needed are left out, or marked, with `with_uncertain`.
    """
    chosen = chosen_matters(catalogue, answers)
    lines = []
    for material in catalogue.materials.values():
        used = tuple(code for code in chosen if code in material.used_by)
        needed = holds(material.condition, answers)
        if not used or needed is False or (needed is None and not with_uncertain):
            continue
        lines.append(_line(catalogue, material, used, answers, certain=needed is True))
    return lines


def _line(catalogue: Catalogue, material: Material, used: tuple[str, ...], answers: Answers, *, certain: bool) -> PaperLine:
    variant = material.variants.get(str(answers.get("soldier_kind")))
    exact = tuple(code for code in used if code in material.exact_for)
    name, short, why = material.name, material.short, material.why
    if variant is not None:
        # Sergeants have the one voucher, conscripts the other. # notice 二(二)11, our reading
        name = variant
    elif exact and material.exact_name is not None:
        name = short = material.exact_name
        exact_matters = Joined([catalogue.matters[code].short for code in exact])
        why = T("{why}{matters}只认{paper}。", why=why, matters=exact_matters, paper=material.exact_name)
    narrowed = variant is not None or bool(exact)
    form: PaperForm = "unstated" if material.original is False else "original"
    if material.original == "either" and not narrowed:
        form = "either"
    return PaperLine(
        material=material,
        name=name,
        short=short,
        why=why,
        form=form,
        matters=used,
        blocks=tuple(code for code in used if code in material.blocks),
        issuer=material.issuer,
        in_pre_review=material.in_pre_review,
        group=material.group,
        certain=certain,
    )


def held_up(catalogue: Catalogue, answers: Answers, lacking: Sequence[int]) -> list[str]:
    """The person's matters that wait for papers that are lacking, in the notice's order; the others go on.

    Papers 1 and 2 hold report_in; without an identity card one still reports in and restores the household. # notice 二(二)
    """
    waiting = {code for line in checklist(catalogue, answers) if line.material.number in lacking for code in line.blocks}
    return [code for code in chosen_matters(catalogue, answers) if code in waiting]


def fields_needed(catalogue: Catalogue, answers: Answers) -> list[str]:
    """The fields to ask of this person, in the order of interview.yml; more appear as matters and choices are known."""
    wanted = {*ELIGIBILITY_FIELDS, "matters", "papers_lacking", *ROSTER_FIELDS}
    wanted |= {field.name for field in catalogue.fields.values() if field.asked and holds(field.asked, answers)}
    for code in chosen_matters(catalogue, answers):
        matter = catalogue.matters[code]
        wanted |= set(matter.asks)
        for path in task_paths(catalogue, code, answers):
            if path is not None:
                wanted.add(matter.paths[path].organisation_field)  # notice 四(七)
        if matter.product is not None:
            wanted |= _delivery_fields(matter.product, answers)
    return [name for name in catalogue.fields if name in wanted]


def _delivery_fields(product: str, answers: Answers) -> set[str]:
    """Collect or mail; an address only for mail. # notice 三(五), 三(九)"""
    delivery = f"{product}_delivery"
    return {delivery, *(f"{product}_{part}" for part in ADDRESS_PARTS if answers.get(delivery) == "mail")}
