"""What the crew is called, and why they say no."""

from collections.abc import Mapping, Sequence

REASONS: Mapping[str, Sequence[str]] = {
    "zh-CN": ("手上的活还没干完", "缺配件，要先去仓库", "离得太远，赶不过去", "这个活我没把握"),
    "en": (
        "Still busy with the last job",
        "Out of parts, have to go to the store first",
        "Too far away to make it in time",
        "Not sure that I can fix this one",
    ),
}
FAMILY: Sequence[str] = tuple("王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗")
GIVEN: Sequence[str] = (
    "建国",
    "志强",
    "国华",
    "秀兰",
    "海燕",
    "卫东",
    "小军",
    "德福",
    "桂英",
    "永刚",
    "春梅",
    "大伟",
    "玉梅",
    "立新",
    "金宝",
    "红霞",
    "文斌",
    "阿明",
    "长顺",
    "巧云",
)
FIRST: Sequence[str] = (
    "Ana",
    "Ben",
    "Carla",
    "Dmitri",
    "Elena",
    "Farid",
    "Grace",
    "Hugo",
    "Ines",
    "Jamal",
    "Kate",
    "Luis",
    "Mei",
    "Nora",
    "Omar",
    "Priya",
    "Quinn",
    "Rosa",
    "Sam",
    "Tariq",
)
LAST: Sequence[str] = (
    "Alvarez",
    "Brooks",
    "Chen",
    "Dawson",
    "Evans",
    "Fischer",
    "Garcia",
    "Huang",
    "Ibrahim",
    "Jones",
    "Kim",
    "Lopez",
    "Morris",
    "Nguyen",
    "Ortiz",
    "Patel",
    "Reyes",
    "Scott",
    "Tran",
    "Young",
)


def name(number: int, language: str) -> str:
    """The name of the crew's member of that number, from 1 on; different for four
    hundred of them.
    """
    turn, place = divmod(number - 1, 20)
    if language.startswith("zh"):
        return FAMILY[place] + GIVEN[(place + 7 * turn) % 20] + "师傅"
    return f"{FIRST[place]} {LAST[(place + 7 * turn) % 20]}"
