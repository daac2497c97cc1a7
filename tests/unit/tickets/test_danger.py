"""Signs of danger: what people mean by what they write, and what only looks like it.

The labelled halves in tests/data/danger say how well the rules do; these say what they are.
"""

import csv
from collections.abc import Iterator
from pathlib import Path
from re import _parser as parser
from typing import Any

import pytest

from services.tickets.domain.danger import (
    chinese,
    chinese_guards,
    english,
    english_guards,
    not_people,
)
from services.tickets.domain.danger.factors import alternatives
from services.tickets.domain.danger.finding import find_danger
from services.tickets.domain.danger.reading import plain
from services.tickets.domain.danger.rules import Rules
from services.tickets.domain.danger.script import TO_SIMPLIFIED
from services.tickets.domain.danger.signs import Guards, Sign
from services.tickets.domain.danger.words import USUAL_DANGER_WORDS, words_of_danger

DANGEROUS = (
    "家里人都头晕想吐，热水器刚开过",
    "楼上水管裂了，水从天花板哗哗下来",
    "儿子摸了路灯被电",
    "雨水灌进配电箱",
    "有股烧塑料的味道，插座发烫",
    "煤气味越来越浓",
    "楼道着火",
    "催一下，水已经流到电梯里了",
    "一氧化碳中毒，人叫不醒",
    "水已经漫到电梯口",
    "停电了，电梯里面有老人",
    "充电器烧化了，一股怪味",
    "烟雾报警器响了，走廊有烟",
    "空调外机要掉下来",
    "插排在冒烟",
    "满楼道都是燃气味道，头晕",
    "锅炉房传来爆炸声",
    "树压到电线了",
    "厨房里一股臭鸡蛋味，怀疑燃气漏",
    "电梯突然下坠",
    "一氧化碳报警了",
    "钥匙断在锁里，孩子一个人在家，锅还烧着",
    "地上突然陷下去一个洞",
    "插座冒火星",
    "电梯关人",
    "瓦斯關了還是聞得到瓦斯味",
    "厕所门锁坏了，我出不来",
    "大树被风刮断，挂在电线上",
    "挡土墙塌了，土压到一楼",
    "水电工触电昏倒",
    "I locked myself on the balcony and it is freezing",
    "no flames but the plug smokes",
    "lift stuck between floors with people inside",
    "loose wires sparking in the car park",
    "I'm stuck in the lift",
    "she is not breathing",
    "my gas stove leaks gas",
    "Wok caught fire, grease everywhere",
    "The tumble dryer started smoking and the lint is glowing",
    "child not breathing",
    "someone fell down the elevator shaft",
    "My mother (84) is alone in the lift, it stopped",
    "The doors of the lift do not open and I cannot get out",
    "ceiling collapsed on my bed",
    "A guy is locked on the roof",
    "Gas bottle blew up on the balcony",
    "there are bare wires hanging from the wall",
    "I can't get out of my apartment, the lock is broken",
    "toddler locked inside the bedroom",
    "Sewage is bubbling up out of the floor drain into the kitchen",
    "rainwater is flooding the lobby",
    "loud explosion and smoke",
    "bathroom lock broke and I'm inside, nobody at home",
    "boy fell into the construction pit",
    "Possible gas leak in the garage",
    "fireworks set the hedge on fire",
    "The gate motor smokes",
    "I can't close the main valve and the flat is flooding",
    "aerosol can exploded in the bin room",
    "I've been stuck here in the elevator since 9",
)
HARMLESS = (
    "上次淹水的照片要寄到哪",
    "钥匙掉进电梯井了",
    "门打不开，我进不去",
    "消防知识讲座几点",
    "花架歪了",
    "栏杆掉漆",
    "泳池水不干净",
    "瓦斯公司電話",
    "请问演习几点集合",
    "电梯里掉了个手机",
    "纱窗掉了",
    "漏电开关老跳，想换新的",
    "电梯没有困人，就是不动",
    "树叶掉得到处都是",
    "充电桩扫码失败",
    "灭火毯哪里领",
    "安全出口指示灯坏了",
    "邻居为垃圾吵得要爆炸",
    "群里吵炸了",
    "浴室积水",
    "火灾保险单丢了",
    "冰箱密封条漏气",
    "想约个时间检查老化的电线",
    "钥匙锁在家里了",
    "电梯按键失灵",
    "热得快晕了，空调坏了",
    "家里怎么逃生演练",
    "太阳能板发电少",
    "瓦斯爐點不著",
    "瓦斯費怎麼繳",
    "towel rail came loose",
    "light flickers",
    "gas fitter appointment please",
    "roof leak: a few drops when it rains",
    "The socket is dead. No smell, no sparks, nothing.",
    "The burst hose has been changed, the floor is dry now",
    "slow drain",
    "Cigarette smell comes through the vent",
    "curtain rail fell down",
    "keys locked inside the car",
    "The wall is not going to collapse, the crack is hairline",
    "how to use the fire extinguisher",
    "poison for rats please",
    "toilet is running",
    "lift makes a noise",
    "The invoice for the flood in August has not come",
    "which number is for gas emergencies?",
    "I have water stains from the leak you repaired in spring",
    "internet speed fell",
    "dishwasher leaves a puddle",
    "heating too hot",
    "Our fireplace door handle is loose",
    "sorry, the smoke was only from the fog machine",
    "the flush is stuck",
    "The spam filter and the firewall block the residents' portal",
    "dog mess bag dispenser exploded in colour",
    "hanging lamp needs a bulb",
    "burned out light",
    "the picture frame fell off the wall",
    "gas meter reading",
)
SIGNS: tuple[Sign, ...] = (*chinese.SIGNS, *english.SIGNS)
GUARDS: tuple[Guards, ...] = (chinese_guards.GUARDS, english_guards.GUARDS)
TUNING = Path(__file__).parents[2] / "data" / "danger" / "tuning.csv"


