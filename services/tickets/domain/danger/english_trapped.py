"""People who cannot get out, as said in English."""

from services.tickets.domain.danger.english_words import (
    BODY,
    CANNOT,
    DOES,
    GAP,
    KIN,
    LIFT,
    PERSON,
    REFUSES,
    SHUT,
    WITH,
)
from services.tickets.domain.danger.signs import Sign

_SHUT_IN = (
    r"(?:stuck|trapped|(?:locked|shut|stranded) (?:out |up )?on the (?:\w+ )?(?:roof|balcony|"
    "terrace|ledge|"
    r"scaffold\w*|fire escape)|locked (?:in|inside|into|on the (?:roof|balcony|terrace))|"
    "shut (?:in|"
    "inside)|confined|imprisoned|jammed in|wedged|pinned|buried|crushed|squashed|entombed)"
)
_CRIES = r"(?:bang|knock|hammer|pound|shout|yell|scream|cry|call|whimper|bark|sob|bawl|wail)\w*"
_SMALL_ROOM = (
    "(?:toilet|bathroom|cellar|basement|garage|room|bedroom|store\\w*|gym|sauna|laundry|attic|loft|"
    "flat|apartment|car|pool|shed|closet|wardrobe|freezer|corridor|stairwell|lobby|wc|cupboard|"
    "pantry|vestibule|hallway|shaft|cabin|office|kitchen|roof|balcony|terrace|courtyard|patio)"
)

