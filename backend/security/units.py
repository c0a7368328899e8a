"""Designations of military units (部队番号) in what people type: found, so that they can be cut out and never kept.

A designation can be secret. Doubt falls on the side of cutting; words of everyday life that only look like one (团员, 军士,
连江, 营业, 一连几天) are left.
"""

from __future__ import annotations

import re

from backend.interview.reading.normalise import same_width

# A number of a unit: figures, Chinese numerals, or the signs that people put for them.
_N = r"(?:[0-9]{1,6}[x×*＊○□某]{0,4}|[零〇一二三四五六七八九十百]{1,5}|[x×*＊○□]{1,6}|某)"
_BRANCH = (
    r"(?:重型|中型|轻型|两栖|山地|机动)?(?:合成|特战|特种作战|特种|炮兵|防空|陆航|陆军航空兵|空中突击|海防|边防|岸防|通信|信息|工化|工兵|防化|勤务支援|作战支援"
    r"|空降兵?|装甲|坦克|机步|摩步|步兵|侦察|汽车|运输|警卫|航空兵|导弹|火箭军?|雷达|海军陆战队?|陆战|预备役|保障|支援|修理|舟桥|武警|机动|执勤)*"
)
_KIND = (
    r"(?:集团军|军(?!人|士|官|区|队|校|分区|籍|龄|事|装|衔|休|功|属|烈|转|民|训|营|属|医|龄|牌|礼|旗|车)"
    r"|旅(?!行|游|馆|店|客|途|费|居|程|社|舍)|师(?!范|傅|大|生|父|兄|弟|姐|妹|资|专|院|德)"
    r"|团(?!员|组织|委|关系|的?组织|支部|籍|费|队|购|结|圆|聚|年|省|市|县|区|课|徽|旗|日|建|总支|转|糟|乱|和气)"
    r"|营(?!业|养|地|运|收|销|造|救|口|房|商|利|前|生)|支队|大队|中队|总队|基地(?=某|\d|的?兵)|部队|分队)"
)
_PART = r"(?:连(?!江|城|续|接|夜|同|带|忙|累|云|州|锁|锁店|我|他|个|都|也|着|一|打|几|天|环)|排(?!队|名|行|序|期|号|查|除|列|骨|在)|班(?!车|次|级|机|主任|子|里|上|长))"
_LEADING = r"(?:(?:东|南|西|北|中)部战区(?:陆军|海军|空军|火箭军|联勤)?|(?:陆军|海军|空军|火箭军|武警|海警|联勤保障部队|解放军|中国人民解放军)(?:[\u4e00-\u9fff]{0,6}(?:省|总队|基地|舰队|区))?)"
_ELEMENT = rf"(?:第\s*)?(?:{_BRANCH}\s*(?:第\s*)?{_N}\s*{_BRANCH}\s*{_KIND})"
_TAIL = rf"(?:\s*(?:的\s*)?(?:第\s*)?(?:{_BRANCH}\s*{_N}\s*{_BRANCH}\s*(?:{_KIND}|{_PART})|{_BRANCH}{_KIND}))*"

_FORMS = (
    rf"{_LEADING}?\s*{_ELEMENT}{_TAIL}",
    rf"(?<![一第\d])(?<!\d)(?:第\s*{_N}|[2-9x×某]|[0-9]{{2,}}|[二三四五六七八九十]{{1,2}})\s*{_BRANCH}{_PART}(?=$|[^\u4e00-\u9fff]|的|当|服|退|兵|战士|里|待|干)",
    r"(?:东|南|西|北|中)部战区(?:陆军|海军|空军|火箭军|联勤)?(?:某[\u4e00-\u9fff]{0,6}?(?:站|旅|团|营|支队|大队|基地|仓库|阵地))?",
    rf"(?:武警|海警)[\u4e00-\u9fff]{{0,8}}?(?:总队|支队|大队|中队)(?:[\u4e00-\u9fff]{{0,6}}?(?:支队|大队|中队))*(?:\s*{_N}\s*(?:支队|大队|中队))*",
    r"(?:中国人民解放军|解放军)\s*(?:第\s*)?[0-9x×*○]{4,6}\s*(?:部队)?",
    # 部队是73061, 101舰, 海军辽宁舰, 东海舰队某潜艇支队, 某雷达站, and names of honour that stand for a number.
    r"(?:部队|单位|连队)(?:就?是|叫|为|在|[:：])?\s*(?:第\s*)?[0-9]{4,6}(?![0-9年.])(?:\s*部队)?",
    r"(?:海军)?(?:(?<![0-9])[0-9]{2,4}舰(?!队)|(?:海军)[\u4e00-\u9fff]{2,3}舰(?!队))",
    r"(?:东|南|北)海舰队(?:[\u4e00-\u9fff]{0,8}?(?:支队|大队|基地|中队))?",
    r"某[\u4e00-\u9fff]{0,6}?(?:站|旅|团|营|支队|大队|基地|仓库|阵地)(?=$|[^\u4e00-\u9fff]|的|当|服|退|里|待|干)",
    r"(?:临汾旅|叶挺(?:独立)?团|黄继光(?:英雄)?连|杨根思连|塔山英雄团|老虎团|钢铁?八连|硬骨头六连|红[一二三四五六七八九]连|大功三连|雷锋[连班])",
    r"(?:番号|部队代号|代号|部队编号|信箱)(?:就?是|为|叫|[:：])?\s*(?:第\s*)?[0-9x×*○零〇一二三四五六七八九]{2,6}(?:[\s\-]*(?:部队|分队|\d{1,3}))?",
)
_UNIT = re.compile("|".join(f"(?:{form})" for form in _FORMS))
_WORD_OF_CUE = re.compile(r"^(?:番号|部队代号|代号|部队编号|信箱)(?:就?是|为|叫|[:：])?\s*")
# 一连, 一团, 一排 begin everyday phrases; alone they are no designation.
_EVERYDAY = re.compile(r"^(?:一(?:连|团|排|班|营|大队)|[两几]个?(?:军|团|连|班))$")


def find_units(text: str) -> list[tuple[int, int]]:
    """Spans [start, end) of designations in `text`, in order. The word 番号 itself stays."""
    plain = same_width(text)
    spans: list[tuple[int, int]] = []
    for match in _UNIT.finditer(plain):
        if _EVERYDAY.match(match[0].strip()):
            continue
        start, end = match.span()
        cue = _WORD_OF_CUE.match(match[0])
        start += cue.end() if cue else 0
        while plain[start].isspace():
            start += 1
        while plain[end - 1].isspace():
            end -= 1
        spans.append((start, end))
    return spans
