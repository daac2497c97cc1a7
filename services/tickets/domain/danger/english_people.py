"""People who are locked in, hurt or do not answer, as said in English."""

from services.tickets.domain.danger.english_words import BODY, DOES, GAP, LIFT, PERSON, SHUT
from services.tickets.domain.danger.signs import Sign

SIGNS = (
    Sign(
        word="trapped",
        stems=(
            "stuck|trap|lock|caught|jam|shut|pinn|confined|wedged|bolted|imprison|crush|"
            "squash|squeez|buried|clos|under |hand|arm |finger|leg |foot|head|hair|sleeve|"
            "halt|stopp|block"
        ),
        said=(
            r"\b(?:jammed|stuck|stopped|shut|halted|blocked|"
            rf"closed)\b.{{0,30}}\bwith {GAP}{PERSON} (?:\w+ ){{0,3}}(?:in|inside|in it|"
            r"between)\b",
            r"\b(?:hand|arm|finger|leg|foot|head|hair|fingers|sleeve)s? (?:\w+ ){0,2}(?:in|"
            r"between|under|inside) (?:the|a) (?:\w+ )?(?:escalator|door|doors|gate|grate|"
            r"railing|railings|machine|lift|elevator|drain|banisters|shredder)\b.{0,40}\b(?:help|"
            r"pull|get (?:it|him|her) (?:out|free)|bleed\w*|scream\w*|stuck|hurt\w*|cry\w*|"
            r"free)\b",
            r"\b(?:baby|toddler|child|children|kids?|son|daughter|grandson|granddaughter|"
            r"year[- ]old|infant|grand\w+|mother|father|mum|mom|dad|aunt|uncle|wife|husband|girl|"
            "boy|man|woman|lady|neighbour|neighbor|he|she|they|we|i|i'm|cleaner|guest|"
            r"student) (?:is |was |got |lies |lying )?(?:\w+ ){0,2}under (?:the|"
            r"a) (?:\w+ )?(?:gate|door|car|tree|shelf|wardrobe|rubble|beam|lift|platform|wall|"
            r"scaffold\w*|cupboard)\b",
            r"\b(?:stuck|trapped|locked|caught|jammed|shut|confined|imprisoned) (?:\w+ )?(?:in|"
            rf"inside|between|on) {GAP}(?:{LIFT}|floors|shaft|escalator)\b",
            r"\b(?:stuck|trapped) (?:\w+ )?between (?:the )?(?:floors?|\w+ and|doors?)\b",
            rf"\b{PERSON} {DOES}(?:(?:got|is|are|was|were|be|been|am|"
            r"accidentally) )?(?:\w+ )?(?:stuck|trapped|locked (?:in|inside|into|on the (?:roof|"
            "balcony|terrace))|shut (?:in|inside)|confined|imprisoned|jammed in|wedged|pinned|"
            r"buried|crushed|squashed)\b",
            r"\b(?:locked|shut) (?:himself|herself|themselves|myself|ourselves|itself|"
            rf"{PERSON}) (?:\w+ )?(?:in|inside|on the|out on)\b",
            rf"\b(?:pinn|trapp|crush|squash|squeez)(?:ing|ed|e?s) {GAP}{PERSON}\b",
            rf"\bclosed (?:on|over) {GAP}(?:{PERSON}|{BODY})\b",
            rf"\b(?:my|his|her|their|\w+'s|a) (?:\w+ )?{BODY} (?:\w+ ){{0,3}}(?:stuck|trapped|"
            r"caught|jammed|pinned|wedged)\b",
            r"(?:^\W*|\b(?:still|are|be|help|being|got|and|pls|please) )trapped\b(?! (?:air|"
            r"water|dirt|odou?r|cable|wire|under the door))|\bentrapment\b",
            r"\b(?:trapped|locked|shut) in(?:side)? (?:the |a |my |our )?(?:\w+ )?(?:toilet|"
            r"bathroom|cellar|basement|garage|room|store\w*|gym|sauna|laundry|attic|flat|"
            r"apartment|car|pool|shed|closet|wardrobe|freezer|corridor|stairwell|lobby)\b",
        ),
        unless=(
            r"\b(?:bikes?|bicycles?|scooters?|tools|stuff|furniture|ladder|trolley|gum|posters?|"
            "stickers?|notices?|flyers?|cardboard|bags?|pram|suitcase|umbrella|dirt|stones?|"
            "pebble|gravel|screw|glove|tape|menu|mail|sock|receipt|cable|hose|chain|lever|flush|"
            "valve|plug|seat|sensor|heat|moisture|condensation|smell|fly|wasps?|insect|nerve|"
            "carpet|mat|shower ?head|sprinkler head|arm of the|barrier|hair|keys?|cards?|coins?|"
            "ball|toys?|phone|letters?|parcels?|packages?|spoon|drawer|lid|trolley|button|leaf|"
            "leaves|paper|bolt|windows?|blinds?|handle|ring|bike|car|remote|wheel|air|flap|"
            r"bird) (?:\w+ ){0,3}(?:stuck|trapped|jammed|caught|locked)\b|\bapp lock|"
            r"\bmouse ?trap|\baccount\b|\blocked out\b|\bstuck with\b|\bsmell (?:is )?trapped|"
            r"\bair trapped|\bcat flap"
        ),
    ),
    Sign(
        word="trapped",
        stems=(
            "out|inside|in it|in there|door|locked|help|fell|fallen|unlock|lock|jam|shut|"
            "behind|press"
        ),
        deniable=False,
        said=(
            r"\b(?:we|i|they|he|she) (?:have )?press(?:ed)? the (?:alarm|emergency|red|"
            r"bell)\b.{0,60}\b(?:nobody|no one|minutes|ago|still|nothing|answer\w*)\b",
            r"\b(?:ca|could)n'?t (?:open|unlock|undo) (?:the |it |this )?(?:door |lock |"
            r"gate )?(?:from (?:the )?inside|himself|herself|themselves|alone)\b|"
            r"\bfrom the inside\b",
            r"\b(?:baby|toddler|child|children|kids?|son|daughter|grandson|granddaughter|"
            r"year[- ]old|infant|grand\w+|mother|father|mum|mom|dad|aunt|uncle|wife|husband|girl|"
            "boy|man|woman|lady|neighbour|neighbor|he|she|they|we|i|i'm|cleaner|guest|"
            r"student)\b.{0,50}\b(?:locked|bolted|turned the key|shut|closed)\b.{0,40}(?:\b(?:ca|"
            r"could)n'?t|\bcannot|\bcant|\bunable|\bnot able)\b.{0,20}\b(?:open|unlock|get out|"
            r"reach|come out|undo|turn)\b",
            r"\b(?:doors?|lock|gate|shutter|handle|latch)\b.{0,40}\b(?:jam\w*|stuck|shut|closed|"
            r"locked|broke\w*|snapped|slammed|fell off|came off)\b.{0,60}\b(?:baby|toddler|child|"
            r"children|kids?|son|daughter|grandson|granddaughter|year[- ]old|infant|grand\w+|"
            "mother|father|mum|mom|dad|aunt|uncle|wife|husband|girl|boy|man|woman|lady|"
            r"neighbour|neighbor|he|she|they|we|i|i'm|cleaner|guest|student)\b.{0,25}\b(?:inside|"
            r"in there|behind it|in it|on the (?:balcony|roof|terrace)|out here)\b",
            r"\b(?:baby|toddler|child|children|kids?|son|daughter|grandson|granddaughter|"
            r"year[- ]old|infant|grand\w+|mother|father|mum|mom|dad|aunt|uncle|wife|husband|girl|"
            "boy|man|woman|lady|neighbour|neighbor|he|she|they|we|i|i'm|cleaner|guest|"
            r"student)\b.{0,30}\b(?:inside|in there|behind the door|out on the (?:balcony|roof|"
            r"terrace))\b.{0,50}(?:\b(?:ca|wo|does)n'?t\b|\bcannot\b|\bjam\w*|\blocked\b|"
            r"\bno key\b|\block\b|\bscream\w*|\bcrying\b)",
            r"\b(?:door|gate|lock|handle)\b.{0,40}\b(?:won'?t open|does ?n'?t open|broke|jammed|"
            r"off|locked|closed|shut)\b.{0,30}\b(?:from inside|i'?m inside|behind (?:me|us)|"
            r"we'?re inside|and i'?m in)\b",
            r"\bcan'?t get (?:back )?(?:in|out) or (?:down|out|up)\b|^\W*(?:locked|shut|trapped|"
            "stuck) in(?:side)? (?:the|a|my) (?:toilet|bathroom|room|lift|elevator|cellar|"
            "basement|garage|storage|bin|gym|sauna)",
            r"\b(?:can'?t|cannot|can not|unable to|couldn'?t|not able to|no way to|"
            r"impossible to) (?:(?:get|come|climb|escape|walk) out|leave)\b(?! of bed)",
            r"\b(?:gets?|let|help) (?:me|us|him|her|them) out\b|\b(?:no|only) way out\b",
            r"\b(?:baby|toddler|child|children|kids?|son|daughter|year[- ]old|infant|dog|mother|"
            r"father|grand\w+) (?:[\w'()/-]+ ){0,3}(?:inside|in there|on the balcony|"
            r"in the flat)\b.{0,60}\b(?:locked|stove|shut|key|crying|oven|cooker|hob|slammed|"
            r"jammed)\b",
            r"\b(?:locked|shut|slammed|jammed|won'?t open|does ?n'?t open|key)\b.{0,60}\b(?:baby|"
            "toddler|child|children|kids?|son|daughter|year[- ]old|infant|mother|father|"
            r"grand\w+|mum|dad) (?:[\w'()/-]+ ){0,4}(?:inside|in there|alone)\b",
            r"\b(?:alone|crying|screaming) (?:inside|in there)\b",
            r"\b(?:shouting|yelling|screaming|calling|crying) for help\b",
            rf"\b{PERSON} (?:[\w'()/-]+ ){{0,3}}(?:fallen|fell|collapsed)\b.{{0,40}}\b(?:door|"
            r"locked|bolted|can'?t|cannot|n't)\b",
        ),
        unless=(
            r"\b(?:stain|dirt|email|car park exit|contract|garage exit|parking|of the app|car|"
            r"driveway|garage because|gate)\b"
        ),
    ),
    Sign(
        word="trapped",
        stems="lift|elevat|elavat|floors|between|hoist|stairlift",
        across=True,
        deniable=False,
        said=(
            r"\b(?:we|i|i'm|we're|he|she|people|they|kids?)\b.{0,40}\bbetween (?:two |"
            r"the )?(?:floors|levels|storeys|stories|(?:the )?\d+(?:st|nd|rd|th)? and)",
            r"\b(?:hammering|banging|knocking|pounding) (?:\w+ ){0,2}(?:the )?(?:lift|"
            r"elevator) doors?\b",
            rf"\b{LIFT} (?:\w+ )?(?:got |is |are |was )?(?:stuck|jammed|"
            r"stopped)\b.{0,20}\b(?:passengers|persons|people|kids|of us|with (?:my|the|an?|"
            r"two|three))\b",
            rf"\b{LIFT} doors? (?:wo|do|does)n'?t open\b.{{0,30}}\b(?:of us|we|i'?m|i am|inside|"
            r"people)\b",
            rf"\b{LIFT}\b.{{0,80}}\bwith {GAP}{PERSON} (?:\w+ ){{0,3}}(?:inside|in it|"
            r"on board)\b",
            rf"\b{LIFT}\b.{{0,60}}\b(?:{SHUT})\b.{{0,40}}\bwith {GAP}{PERSON}\b",
            rf"\b{LIFT}\b.{{0,80}}\b(?<!no )(?<!not ){PERSON} (?:[\w'()/-]+ ){{0,4}}(?:inside|"
            r"in it|in there)\b",
            rf"\b(?<!no ){PERSON} (?:[\w'()/-]+ ){{0,5}}(?:in|inside|from|inside of) (?:the |a |"
            rf"this |our )?(?:\w+ )?{LIFT}\b.{{0,60}}(?:{SHUT})",
            r"\b(?:stuck|trapped|jammed|scream\w*|shout\w*|yell\w*|crying|bang\w*|knock\w*|"
            rf"help)\b.{{0,30}}\b(?:in|inside|from inside) (?:the |a |this |our )?{LIFT}\b",
            rf"\b{LIFT} (?:is |got |are |was )?(?:stuck|jammed)\b.{{0,30}}\b(?:i am|i'm|we are|"
            r"we're|with me|with us|pregnant|panic\w*|help)\b|\bhelp\b.{0,20}\bstuck\b",
            rf"\b{LIFT}\b.{{0,50}}\b(?:still in here|in here|inside it)\b",
        ),
        unless=(
            r"\b(?:nobody|no one|no-one|none|empty|without (?:people|passengers))\b|\b(?:light|"
            "lamp|mirror|music|camera|button|sticker|screen|display|floor|carpet|fan) (?:inside|"
            r"in the)|\bcalled me about\b|\b(?:spilled|rubbish|left|dirty|clean|smells?|"
            "graffiti) "
        ),
    ),
    Sign(
        word="person falling",
        stems="fell|fall|jump|drown|suicid|ledge|railing|sill|parapet",
        said=(
            r"\b(?:child|kid|boy|girl|toddler|man|woman|someone|somebody) .{0,12}\b(?:sitting|"
            r"standing|hanging|climbing) on (?:the |a )?(?:\w+ )?(?:ledge|railing|window|sill|"
            "parapet|roof edge)",
            rf"\b{PERSON} {DOES}(?:fell|fallen|falling|falls) (?:down|into|from|off|in|out of|"
            r"through)\b|\b(?:drown(?:ed|ing)|suicid\w+)\b",
            rf"\b{PERSON} (?:[\w'()/-]+ ){{0,4}}(?:jump(?:s|ed|ing)?) (?:from|off|out|down)\b",
        ),
        unless=r"\b(?:asleep|in flyers|drowning in)\b|\bfell in love\b",
    ),
    Sign(
        word="person hurt",
        stems=(
            "unconscious|passed out|faint|collaps|bleed|injur|seizure|dizzy|poison|hurt|"
            "burned|burnt|chok|heart attack|electrocut|broken leg|broke h|stroke|nause|blood|"
            "chemical|chlorine|ammonia|lost con|pulse|not waking|scald|suffocat|hit h|hit my|"
            "hit their|breathing|face is|convuls|struck by|hit by|lips"
        ),
        said=(
            r"\b(?:hit|struck|crushed|injured) by (?:a |the |an )?(?:\w+ )?(?:tile|glass|brick|"
            r"branch|door|gate|barrier|lift|elevator|stone|tree|sign|plaster|car)\b|\b(?:blue|"
            r"purple) lips\b",
            rf"\b{PERSON}\b.{{0,40}}\b(?:collapsed|fainted|bleeding|unconscious|convuls\w+|"
            r"scalded)\b",
            r"\bisn'?t breathing\b|\bface is blue\b|\bstopped breathing\b",
            r"\blost consciousness\b|\bno pulse\b|\bnot waking\b|\bscalded\b|\bsuffocat\w+|"
            r"\bhit (?:his|her|my|their) head\b|\bblood everywhere\b|\b(?:chemical|chlorine|"
            r"ammonia)\b.{0,40}\b(?:cough\w*|burning|fumes|sick)\b",
            r"\bunconscious\b|\b(?:passed out|fainted|seizure|heart attack|a stroke)\b",
            rf"\b{PERSON} {DOES}(?:collapsed|injured|hurt|bleeding|burn(?:ed|t)|poisoned|dizzy|"
            r"choking|nauseous)\b",
            r"\b(?:bleeding)\b(?! (?:the |a )?radiators?)|\bbroke(?:n)? (?:her|his|my|their|"
            r"a) (?:leg|hip|arm|neck)\b",
            rf"\b(?:injured|hurt|burn(?:ed|t)) {GAP}(?:{PERSON}|{BODY})\b",
        ),
        unless=(
            r"\bradiators?\b|\bfeelings\b|\bhurt(?:s|ing)? (?:my|the) (?:eyes|ears)\b|\bburn(?:t|"
            r"ed) out\b"
        ),
    ),
    Sign(
        word="person hurt",
        stems="n't|not |cant|doesnt|cannot|no answer",
        deniable=False,
        near=rf"\b{PERSON}\b",
        said=(
            r"\b(?:n't|not) (?:answered|been seen|opened|responded)\b.{0,50}\b(?:door|days|"
            r"locked)\b",
            r"\bnot breathing\b|\b(?:n't|cannot|can not|cant) (?:breathe|wake|get up|stand up)\b",
            r"\b(?:fell|fallen|collapsed|lying|bolted|locked)\b.{0,60}(?:n't|not|cant|cannot|"
            r"doesnt) (?:move|answer|respond|get up|wake|react)\w*\b",
            r"(?:can't|cannot|cant|can not) (?:be )?w(?:a|o)ken?(?: up)?\b",
        ),
        unless=r"\b(?:phone|hotline|app|e-?mail|intercom|early|morning|alarm clock)\b",
    ),
)