SIGNS = (
    Sign(
        word="trapped",
        said=(
            rf"\b(?:shut|closed|clamped|slammed) on (?:my|his|her|their|a) (?:\w+ )?{BODY}\b|"
            rf"\b(?:pulled|sucked|dragged|drawn) in(?:to)? (?:the )?(?:escalator|lift|elevator|"
            rf"machine|gate|doors?)\b",
            rf"\b(?:jammed|stuck|stopped|shut|halted|blocked|"
            rf"closed)\b.{{0,30}}\bwith {GAP}{PERSON} "
            r"(?:\w+ ){0,3}(?:in|inside|in it|between)\b",
            rf"\b(?:{BODY}) (?:\w+ ){{0,2}}(?:in|between|under|inside) (?:the|a) (?:\w+ )?"
            r"(?:escalator|doors?|gate|grate|railings?|machine|lift|elevator|drain|banisters|"
            r"shredder|hinge|gap|shutter)\b.{0,40}\b(?:help|pull|get (?:it|him|her) (?:out|free)|"
            r"bleed\w*|scream\w*|stuck|hurt\w*|cry\w*|free)\b",
            rf"\b(?:{BODY}) (?:is |are |got |went )?(?:\w+ )?(?:in|between|under|inside) (?:the|"
            rf"an?) (?:escalator|comb|lift doors?|"
            r"elevator doors?|gate motor|hinge)\b",
            rf"\b{KIN} (?:is |was |got |lies |lying )?(?:\w+ ){{0,2}}under (?:the|"
            rf"a) (?:\w+ )?(?:gate|"
            r"door|car|tree|shelf|wardrobe|rubble|beam|lift|platform|wall|scaffold\w*|cupboard|"
            r"shutter|bookcase|debris|ladder)\b",
            r"\b(?:stuck|trapped|locked|caught|jammed|shut|confined|imprisoned) (?:\w+ )?(?:in|"
            rf"inside|between|on|aboard) {GAP}(?:{LIFT}|floors|shaft|escalator)\b",
            rf"\b{BODY} (?:went|goes|is|got|slid|slipped) (?:\w+ )?(?:down|in|into|under|through|"
            "between) (?:the |an? )?"
            r"(?:\w+ )?(?:escalator|lift|elevator|gap|grate|grating|drain|comb|hinge|shutter|"
            "machine|gate|"
            r"shredder|railings?|turnstile)\b",
            rf"\b{BODY}\b.{{0,40}}\b(?:not|won'?t|n't) (?:com(?:e|ing)|slide|get|"
            r"pull) (?:back )?(?:out|free|loose)\b",
            rf"\b{KIN}'s (?:been |now |just |got |still |accidentally ){{0,2}}{_SHUT_IN}\b|"
            rf"\b{KIN}\b.{{0,40}}\bon the (?:\w+ )?(?:balcony|roof|terrace|fire escape|"
            rf"ledge)\b.{{0,40}}"
            rf"\b{CANNOT} (?:get|come|climb) (?:back )?(?:in|inside|down|off)\b",
            r"^\W*(?:help )?(?:stuck|stranded|locked|trapped) (?:out |up )?on the (?:\w+ )?(?:roof|"
            "balcony|terrace|ledge|"
            r"scaffold\w*|fire escape)\b",
            r"\b(?:stuck|trapped) (?:\w+ )?between (?:the )?(?:floors?|\w+ and|doors?)\b",
            rf"\b{PERSON} {WITH}{DOES}(?:(?:got|is|are|was|were|be|been|am|accidentally|gets?|"
            rf"somehow) )?(?:\w+ )?{_SHUT_IN}\b",
            r"\b(?:locked|shut|bolted) (?:himself|herself|themselves|myself|ourselves|itself|"
            rf"{PERSON}) (?:\w+ )?(?:in|inside|on the|out on|up in)\b",
            rf"\b(?:pinn|trapp|crush|squash|squeez)(?:ing|ed|e?s) {GAP}(?:{PERSON}|{BODY})\b",
            rf"\bclosed (?:on|over) {GAP}(?:{PERSON}|{BODY})\b|\bdragg\w+ (?:him|her|me|it|them) "
            r"(?:along|up|down|in)",
            rf"\b(?:my|his|her|their|the|\w+'s|a) (?:\w+ )?{BODY} {DOES}(?:stuck|trapped|caught|"
            r"jammed|pinned|wedged|squashed|crushed)\b",
            rf"\b(?:my|his|her|their|\w+'s) (?:\w+ )?{BODY} (?:[\w']+ ){{0,3}}(?:stuck|trapped|"
            r"caught|jammed|pinned|wedged)\b",
            r"\b(?:stuck|trapped|caught|jammed|wedged|got|has|have) (?:my|his|her|their|an?|"
            rf"the|\w+'s) (?:\w+ )?{BODY} (?:\w+ )?(?:in|between|under|through|inside)\b",
            r"(?:^\W*|\b(?:still|are|be|help|being|got|and|pls|please) )trapped\b(?! (?:air|"
            r"water|dirt|odou?r|cable|wire|under the door))|\bentrapment\b",
            rf"\b(?:trapped|locked|shut) in(?:side)? (?:the |a |my |our |their )?(?:\w+ )?"
            rf"{_SMALL_ROOM}\b(?! (?:key|cupboard))",
        ),
        unless=(
            r"\bhair\b.{0,20}\b(?:drain|plughole|sink|shower|siphon|bath|pipe)\b|\b(?:bikes?|"
            r"bicycles?|scooters?|tools|stuff|furniture|ladder|trolley|gum|posters?|"
            "stickers?|notices?|flyers?|cardboard|bags?|pram|suitcase|umbrella|dirt|stones?|"
            "pebble|gravel|screw|glove|tape|menu|mail|sock|receipt|cable|hose|chain|lever|flush|"
            "valve|plug|seat|sensor|heat|moisture|condensation|smell|fly|wasps?|insect|nerve|"
            "carpet|mat|shower ?head|sprinkler head|arm of the|barrier|keys?|cards?|coins?|"
            "ball|toys?|phone|letters?|parcels?|packages?|spoon|drawer|lid|trolley|button|leaf|"
            "leaves|paper|bolt|windows?|blinds?|handle|ring|bike|car|remote|wheel|air|flap|"
            r"bird|laundry|washing|clothes|shopping|wallet|zip|curtains?|display|screen|pin|"
            r"clock|hand of the|leg of the|foot of the|head of the|boxes|belongings|things|cursor|"
            r"needle|meter|thermostat|price|drone|frisbee|kite|lead|thing) "
            r"(?:[\w']+ ){0,3}(?:stuck|trapped|jammed|caught|locked)\b|\bapp lock|"
            r"\bmouse ?trap|\baccount\b|\blocked out\b|\bstuck with\b(?!.{0,24}\b(?:people|"
            r"persons?|passengers?|child\w*|kids?|baby|toddler|"
            r"my (?:mother|father|mum|mom|dad|son|daughter|wife|husband)|wom[ae]n|m[ae]n|"
            r"residents?|tenants?|us|me|him|her|them)\b)|\bsmell (?:is )?trapped|"
            r"\bair trapped|\bcat flap|\b(?:shower|sprinkler|print) head\b|"
            r"\bdoor is locked in the\b"
        ),
    ),
    Sign(
        word="trapped",
        deniable=False,
        said=(
            r"\b(?:bab(?:y|ies)|toddlers?|child|children|kids?|son|daughter|"
            r"twins)\b.{0,20}\b(?:in the flat|inside|in there|in the apartment|"
            r"in the house)\b.{0,30}\b(?:outside|out here|locked out|no key)\b|\b(?:knock|bang|"
            r"call|cry|shout|tapp)\w* (?:[\w']+ ){0,4}from (?:the|inside|under|"
            r"behind) (?:the )?(?:cellar|basement|shaft|rubble|wall|lift|elevator|garage|roof)\b",
            r"^\W*(?:help|sos)(?: me| us| pls| please| help)?\W*$",
            r"\b(?:bab(?:y|ies)|toddlers?|child|children|kids?|son|daughter|grand\w+|"
            r"year[- ]?olds?|twins|mother|father|mum|mom|dad|gran)\b.{0,30}\b(?:door|lock|"
            r"gate)\b.{0,20}\b(?:shut|closed|locked|slammed|jammed)\b.{0,25}\b(?:won'?t|can'?t|"
            r"cannot|does ?n'?t) (?:be )?(?:open|unlock|undo|turn)\w*",
            r"\b(?:we|i|they|he|she) (?:have )?press(?:ed)? the (?:alarm|emergency|red|"
            r"bell)\b.{0,60}\b(?:nobody|no one|minutes|ago|still|nothing|answer\w*)\b",
            rf"\b{CANNOT} (?:open|unlock|undo|unbolt) (?:the |it |this )?(?:\w+ )?(?:door |lock |"
            r"gate |bolt |latch )?(?:from (?:the )?inside|himself|herself|themselves|alone)\b|"
            rf"\b(?:locked|bolted|shut|jammed|stuck|closed|latched|{CANNOT}|"
            rf"{REFUSES})\b.{{0,50}}\bfrom (?:the )?inside\b"
            r"(?!.{0,20}\b(?:peel|drip|wet|mould|mist|clean|paint)\w*)|"
            r"\bno handle on (?:the inside|my side|this side)\b",
            rf"\b{KIN}\b.{{0,50}}\b(?:locked|bolted|turned the key|shut|closed|jammed|stuck|"
            rf"slammed)\b.{{0,40}}\b{CANNOT}\b.{{0,20}}\b(?:open|unlock|get out|reach|come out|"
            rf"undo|"
            r"turn|get to|escape)\b",
            r"\b(?:doors?|lock|gate|shutter|handle|latch|bolt|hatch)\b.{0,40}\b(?:jam\w*|stuck|"
            r"shut|"
            r"closed|locked|broke\w*|snapped|slammed|fell off|came off|came away|blew shut)\b"
            rf".{{0,60}}\b{KIN}\b.{{0,25}}\b(?:inside|in there|behind it|in it|on the (?:balcony|"
            r"roof|terrace)|out here|in here)\b",
            rf"\b{KIN}\b.{{0,30}}\b(?:inside|in there|behind the door|out on the (?:balcony|roof|"
            r"terrace))\b.{0,50}(?:\b(?:ca|wo|does)n'?t\b|\bcannot\b|\bjam\w*|\blocked\b|"
            rf"\bno key\b|\block\b|\b{_CRIES})",
            rf"\b(?:door|gate|lock|handle|hatch|shutter)\b.{{0,40}}\b(?:{REFUSES} open|broke|"
            rf"jammed|"
            r"off|locked|closed|shut|stuck|snapped|fell)\b.{0,30}\b(?:from inside|i'?m (?:still )?"
            r"in(?:side)?|behind (?:me|us)|we'?re (?:still )?in(?:side)?|and (?:i|we) (?:am|'m|are|"
            r"'re) in)\b",
            r"\b(?:door|hatch|gate) (?:[\w']+ ){0,4}behind (?:me|us|him|her|them)\b.{0,60}\b(?:"
            rf"no handle|{CANNOT} get|cold|freezing|on the (?:roof|balcony|terrace)|stranded)",
            rf"\b{KIN}\b.{{0,40}}\b(?:roof|balcony|terrace|courtyard|stairwell|"
            rf"fire escape)\b.{{0,40}}\b(?:door|hatch|gate|lock)\b"
            rf".{{0,30}}\b(?:locked|shut|closed|slammed|broke\w*|jammed|stuck|{REFUSES})\b",
            r"\b(?:roof|balcony|terrace|courtyard) (?:door|hatch|gate|lock)\b.{0,60}\b(?:outside|"
            r"out here|get (?:back )?in|"
            r"out on it|(?:i am|i'm|we are|we're) (?:now )?(?:on|out))\b",
            rf"\b{CANNOT} get (?:back )?(?:in|out) or (?:down|out|up)\b|^\W*(?:locked|shut|trapped|"
            rf"stuck) in(?:side)? (?:the|a|my|our) (?:\w+ )?(?:{_SMALL_ROOM}|{LIFT}|bin|storage)",
            rf"\b(?:{CANNOT}|no way of|unable of) (?:(?:get(?:ting)?|come|climb|escape|walk|let "
            rf"(?:him|her|them|it)) out|leave|escape|get {PERSON} out)\b(?! of bed)",
            rf"\b{CANNOT} get (?:back )?(?:down|off) (?:from )?(?:the |here|this )",
            r"\b(?:gets?|lets?|help) (?:me|us|him|her|them) out\b|\b(?:no|only) way out\b|"
            r"\b(?:free|rescue|release|unlock) (?:me|us|him|her|them|the (?:man|woman|child|boy|"
            rf"girl|people))\b|\b{PERSON} {DOES}(?:freeing|rescuing|be (?:freed|rescued))\b",
            r"\b(?:wo?n'?t|does ?n'?t|not|refuses to) let (?:me|us|him|her|them) (?:out|leave)\b",
            rf"\b{KIN} (?:[\w'()/-]+ ){{0,3}}(?:inside|in there|on the balcony|"
            rf"in the flat)\b.{{0,60}}"
            r"\b(?:locked|stove|shut|key|crying|oven|cooker|hob|slammed|jammed)\b",
            r"\b(?:locked|shut|slammed|jammed|won'?t open|does ?n'?t open|key)\b.{0,60}\b(?:baby|"
            "toddler|child|children|kids?|son|daughter|year[- ]?old|infant|mother|father|"
            r"grand\w+|mum|dad|twins) (?:[\w'()/-]+ ){0,4}(?:inside|in there|alone)\b",
            r"\b(?:alone|crying|screaming) (?:inside|in there)\b|\balone and (?:scream|cry)\w*",
            r"\b(?:shouting|yelling|screaming|calling|crying|cries|calls) for help\b",
            rf"\b{PERSON} (?:[\w'()/-]+ ){{0,3}}(?:fallen|fell|collapsed)\b.{{0,40}}\b(?:door|"
            r"locked|bolted|can'?t|cannot|n't)\b",
        ),
        unless=(
            r"\b(?:stain|dirt|email|car park exit|contract|garage exit|parking|of the app|car|"
            r"driveway|garage because|lint|wifi|wine|space|portal|log ?in|bay|blocked (?:by|in))\b|"
            r"\blocked out\b|\bkeys? (?:is|are) inside\b|\bleft (?:my|the|our) keys?\b"
        ),
    ),
    Sign(
        word="trapped",
        across=True,
        deniable=False,
        said=(
            rf"\b{LIFT}\b.{{0,30}}\b(?:stopp\w+|stuck|halted|dead)\b.{{0,50}}\b(?:we are|we're|"
            rf"i am|i'm|there are|there's) (?:\w+ ){{0,2}}(?:people|persons|of us|alone|adults|"
            rf"kids|children|in (?:here|it)|inside)\b",
            r"\b(?:we|i|i'm|we're|he|she|people|they|kids?)\b.{0,40}\bbetween (?:two |"
            r"the )?(?:floors|levels|storeys|stories|(?:the )?\d+(?:st|nd|rd|th)? and)",
            rf"\b{_CRIES} (?:\w+ ){{0,2}}(?:the )?(?:lift|elevator) doors?\b",
            rf"\b{LIFT} (?:\w+ )?(?:got |is |are |was )?(?:stuck|jammed|"
            r"stopped)\b.{0,20}\b(?:passengers|persons|people|kids|of us|with (?:my|the|an?|"
            r"two|three))\b",
            rf"\b{LIFT} doors? {REFUSES} open\b.{{0,40}}\b(?:of us|we|i'?m|i am|inside|people|"
            rf"in it)\b",
            rf"\b{LIFT}\b.{{0,80}}\bwith {GAP}{PERSON} (?:\w+ ){{0,3}}(?:inside|in it|"
            r"on board)\b",
            rf"\b{LIFT}\b.{{0,60}}\b(?:{SHUT})\b.{{0,40}}\bwith {GAP}{PERSON}\b",
            rf"\b{LIFT}\b.{{0,80}}\b(?<!no )(?<!not ){PERSON} {WITH}(?:[\w'()/-]+ "
            rf"){{0,4}}(?:inside|"
            r"in it|in there)\b",
            rf"\b(?<!no ){PERSON} (?:[\w'()/-]+ ){{0,5}}(?:in|inside|from|inside of) (?:the |a |"
            rf"this |our |your )?(?:\w+ )?{LIFT}\b.{{0,60}}(?:{SHUT})",
            r"\b(?:jammed|help|"
            rf"{_CRIES})\b.{{0,40}}\b(?:in|inside|from inside) (?:the |a |this |"
            rf"our )?(?:\w+ )?{LIFT}\b",
            rf"\b{LIFT} (?:is |got |are |was )?(?:stuck|jammed)\b.{{0,30}}\b(?:i am|i'm|we are|"
            r"we're|with me|with us|pregnant|panic\w*|help)\b|\bhelp\b.{0,20}\bstuck\b",
            rf"\b{LIFT}\b.{{0,80}}\b(?:(?:i|we|i'm|we're) (?:am |are |'m |'re )?(?:still |all )?"
            r"(?:in (?:it|there|here)|inside)|still in (?:here|there)|in here|inside it)\b",
            rf"\b(?:i|we|i'm|we're)\b.{{0,25}}\b(?:still|sitting|standing|stranded|alone|now|"
            rf"waiting) (?:\w+ ){{0,2}}(?:in|inside) "
            rf"(?:the|this|an?|your|our) (?:\w+ )?{LIFT}\b(?! (?:lobby|hall|queue|area))",
            rf"\b(?:i|we|i've|we've|he|she|they|people|{KIN})(?:'ve|"
            rf"'s)? (?:[\w']+ ){{0,3}}in (?:the|"
            rf"this|that|your|our|an?) (?:\w+ )?{LIFT} (?:for|since|almost|over|half|already)\b",
            rf"\b(?:emergency|alarm|intercom|bell|help) (?:[\w']+ ){{0,2}}(?:in|of) (?:the |this |"
            rf"our )?"
            rf"(?:\w+ )?{LIFT}\b.{{0,40}}\b(?:someone|somebody|people|voices?|for help)\b",
            rf"\b(?:voices?|someone|somebody|people|person) .{{0,20}}\b(?:from|in|inside) (?:the )?"
            rf"(?:\w+ )?{LIFT} shaft\b",
        ),
        unless=(
            r"\b(?:(?:nobody|no one|no-one|none)(?! (?:is |has |was |ever |will |else )?(?:answer|"
            r"com|c[ao]me|pick|"
            r"help|respond|repl|react|hear|know|car)\w*)|empty|never|without (?:people|"
            r"passengers))\b|\b(?:light|"
            "lamp|mirror|music|camera|button|sticker|screen|display|floor|carpet|fan|advert|poster|"
            r"notice|speaker|announcement|voice) (?:inside|in the|announ)|\bcalled me about\b|"
            r"\b(?:spilled|rubbish|left|dirty|clean|smells?|graffiti) "
        ),
    ),
)
