"""Gas and carbon monoxide, as said in English."""

from services.tickets.domain.danger.english_words import CANNOT, GAS, LOUD, REFUSES
from services.tickets.domain.danger.signs import Sign

SIGNS = (
    Sign(
        word="gas smell",
        said=(
            r"\b(?:bad|off) eggs?\b",
            rf"\b{GAS}\b.{{0,60}}\b(?:smell\w*|stinks?|stench|odou?r|dizzy|headaches?|nause\w+|"
            r"faint\w*|sick)\b",
            rf"\b(?:smell\w*|odou?r|dizzy|headaches?|nause\w+|fumes)\b.{{0,60}}\b{GAS}\b",
            rf"\bsm\w{{1,7}} (?:[\w'()/-]+ ){{0,6}}{GAS}\b",
            r"\bgas\b.{0,30}\bstrong smell\b",
            r"\bgas(?:sy|eous)? (?:\w+ ){0,2}(?:smells?|odou?rs?|stink|stench|reek|fumes)\b",
            r"\b(?:whiff|odou?r|stench|stink|stinks|reeks?|reeking|scent|"
            rf"traces?) of (?:\w+ )?{GAS}\b|\bscent of gas\b",
            r"\bgas (?:is )?everywhere\b|\b(?:full|reek\w*|stink\w*) of gas\b|\brotten eggs?\b|"
            rf"\b(?:inhal|breath)\w+ {GAS}\b",
        ),
        unless=r"\bpetrol station\b|\bdrains?\b",
    ),
    Sign(
        word="gas leak",
        raw=True,
        across=True,
        said=(
            r"^\W*gas\W{1,4}(?:(?:whole|entire|all|everywhere|every|strong|bad|very|in the|on the|"
            "really|"
            r"hall\w*|stair\w*|kitchen|basement|cellar|landing|corridor|lobby|help|hurry|please|"
            "come|"
            r"quick\w*|urgent|now)\b(?! (?:bill|meter|heating|account|reading))(?!.{0,30}\b(?:off|"
            r"bill|cut|back|monday)\b))",
            r"\bleak\w* (?:in|from|at|of) (?:the |a |our |my )?(?:\w+ )?gas (?:pipe|line|meter|"
            r"hose|main|valve|bottle|tank|supply)\b",
            r"\bgas (?:knob|dial|handle|lever|switch)s? (?:\w+ ){0,2}(?:snapped|broke\w*|came off|"
            r"fell off)\b"
            r".{0,40}\b(?:open|coming out|escap\w*|on|stop)\b|\bgas ?!{1,6} ?(?=\w)|"
            r"^\W*gas\W*(?:leak\w*|"
            r"smell\w*)",
            r"\bhiss\w*\b.{0,40}\b(?:cooker|stove|hob|boiler|cylinder|bottle|meter)\b|"
            r"\b(?:cooker|stove|hob|boiler|cylinder|bottle)\b.{0,40}\bhiss\w*|"
            rf"\bgas\b.{{0,20}}\b{REFUSES} (?:turn|shut|switch|go) off\b|\b{CANNOT} .{{0,20}}"
            rf"\b(?:turn|shut|switch|close)\w* (?:off )?(?:the |this )?gas\b(?! (?:meter|account))",
            rf"\b{GAS} (?:[\w'()/-]+ ){{0,5}}(?:leak\w*|escap\w+|hiss\w*|pouring|flowing out|"
            r"coming (?:out|up|from|through)|stream\w*|blowing|whistl\w+)\b",
            rf"\bleak(?:s|ing|ed|age)? (?:of )?(?:\w+ )?{GAS}\b|\b{GAS}\b.{{0,60}}\b(?:leak(?:s|"
            rf"ing|"
            rf"age)?|leek|hiss\w*|escap\w+)\b|\b{GAS} (?:bottle|tank|cylinder|valve|"
            rf"tap)s? (?:\w+ ){{0,2}}open\b",
            rf"\bhiss\w* .{{0,30}}\b{GAS}\b|\b{GAS} (?:keeps|is|was) (?:\w+ )?(?:flowing|coming|"
            r"running)\b",
            r"\bthrough (?:the |a )?gas (?:main|pipe|line)\b",
            r"\bgas (?:pipe|line|hose|main|tube|valve|bottle|cylinder|connection|"
            r"tap|regulator)s? (?:[\w'()/-]+ ){0,4}(?:cut(?! (?:off|out))|broken?|cracked|burst|"
            r"hit|damaged|off|open|"
            "severed|loose|ruptured|dug|punctured|pulled out|ripped|split|snapped|sheared|chewed|"
            r"won'?t (?:shut|close)|can'?t be (?:shut|closed))\b(?! (?:balance|date))",
            r"\b(?:cut|broke|cracked|hit|damaged|drilled|dug|ruptured|punctured|"
            r"struck|severed|split|chewed|ripped|damaging|hitting|cutting)(?: \w+){0,3} (?:the |a |"
            r"our )?gas (?:pipe|line|hose|main|supply)",
            rf"\b(?:gas (?:alarm|detector|sensor)|alarm for gas)\b.{{0,30}}\b{LOUD}\b",
            r"\b(?:left|leaves|leaving) (?:the|her|his|their|my) gas on\b|\bgas (?:(?:hob|stove|"
            "ring|burner|cooker|tap|oven) )?(?:was |"
            r"is )?left on\b",
        ),
        unless=r"\b(?:battery|once a minute|every \w+ minutes?)\b",
    ),
    Sign(
        word="carbon monoxide",
        said=(
            r"\b(?:co|monoxide) (?:\w+ )?(?:alarm|detector|sensor|"
            rf"monitor)s?\b.{{0,30}}\b{REFUSES} (?:stop|"
            r"shut up|turn off|be silenced|go off)\b|\b(?:co|monoxide) (?:\w+ )?(?:alarm|detector|"
            "sensor|"
            r"monitor)s?\b.{0,60}\b(?:sick|dizzy|sleepy|headaches?|evacuat\w*|outside now|"
            "passed out|"
            r"collapsed|faint\w*|vomit\w*|nause\w+|drowsy)\b",
            r"\balarm (?:says|shows|reads|said|is showing|displays) co\b",
            r"\b(?:headaches?|sleepy|drowsy|dizzy|nause\w+|faint|"
            r"light-?headed)\b.{0,70}\b(?:boiler|heater|stove|"
            r"generator|fireplace|exhaust)\b|\b(?:boiler|heater|stove|generator|fireplace|"
            r"exhaust)\b.{0,70}\b(?:headaches?|sleepy|drowsy|dizzy|nause\w+|faint|light-?headed)\b",
            rf"\b(?:monoxide?|co (?:alarm|detector|sensor|meter|monitor|reading|"
            rf"levels?))\b.{{0,45}}(?:\b{LOUD}\b|\b(?:high|"
            r"leave|evacuate|dizzy|headaches?|unconscious|fumes|ppm|danger\w*|\d\d+)\b)",
            r"\b(?:monoxide|co) (?:poison|leak|level|in|from|at|everywhere|coming|escap)",
            r"\b(?:alarm|alert|warning|symptoms?|signs?)\b.{0,20}\bcarbon monoxide\b|"
            r"^\W*carbon monoxide\W*$|\b(?:sick|dizzy|headaches?|nausea)\b.{0,60}\bmonoxide\b|"
            r"\balarm shows co\b|\b\d+ ?ppm\b",
        ),
        unless=(
            r"\b(?:battery|batteries|once a minute|every \w+ (?:minutes?|seconds)|chirp\w*|"
            r"expired?|how often|test button|install\w*)\b"
        ),
    ),
)