@pytest.mark.parametrize("text", DANGEROUS)
def test_danger_is_found_however_it_is_said(text: str) -> None:
    assert find_danger(text)


@pytest.mark.parametrize("text", HARMLESS)
def test_what_only_looks_like_danger_is_none(text: str) -> None:
    assert find_danger(text) == ()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("No fire, the detector needs a battery", ()),
        ("There is no smoke, just sparks from the panel", ("sparks",)),
        ("It isn't the drill, it's a real fire", ("fire",)),
        ("The fire last year left marks on the wall", ()),
        ("Last month the socket was repaired, now it is smoking", ("smoke",)),
        ("The burst pipe was repaired yesterday", ()),
        ("The valve was replaced but I still smell gas", ("gas smell",)),
        ("What should I do if the lift gets stuck with people inside?", ()),
        ("Is it normal that it smells of gas?", ("gas smell",)),
        ("The gas meter has to be read", ()),
        ("The gas meter is hissing", ("gas leak",)),
        ("It is not cigarette smoke, the socket is smoking", ("smoke",)),
        ("The lift stopped. My son is inside.", ("trapped",)),
        ("The guard said it was a drill, but the fire is real", ("fire",)),
        ("It was only a fire drill", ()),
        ("The gas smell is gone now, thanks", ()),
        ("Sorry for the smell of gas alarm. It is all fine now.", ()),
        ("没有着火，就是烟感坏了", ()),
        ("说是演习，可火是真的，有火苗", ("着火",)),
        ("今天消防演习，有烟雾", ()),
        ("不是滴水，是水管爆了", ("爆管",)),
        ("不是演习！二单元起火了", ("着火",)),
        ("去年那场火把墙熏黑了", ()),
        ("上次修过，今天水管又爆了", ("爆管",)),
        ("火已经灭了，麻烦打扫", ()),
        ("如果电梯困人打哪个电话", ()),
        ("防火门关不严", ()),
        ("防火门后面着火了", ("着火",)),
    ],
)
def test_denied_over_or_supposed_is_not_meant_and_other_clauses_stand(
    text: str, found: tuple[str, ...]
) -> None:
    assert find_danger(text) == found


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("電梯關人了", "电梯关人了"),
        ("發生火災", "发生火灾"),
        ("ＦＩＲＥ in the cellar", "fire in the cellar"),
        ("My mother’s stuck in the lift", "my mother's stuck in the lift"),
        ("着火啦，３楼", "着火啦,3楼"),
    ],
)
def test_script_width_case_and_marks_make_no_difference(one: str, other: str) -> None:
    assert find_danger(one) == find_danger(other) != ()


def test_the_same_danger_in_other_words_has_the_same_name() -> None:
    assert find_danger("水管爆了") == find_danger("爆水管") == ("爆管",)
    assert find_danger("I am stuck in the lift") == find_danger("We are trapped in the elevator")


@pytest.mark.parametrize(
    ("words", "text", "found"),
    [
        (("白蚁",), "门框上有白蚁", ("白蚁",)),
        (("白蚁",), "没有白蚁", ()),
        (("wasps",), "Wasps in the attic", ("wasps",)),
        (("wasps",), "no wasps seen", ()),
        (("wasps",), "waspsnest", ()),
        (("fire", "gas"), "The gas meter and the fire door", ()),
        (("gas",), "ＧＡＳ！！", ("gas",)),
        ((), "gas", ()),
    ],
)
def test_a_site_has_words_of_its_own_under_the_same_guards(
    words: tuple[str, ...], text: str, found: tuple[str, ...]
) -> None:
    assert words_of_danger(words, text) == found


