"""What stands on each paper, as plain JSON for its template. Every value is a str, a bool, a list or None (left blank)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from backend.applications.papers import REPORT_IN, SURVEY_FIELDS, survey_answer
from backend.catalogue.entries import Catalogue, Matter
from backend.catalogue.rules import PaperLine, checklist, task_paths
from backend.clock import local
from backend.documents.rules import Subject
from backend.interview.checks import birth_date_of, sex_of
from backend.locale.text import render
from backend.roster.rules import POLITICAL, SEXES

Content = dict[str, Any]
KINDS = {"conscript": "义务兵", "sergeant": "军士"}
MEDICAL = {"flexible": "灵活就业人员医保", "resident": "城乡居民医保"}
WAYS = {"collect": "自取", "mail": "邮寄"}
PRODUCTS = {"booklet": "户口簿", "card": "社会保障卡"}
#: What a limit is counted from, before the number of days. # notice 四
LIMITS = {"funds_verified": "核实到账后", "bank_chosen": "选定银行后", "approved": "审核通过后"}
IDENTITY = {"id_card": "居民身份证", "discharge_certificate": "退出现役证件"}
FORMS = {"original": "原件", "unstated": "通知没有要求原件", "either": "原件（两样有一样就行）"}


def show_month(value: Any) -> str | None:
    """2026年9月 for "2026-09", 2026年 for a year alone."""
    year, _, month = str(value or "").partition("-")
    return (f"{year}年{int(month)}月" if month else f"{year}年") if year else None


def show_date(value: date | datetime | None) -> str | None:
    """2026年9月1日, as Asia/Shanghai has it."""
    if isinstance(value, datetime):
        value = local(value)
    return f"{value.year}年{value.month}月{value.day}日" if value else None


def person(catalogue: Catalogue, subject: Subject) -> Content:
    """Who it is, in full, as forms have it. What was not said is None."""
    given = subject.answers
    id_number = str(given.get("id_number") or "")
    education = catalogue.education.get(str(given.get("education")))
    return {
        "name": given.get("name"),
        "sex": SEXES[sex_of(id_number)] if id_number else None,
        "id_number": id_number or None,
        "birth": show_date(birth_date_of(id_number)) if id_number else None,
        "mobile": given.get("mobile"),
        "political": POLITICAL.get(str(given.get("political_status"))),
        "education": render(education.name) if education else None,
        "kind": KINDS.get(str(given.get("soldier_kind"))),
        "self_employed": _either(given.get("self_employed"), "自主就业", "非自主就业"),
        "household": _either(given.get("local_household"), "本地户籍（含这次恢复）", "非本地户籍"),
        "enlisted": show_month(given.get("enlist_month")),
        "enlist_place": given.get("enlist_place"),
        "discharged": show_month(given.get("discharge_month")),
        "certificate": given.get("certificate_number"),
        "current_place": given.get("current_place"),
        "address": given.get("home_address"),
    }


def _either(value: Any, yes: str, no: str) -> str | None:
    return None if value is None else (yes if value else no)


def window(catalogue: Catalogue, county: str) -> Content:
    """The county's window; where none is configured only its name is known."""
    found = catalogue.window_of(county)
    if found is None:
        name = f"{catalogue.counties[county].name}退役军人服务中心综合窗口"
        return {"name": name, "address": None, "phone": None, "hours": None, "police_station": None, "tax_office": None}
    return {
        "name": render(found.name),
        "address": render(found.address),
        "phone": render(found.phone),
        "hours": found.hours,
        "police_station": render(found.police_station),
        "tax_office": render(found.tax_office),
    }


def joint_form(catalogue: Catalogue, subject: Subject) -> Content:
    """All eleven matters, the chosen ones ticked, and how booklet and card come home. # notice 三(一)"""
    return {
        "person": person(catalogue, subject),
        "submitted": show_date(subject.submitted_at),
        "matters": [_matter(catalogue, subject, matter) for matter in catalogue.matters.values()],
        "count": sum(code in catalogue.matters for code in subject.matters),
        "deliveries": [
            _delivery(subject, catalogue.matters[code].product or "")
            for code in subject.matters
            if catalogue.matters[code].product
        ],
        "tax_office": _tax_office(catalogue, subject),
    }


