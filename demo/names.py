"""Names of technicians."""

# fmt: off
_FAMILY_NAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
_GIVEN_NAMES = (
    "建国", "志强", "国华", "秀兰", "海燕", "卫东", "小军", "德福", "桂英", "永刚",
    "春梅", "大伟", "玉梅", "立新", "金宝", "红霞", "文斌", "阿明", "长顺", "巧云",
)
_FIRST_NAMES = (
    "Ana", "Ben", "Carla", "Dmitri", "Elena", "Farid", "Grace", "Hugo", "Ines", "Jamal",
    "Kate", "Luis", "Mei", "Nora", "Omar", "Priya", "Quinn", "Rosa", "Sam", "Tariq",
)
_LAST_NAMES = (
    "Alvarez", "Brooks", "Chen", "Dawson", "Evans", "Fischer", "Garcia", "Huang", "Ibrahim",
    "Jones", "Kim", "Lopez", "Morris", "Nguyen", "Ortiz", "Patel", "Reyes", "Scott", "Tran",
    "Young",
)
# fmt: on


def technician_name(number: int, language: str) -> str:
    """Return the name of the technician of that number, from 1 on; 400 of them differ."""
    turn, place = divmod(number - 1, 20)
    if language.startswith("zh"):
        return _FAMILY_NAMES[place] + _GIVEN_NAMES[(place + 7 * turn) % 20] + "师傅"
    return f"{_FIRST_NAMES[place]} {_LAST_NAMES[(place + 7 * turn) % 20]}"
