"""Danger that no rule knows is heard by learned weights, and what the rules find is set against
them.
"""

import pytest

from services.tickets.domain.danger.finding import find_danger
from services.tickets.domain.danger.grams import grams_of
from services.tickets.domain.danger.learned import hear
from services.tickets.domain.danger.reading import plain, sentences
from services.tickets.domain.danger.words import USUAL_DANGER_WORDS, words_of_danger
from tests.bench.danger_training import WEIGHTS, digest, read


@pytest.mark.parametrize(
    "text",
    [
        "无盖的化粪池旁边有小孩在玩",
        "楼下停的那辆油罐车在漏油",
        "阁楼水箱塌下来，把卧室顶压穿了",
        "瓦斯管被裝潢的人敲歪，聞到味道",
        "So much gas at the entrance I don't dare press the bell",
        "A man with a club is smashing cars and hitting people",
        "A child's shoe and foot are jammed in the moving stairs",
    ],
)
def test_danger_that_no_rule_knows_is_heard(text: str) -> None:
    assert find_danger(text) == ()
    assert words_of_danger(USUAL_DANGER_WORDS, text)


@pytest.mark.parametrize(
    "text",
    [
        "厨房漏水",
        "3号楼1202",
        "煤气灶打不着火",
        "瓦斯爐點火慢",
        "kitchen leak",
        "1 Main St",
        "The gas meter and the fire door",
        "Saturday between 8 and 10 suits me",
    ],
)
def test_plain_repairs_and_places_are_none(text: str) -> None:
    assert words_of_danger(USUAL_DANGER_WORDS, text) == ()


@pytest.mark.parametrize(
    "text",
    [
        "Door is open, come in",
        "For instance: the door is open, come in",
        "Please come in, the door is open.",
        "Come up, 12th floor",
        "My mother will open the door",
        "门开着，直接进来",
        "比如：门开着，直接进来",
        "门没锁，进来吧，谢谢师傅",
        "我妈在家",
        "还在漏",
        "水龙头还在滴水，门开着，直接进来",
    ],
)
def test_how_to_get_in_and_who_is_at_home_is_none(text: str) -> None:
    assert words_of_danger(USUAL_DANGER_WORDS, text) == ()


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("Come in, the door is open, there is smoke", "smoke"),
        ("门开着，快来，我爸摔倒了", "有人受伤"),
        ("FIRE 4TH FLOOR", "fire"),
        ("The door is open. So much gas at the entrance I don't dare press the bell", "gas smell"),
    ],
)
def test_danger_beside_a_way_in_is_found(text: str, word: str) -> None:
    assert words_of_danger(USUAL_DANGER_WORDS, text) == (word,)


@pytest.mark.parametrize(
    "text",
    [
        "Side entrance is unlocked, go through to the kitchen",
        "Auntie Bea is in all afternoon",
        "cat's in the bathroom, you can walk in",
        "Stuck on the motorway, there by four",
        "drips less than last week",
        "What would a new mixer cost?",
        "Fuse replaced, tested with the tenant.",
        "No gas smell since, thank you",
        "门虚掩着，推门就行",
        "奶奶在家，走得慢，多等会儿",
        "还滴水，拿桶接着呢",
        "师傅几点到？孩子四点放学",
        "密封圈已换，试水不漏",
        "燃气灶能打着火了，多谢",
        "鑰匙交給警衛了，直接上來",
        "阿嫲喺度，佢會開門畀你",
    ],
)
def test_what_people_comment_day_by_day_is_none(text: str) -> None:
    assert words_of_danger(USUAL_DANGER_WORDS, text) == ()


@pytest.mark.parametrize(
    "text",
    [
        "It smokes again",
        "now I smell gas as well",
        "it comes out of the light fitting now",
        "Grandpa fell and won't wake up",
        "lift stopped again, we're inside",
        "shower gave me a shock",
        "Joint snapped, water everywhere, can't shut it",
        "Casing is live, keep off.",
        "插座又冒烟了",
        "现在满屋煤气味",
        "水流到配电箱了",
        "我妈晕过去了",
        "又被关电梯里了",
        "测得外壳带电，请勿触碰",
        "天花板又掉一大塊，快壓到床",
        "佢跌咗落嚟，流好多血",
    ],
)
def test_danger_that_comes_up_in_a_comment_is_found(text: str) -> None:
    assert words_of_danger(USUAL_DANGER_WORDS, text)


def test_a_drill_is_none_however_it_sounds() -> None:
    text = "Cleaning products reacted, fumes, the cleaner is on the floor"

    assert words_of_danger((), text)
    assert words_of_danger((), f"EXERCISE: {text}, this is only a drill") == ()


def test_what_is_heard_has_the_name_of_a_sign_and_the_same_for_the_same_words() -> None:
    text = "So much gas at the entrance I don't dare press the bell"

    assert words_of_danger((), text) == words_of_danger((), f"{text}!!") == ("gas smell",)


def test_a_sites_own_words_stand_however_the_text_sounds() -> None:
    text = "门框上有白蚁，谢谢师傅，明天下午在家"

    assert words_of_danger((), text) == ()
    assert words_of_danger(("白蚁",), text) == ("白蚁",)


def test_what_rules_find_counts_among_many_calm_sentences() -> None:
    calm = "The tap drips a little. Please come on Saturday. "

    assert words_of_danger((), f"{calm * 10}The router went up in flames. {calm * 10}") == ("fire",)


def test_a_long_text_is_heard_three_sentences_at_a_time() -> None:
    calm = "The tap drips a little. Please come on Saturday. "

    heard = hear(sentences(plain(calm * 10 + "The router went up in flames. " + calm * 10)))

    assert "flames" in heard[0].text
    assert heard[0].score > 0 > heard[-1].score


def test_people_lifts_and_electric_things_count_by_their_kind() -> None:
    assert grams_of("外婆倒了") & grams_of("师傅倒了") >= {"P倒了"}
    assert grams_of("my uncle fell") & grams_of("my aunt fell") >= {"P fell"}
    assert grams_of("the socket smokes") & grams_of("the plug smoked") >= {"E smok"}


def test_the_weights_are_those_that_the_sentences_make() -> None:
    first, _ = WEIGHTS.read_text(encoding="utf8").split("\n", 1)

    assert first == f"learned from\t{digest(read())}", "run make danger-weights"