def _tax_office(catalogue: Catalogue, subject: Subject) -> str | None:
    """Where who enrolled goes with this form; None for the others. # notice 三(六)"""
    if "pension_enrolment" not in subject.matters:
        return None
    return window(catalogue, subject.county)["tax_office"] or "对应的税务局"


def _matter(catalogue: Catalogue, subject: Subject, matter: Matter) -> Content:
    chosen = matter.code in subject.matters
    departments = [matter.department]
    if matter.paths:
        ways = task_paths(catalogue, matter.code, subject.answers) if chosen else list(matter.paths)
        departments = [matter.paths[way].department for way in ways if way]
    days = matter.limit_days
    return {
        "number": str(matter.number),
        "name": render(matter.name),
        "chosen": chosen,
        "department": "、".join(render(catalogue.departments[code].name) for code in departments),
        "limit": f"{LIMITS.get(matter.clock_start, '')}{days}个工作日" if days else "资金到位后发放",
        "wish": _wish(catalogue, subject, matter.code) if chosen else None,
    }


def _wish(catalogue: Catalogue, subject: Subject, code: str) -> str | None:
    """What the person chose within a matter. Of the bank card the tail is enough: the form is carried around."""
    given = subject.answers
    found: list[str | None] = []
    if code == "local_subsidy" and given.get("bank_card"):
        found.append(f"收款卡尾号{str(given['bank_card'])[-4:]}")
    if code == "household_restoration":
        found.append(_either(given.get("new_id_card"), "申领新身份证", "沿用原身份证"))
    if code == "medical_enrolment":
        found.append(MEDICAL.get(str(given.get("medical_kind"))))
    if code == "social_card" and given.get("card_bank") in catalogue.banks:
        found.append(render(catalogue.banks[given["card_bank"]].name))
    for way in task_paths(catalogue, code, given):
        if way:
            organisation = given.get(catalogue.matters[code].paths[way].organisation_field)
            label = "党组织" if way == "party" else "团组织"
            found.append(f"{label}：{'由县里定' if organisation in (None, 'county') else organisation}")
    product = catalogue.matters[code].product
    if product:
        way_home = WAYS.get(str(given.get(f"{product}_delivery")))
        found.append(f"{PRODUCTS[product]}{way_home}" if way_home else None)
    return "；".join(part for part in found if part) or None


def _delivery(subject: Subject, product: str) -> Content:
    given = subject.answers
    way = str(given.get(f"{product}_delivery"))
    mailed = way == "mail"
    return {
        "what": PRODUCTS[product],
        "way": WAYS.get(way),
        "address": given.get(f"{product}_address") if mailed else None,
        "recipient": given.get(f"{product}_recipient") if mailed else None,
        "mobile": given.get(f"{product}_mobile") if mailed else None,
    }


def household(catalogue: Catalogue, subject: Subject) -> Content:
    """For the register of residents and the letter to the police station. # notice 三(五)"""
    return {
        "person": person(catalogue, subject),
        "settled_in": catalogue.counties[subject.county].full_name,
        "police_station": subject.police_station or window(catalogue, subject.county)["police_station"],
        "new_id_card": _either(subject.answers.get("new_id_card"), "申领新身份证", "沿用原身份证"),
    }


def pension_declaration(catalogue: Catalogue, subject: Subject) -> Content:
    """What the pension office registers from. # notice 三(六)"""
    return {"person": person(catalogue, subject), "settled_in": catalogue.counties[subject.county].full_name}


def training_survey(catalogue: Catalogue, subject: Subject) -> Content:
    """Who is asked, and what was answered in the chat; the rest is written on the paper. # notice 三(三)"""
    questions = catalogue.questions["questions"]
    answers = {name: survey_answer(questions, name, subject.answers.get(name)) for name in SURVEY_FIELDS}
    return {"person": person(catalogue, subject), "settled_in": catalogue.counties[subject.county].name, "answers": answers}