def test_words_are_looked_for_in_all_that_was_written_and_said_once() -> None:
    assert words_of_danger(USUAL_DANGER_WORDS, "着火", "", "三楼着火，还漏电") == ("着火", "漏电")


def test_a_pattern_that_matches_a_text_is_possible_in_it() -> None:
    with TUNING.open(encoding="utf8", newline="") as rows:
        texts = [plain(row["text"]) for row in csv.DictReader(rows)]
    rules = Rules((n, sign.said) for n, sign in enumerate(SIGNS))

    overlooked = [
        (SIGNS[n].word, text)
        for text in (*texts, *map(plain, DANGEROUS))
        for n in {*range(len(SIGNS))} - {n for n, _ in rules.possible(text)}
        if SIGNS[n].pattern.search(text)
    ]

    assert overlooked == []


def test_no_pattern_looks_for_a_letter_that_reading_has_made_another() -> None:
    texts = [said for sign in SIGNS for said in (*sign.said, sign.near, sign.unless, sign.excused)]
    texts += [said for guards in GUARDS for _, said in guards.patterns()]
    texts += [not_people.CHINESE, not_people.ENGLISH]

    assert [text for text in texts if text.translate(TO_SIMPLIFIED) != text] == []


@pytest.mark.parametrize(
    ("pattern", "needs"),
    [
        ("gas", [[{"gas"}]]),
        (r"\bgas(?:es)? leak(?:s|ing)\b", [[{"gas"}, {" leak"}]]),
        ("(?:smoke|fume)s?", [[{"smoke", "fume"}]]),
        ("smokes?", [[{"smoke"}]]),
        ("(?:on )?fire", [[{"fire"}]]),
        ("(?:the fire ){0,2}", [[]]),
        ("(?:fire ){1,2}", [[{"fire "}]]),
        ("no|my", [[], []]),
        ("fire(?! door)", [[{"fire"}]]),
        ("fire(?= door)", [[{"fire"}, {" door"}]]),
        ("[爆暴]炸", [[{"炸"}, {"爆", "暴"}]]),
        ("[^,]{0,4}电", [[{"电"}]]),
        (r"a\.b\?cd", [[{"a.b?cd"}]]),
        ("smoke+ bomb", [[{" bomb"}, {"smoke"}]]),
        ("(?:电|气[味体])味?", [[{"电", "气"}]]),
    ],
)
def test_what_a_pattern_needs_is_read_from_it(pattern: str, needs: list[Any]) -> None:
    read = alternatives(pattern)

    expected = [{frozenset(need) for need in each} for each in needs]
    assert [{*each.needs} for each in read] == expected
    assert "|".join(each.pattern for each in read) == pattern


def test_no_pattern_repeats_without_bound_nor_a_repetition_for_long() -> None:
    patterns = [
        *(sign.pattern for sign in SIGNS),
        *(sign.context for sign in SIGNS),
        *(each for sign in SIGNS for each in (sign.exception, sign.excuse) if each),
    ]
    texts = [pattern.pattern for pattern in patterns]
    texts += [said for guards in GUARDS for _, said in guards.patterns()]
    texts += [not_people.CHINESE, not_people.ENGLISH]

    worst = max(_most_repeated(parser.parse(text)) for text in texts)

    assert worst <= 500


@pytest.mark.parametrize(
    "noise",
    [
        "fire ",
        "no fire ",
        "gas ",
        "电梯",
        "水",
        "没有着火",
        "lift my ",
        "烟",
        "((((",
        "a",
        "，",
        "?!",
    ],
)
def test_four_thousand_hostile_characters_are_read_to_their_end(noise: str) -> None:
    text = noise * (4000 // len(noise))

    assert "trapped" in find_danger(f"{text}\nI am stuck in the lift")


def _most_repeated(parsed: Any) -> float:
    """Return how often the most repeated item of a pattern may be repeated, loops in loops
    multiplied; a loop over single characters alone may be long, for it is read once.
    """
    worst = 1.0
    for operation, argument in _items(parsed):
        if operation in ("MAX_REPEAT", "MIN_REPEAT"):
            _, most, inner = argument
            bound = float("inf") if most is parser.MAXREPEAT else float(most)
            nested = _most_repeated(inner)
            single = all(
                name in ("ANY", "IN", "LITERAL", "NOT_LITERAL") for name, _ in _items(inner)
            )
            worst = max(worst, 1.0 if single and bound == float("inf") else bound * nested)
        else:
            worst = max(worst, *(_most_repeated(each) for each in _nested(argument)), 1.0)
    return worst


def _items(parsed: Any) -> Iterator[tuple[str, Any]]:
    for operation, argument in parsed:
        yield str(operation), argument


def _nested(argument: Any) -> Iterator[Any]:
    if isinstance(argument, parser.SubPattern):
        yield argument
    elif isinstance(argument, (tuple, list)):
        for each in argument:
            yield from _nested(each)
