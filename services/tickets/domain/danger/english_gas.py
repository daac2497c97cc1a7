"""Gas and carbon monoxide, as said in English."""

from services.tickets.domain.danger.english_words import LOUD
from services.tickets.domain.danger.signs import Sign

SIGNS = (
    Sign(
        word="gas smell",
        stems="gas|gaz|rotten egg|propane|lpg",
        said=(
            r"\bgas\b.{0,60}\b(?:smell\w*|stinks?|stench|odou?r|dizzy|headaches?|nause\w+|"
            r"faint\w*|sick)\b",
            r"\b(?:smell\w*|odou?r|dizzy|headaches?|nause\w+|fumes)\b.{0,60}\bgas\b",
            r"\bsm\w{1,7} (?:[\w'()/-]+ ){0,6}(?:gas|gaz|propane|lpg)\b",
            r"\bgas\b.{0,30}\bstrong smell\b",
            r"\bgas(?:sy|eous)? (?:\w+ ){0,2}(?:smells?|odou?rs?|stink|stench|reek|fumes)\b",
            r"\b(?:whiff|odou?r|stench|stink|stinks|reeks?|reeking|scent|"
            r"traces?) of (?:\w+ )?gas\b",
            r"\bgas (?:is )?everywhere\b|\bfull of gas\b|\brotten eggs?\b",
        ),
        unless=r"\bpetrol station\b|\bdrains?\b",
    ),
    Sign(
        word="gas leak",
        stems="gas|propane|lpg|hiss",
        raw=True,
        across=True,
        said=(
            r"\bhiss\w*\b.{0,40}\b(?:cooker|stove|hob|boiler|cylinder|bottle|meter)\b|"
            r"\b(?:cooker|stove|hob|boiler|cylinder|bottle)\b.{0,40}\bhiss\w*|"
            r"\bgas\b.{0,20}\bwo?n'?t turn off\b",
            r"\bgas (?:[\w'()/-]+ ){0,5}(?:leak\w*|escap\w+|hiss\w*|pouring|flowing out|"
            r"coming out|stream\w*)\b",
            r"\bleak(?:s|ing|ed|age)? (?:of )?(?:\w+ )?gas\b|\bgas\b.{0,40}\b(?:leak(?:s|ing|"
            r"age)?|hiss\w*)\b",
            r"\bhiss\w* .{0,30}\bgas\b|\bgas (?:keeps|is|was) (?:\w+ )?(?:flowing|coming|"
            r"running)\b",
            r"\bthrough (?:the |a )?gas (?:main|pipe|line)\b",
            r"\bgas (?:pipe|line|hose|main|tube|valve|bottle|cylinder|connection|"
            r"tap)s? (?:[\w'()/-]+ ){0,4}(?:cut|broken?|cracked|burst|hit|damaged|off|open|"
            "severed|loose|ruptured|dug|punctured|won'?t (?:shut|close)|can'?t be (?:shut|"
            r"closed))\b",
            r"\b(?:cut|broke|cracked|hit|damaged|drilled|dug|ruptured|punctured|"
            r"struck)(?: \w+){0,2} (?:the |a )?gas (?:pipe|line|hose|main)",
            rf"\b(?:gas (?:alarm|detector|sensor)|alarm for gas)\b.{{0,30}}\b{LOUD}\b",
            r"\bleft (?:the|her|his|their|my) gas on\b|\bgas (?:was |is )?left on\b",
        ),
        unless=r"\b(?:battery|once a minute|every \w+ minutes?)\b",
    ),
    Sign(
        word="carbon monoxide",
        stems=(
            "monoxid|co alarm|co detector|co sensor|co poison|co level|shows co|headache|"
            "sleepy|drowsy|dizzy|nause"
        ),
        said=(
            r"\b(?:headaches?|sleepy|drowsy|dizzy|nause\w+)\b.{0,70}\b(?:boiler|heater|stove|"
            r"generator|fireplace|exhaust)\b|\b(?:boiler|heater|stove|generator|fireplace|"
            r"exhaust)\b.{0,70}\b(?:headaches?|sleepy|drowsy|dizzy|nause\w+)\b",
            rf"\b(?:monoxide?|co (?:alarm|detector|sensor))\b.{{0,45}}(?:\b{LOUD}\b|\b(?:high|"
            r"leave|evacuate|dizzy|headaches?|unconscious|fumes|ppm|danger\w*|\d\d+)\b)",
            r"\b(?:monoxide|co) (?:poison|leak|level|in|from|at|everywhere|coming|escap)",
            r"\b(?:alarm|alert|warning|symptoms?|signs?)\b.{0,20}\bcarbon monoxide\b|"
            r"^\W*carbon monoxide\W*$|\b(?:sick|dizzy|headaches?|nausea)\b.{0,60}\bmonoxide\b|"
            r"\balarm shows co\b",
        ),
        unless=(
            r"\b(?:battery|batteries|once a minute|every \w+ (?:minutes?|seconds)|chirp\w*|"
            r"expired?|how often|test button|install\w*)\b"
        ),
    ),
)