def receipt(catalogue: Catalogue, subject: Subject) -> Content:
    """What was taken, what was given back at once, what stays and for which matters, and what is still to come. # notice 三(二)"""
    intake = subject.intake or {}
    handed_in, copied, instead = (set(intake.get(kind, ())) for kind in ("handed_in", "copied", "instead"))
    lines = checklist(catalogue, subject.answers)
    at = intake.get("at")
    return {
        "person": {name: person(catalogue, subject)[name] for name in ("name", "id_number", "mobile")},
        "window": window(catalogue, subject.county),
        "received": show_date(datetime.fromisoformat(at)) if at else None,
        "by": str(intake.get("by", "")).partition(":")[2] or None,
        "identity": IDENTITY.get(str(intake.get("identity"))),
        "taken": [
            {
                "number": str(line.material.number),
                # A deed is no booklet, whatever a matter wants besides.
                "name": render(line.material.name if line.material.number in instead else line.name),
                "copied": line.material.number in copied,
                "stays": _names(catalogue, stays_for(line)) or None,
            }
            for line in lines
            if line.material.number in handed_in
        ],
        "lacking": [
            {
                "number": str(line.material.number),
                "name": render(line.name),
                "holds": _names(catalogue, line.blocks if line.material.number in subject.lacking else exact_for(line)),
            }
            for line in lines
            if line.material.number in {*subject.lacking, *instead}
        ],
    }


def stays_for(line: PaperLine) -> list[str]:
    """The person's matters for which an original stays with the office; none: it was given back when it had been copied."""
    return [code for code in line.matters if code in line.material.kept_for]


def exact_for(line: PaperLine) -> list[str]:
    """The person's matters for which only one of the two papers will do: they wait where the other was handed in."""
    return [code for code in line.matters if code in line.material.exact_for]


def _names(catalogue: Catalogue, codes: Sequence[str]) -> str:
    return "、".join(render(catalogue.matters[code].short) for code in codes)


def own_checklist(catalogue: Catalogue, subject: Subject) -> Content:
    """This person's papers for these matters, without repeats, each with why, in which form, and who issues it. # notice 二(二)"""
    lines = checklist(catalogue, subject.answers)
    lacking = set(subject.lacking) or set(subject.answers.get("papers_lacking") or ())
    return {
        "name": subject.answers.get("name"),
        "window": window(catalogue, subject.county),
        "matters": _names(catalogue, list(subject.matters)),
        "count": len(lines),
        "originals": sum(line.form != "unstated" for line in lines),
        "needed": "、".join(str(line.material.number) for line in lines if REPORT_IN in line.blocks) or None,
        "groups": [
            {
                "title": render(title),
                "papers": [
                    {
                        "number": str(line.material.number),
                        "name": render(line.name),
                        "form": FORMS[line.form],
                        "why": render(line.why),
                        "issuer": render(line.issuer),
                        "used_by": _used_by(catalogue, line, subject),
                        "lacking": line.material.number in lacking,
                    }
                    for line in lines
                    if line.group == code
                ],
            }
            for code, title in catalogue.groups.items()
            if any(line.group == code for line in lines)
        ],
    }


def _used_by(catalogue: Catalogue, line: PaperLine, subject: Subject) -> str:
    every = len(line.matters) > 3 and set(line.matters) == set(subject.matters)
    return "每一项都用" if every else _names(catalogue, list(line.matters))


def correction_note(catalogue: Catalogue, subject: Subject) -> Content:
    """What is to be corrected and why, in the county's words. # notice 三(二)"""
    return {
        "name": subject.answers.get("name"),
        "window": window(catalogue, subject.county),
        "asked": show_date(max((point.at for point in subject.corrections), default=None)),
        "points": [{"what": point.what, "why": point.why} for point in subject.corrections],
    }


CONTENTS: Mapping[str, Callable[[Catalogue, Subject], Content]] = {
    "joint_form": joint_form,
    "household_register": household,
    "household_letter": household,
    "pension_declaration": pension_declaration,
    "training_survey": training_survey,
    "receipt": receipt,
    "checklist": own_checklist,
    "correction_note": correction_note,
}


def content_of(catalogue: Catalogue, name: str, subject: Subject) -> Content:
    """Everything that the template `name` may use of a case, and no more."""
    return {"county": catalogue.counties[subject.county].name, **CONTENTS[name](catalogue, subject)}
