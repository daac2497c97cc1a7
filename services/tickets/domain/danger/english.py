"""How danger is said in English."""

from services.tickets.domain.danger.signs import Sign

_GAP = r"(?:[\w'-]+ ){0,3}"
_LIFT = r"(?:lifts?|elevat[eoi]rs?|elavators?|cabin|lift car|elevator car)"
_PERSON = (
    r"(?:i'?m?|i've|we(?:'re|'ve)?|me|us|he|she|him|her|they|them|someone|somebody|anyone|people|"
    r"persons?|man|men|wom[ae]n|child(?:ren)?|kids?|bab(?:y|ies)|toddler|infant|son|daughter|mother|"
    r"mum|mom|father|dad|grand\w+|gran|neighbou?rs?|cleaner|workers?|guards?|driver|lady|ladies|guys?|"
    r"boys?|girls?|tenants?|residents?|visitors?|guests?|technician|electrician|plumber|courier|dog|"
    r"cat|puppy|wife|husband|family|families|colleagues?|elderly|year[- ]old|pensioner|couple|nanny|"
    r"postman|students?|passengers?|passers?-?by|pedestrian|roommate|flatmate|friend|uncle|aunt|"
    r"brother|sister|teenagers?|caretaker|janitor|concierge|delivery \w+|nurse|partner|one of us)"
)
_HEAVY = (
    r"(?:ceill?ings?|roof|walls?|balcon(?:y|ies)|fa[cç]ade|tiles?|bricks?|glass|windows?|panes?|sash|"
    r"trees?|branch(?:es)?|trunk|scaffold\w*|signs?|signboard|billboard|chandelier|lamps?|lights?|"
    r"fixture|panels?|plaster|concrete|ledge|canopy|awning|railings?|handrail|banister|gate|unit|"
    r"stair\w*|steps?|floor|beams?|antenna|gutter|cladding|crane|pole|fence|chimney|slab|stones?|"
    r"facing|parapet|skylight|cornice|lamppost|boulder|ladder|mast|air[- ]?con\w*|ac|masonry|render|"
    r"drywall|shutters?|garage door|flower ?pots?|planter|structure|building|debris|chunks?|pieces?|"
    r"bits|rocks?|basketball hoop|swing|satellite dish|ice|icicles?|mirror|facade)"
)
_PIPE = (
    r"(?:pipe\w*|mains?|hose|tank|radiator|boiler|valve|riser|heater|hydrant|toilet|faucet|tap|"
    r"fitting|sprinkler(?: head)?|cylinder|joint|washing machine|dishwasher|geyser|plumbing)s?"
)
_WIRE = r"(?:wires?|wiring|cables?|power ?lines?|conductors?|electrical lines?)"
_ELECTRIC = (
    r"(?:electric\w*(?: (?:panel|cabinet|box|room|meter))?|breakers?(?: box)?|switch(?:board|es)?|"
    r"fuse ?box|sockets?|outlets?|consumer unit|meter (?:cabinet|box)|distribution b\w+|"
    r"light(?:s|ing|ings?)?(?: (?:fitting|fixture|switch)s?)?|lamps?|transformer|power (?:strip|point)|"
    r"plugs?|wires?|wiring|cables?|control panel|chandelier)"
)
_ON = (
    r"(?:is|are|was|were|'s|'re|keeps?|kept|still|just|it|now|started|starts?|began|been|being|"
    r"something|like|socket|outlet|plug|panel|motor|box|tv|dryer|oven|heater|charger|battery|pan)"
)
_BODY = r"(?:hand|arm|finger|head|leg|foot|hair|neck|fingers|hands|feet|toe|wrist|ankle|thumb|coat|scarf)s?"
_SHUT = (
    r"(?:n'?t|not) (?:be )?(?:open\w*|mov\w+|budge|respond\w*|go\w*|work\w*)|stuck|stopp\w+|stops|"
    r"halt\w*|jammed|dead|minutes|an hour|help|scream\w*|shout\w*|yell\w*|cry\w*|crie\w*|panic\w*|"
    r"bang\w*|knock\w*|call\w*|ring\w*|alarm|dark|claustro\w*|pregnant"
)
_LOUD = r"(?:going off|went off|gone off|goes off|sound\w*|ring\w*|scream\w*|shriek\w*|beep\w*|wail\w*|blar\w*|trigger\w*|alert\w*|alarming|red|keeps going)"

SIGNS = (
    Sign(
        word="fire",
        stems=("fire", "fier", "flame", "blaz", "burn", "alight", "inferno", "ignit"),
        said=(
            r"\b(?:fires?|fier|inferno)\b|\bflam(?:es|ing)\b|\b(?:ablaze|blazing|blaze|alight|ignited)\b",
            rf"\b{_ON} (?:\w+ )?burning\b(?! (?:smell|odou?r|question|hot|sensation))",
            r"\bburn(?:ing|s|ed|t) (?:down|right now|fiercely|brightly|in the|on the|behind)\b",
        ),
        unless=r"\b(?:candles?|sun|skin|throat|eyes?|calories|cd|dvd)\b|barbecue pit|\bgym is on fire",
    ),
    Sign(
        word="smoke",
        stems=("smok", "smoulder", "smolder", "fume"),
        said=(
            r"\bsmok(?:e|y)?\b(?! ?-?free)",
            rf"\b{_ON} (?:\w+ )?(?:smoking|smoulder\w*|smolder\w*)\b",
            r"\b(?:smokes|smouldering|smoldering|smoking (?:badly|heavily|a lot|like))\b",
            r"\b(?:toxic|exhaust|chemical|choking|acrid|strange) fumes\b|\bfumes (?:from|are|fill|every|in)",
        ),
        unless=(
            r"\b(?:cigarettes?|tobacco|cigars?|weed|vap(?:e|ing)|barbecue|bbq|grill(?:ing)?|incense|"
            r"shisha|hookah|marijuana|pot|smokers?|chimney sweep|fireplace|"
            r"(?:people|neighbou?rs?|guests?|residents?|tenants?|teenagers|kids|someone|somebody|he|"
            r"she|they|men|workers|visitors|staff|guy|man|woman|downstairs|upstairs|who) "
            r"(?:(?:is|are|was|were|keeps?|always|often|still|who|constantly|below|above) ){0,3}"
            r"smok\w+)\b(?!.{0,80}\b(?:set|alight|flames?|burning|caught)\b)"
        ),
    ),
    Sign(
        word="burning smell",
        stems=(
            "burn",
            "scorch",
            "singe",
            "charred",
            "melt",
            "overheat",
            "hot",
            "crackl",
            "bang",
            "flash",
            "glow",
        ),
        said=(
            r"\b(?:burn(?:ing|t|ed)?|scorch(?:ed|ing)|singed) (?:\w+ ){0,2}(?:smell|odou?r|stench|stink)",
            r"\bsm[eal]\w{1,6} (?:[\w'-]+ ){0,6}(?:burn(?:ing|t|ed)?|scorch\w*|singed|melting)\b",
            r"\b(?:odou?r|stink|stench) of (?:[\w-]+ ){0,3}(?:burn\w*|melt\w*)",
            r"\bburn(?:ing|t) (?:plastic|rubber|insulation|wires?|cables?|wiring|electrics|electrical)\b",
            rf"\b(?:melt(?:ing|ed)|charred|scorched|glowing|blackened) (?:\w+ )?{_ELECTRIC}\b",
            rf"\b(?:{_ELECTRIC}|cords?|charger|battery) (?:\w+ ){{0,4}}(?:melt(?:s|ing|ed)|charred|glow\w*|"
            r"scorch\w*|blackened|overheat\w*|(?:is|are|gets?|getting|very|red|burning|so|too) hot|"
            r"crackl\w+|went bang|flash(?:es|ed))\b|\bblue flash\w*|\bflash\w* (?:from|in) the meter",
        ),
        unless=r"\b(?:barbecue|bbq|toast|cooking|dinner|incense|candles?|garden waste|leaves|food)\b",
    ),
    Sign(
        word="sparks",
        stems=("spark", "arcing"),
        said=(
            r"\bsparks\b|\bspark(?:ed|ing|y)\b(?! (?:wine|water|clean|interest|debate))",
            r"\b(?:a|big|blue|huge) spark\b|\barcing\b",
        ),
        unless=r"\bspark(?:s|ed) (?:\w+ )?(?:interest|joy|debate|discussion|idea|complaints)",
    ),
    Sign(
        word="gas smell",
        stems=("gas", "gaz", "rotten egg", "propane", "lpg"),
        said=(
            r"\bsm\w{1,7} (?:[\w'-]+ ){0,6}(?:gas|gaz|propane|lpg)\b",
            r"\bgas\b.{0,30}\bstrong smell\b",
            r"\bgas(?:sy|eous)? (?:\w+ ){0,2}(?:smells?|odou?rs?|stink|stench|reek|fumes)\b",
            r"\b(?:whiff|odou?r|stench|stink|stinks|reeks?|reeking|scent|traces?) of (?:\w+ )?gas\b",
            r"\bgas (?:is )?everywhere\b|\bfull of gas\b|\brotten eggs?\b",
        ),
        unless=r"\bpetrol station\b|\bdrains?\b",
    ),
    Sign(
        word="gas leak",
        stems=("gas", "propane", "lpg"),
        raw=True,
        across=True,
        said=(
            r"\bgas (?:[\w'-]+ ){0,5}(?:leak\w*|escap\w+|hiss\w*|pouring|flowing out|coming out)\b",
            r"\bleak(?:s|ing|ed|age)? (?:of )?(?:\w+ )?gas\b|\bgas\b.{0,40}\b(?:leak(?:s|ing|age)?|hiss\w*)\b",
            r"\bhiss\w* .{0,30}\bgas\b|\bgas (?:keeps|is|was) (?:\w+ )?(?:flowing|coming|running)\b",
            r"\bthrough (?:the |a )?gas (?:main|pipe|line)\b",
            r"\bgas (?:pipe|line|hose|main|tube|valve|bottle|cylinder|connection|tap)s? (?:[\w'-]+ ){0,4}"
            r"(?:cut|broken?|cracked|burst|hit|damaged|off|open|severed|loose|ruptured|dug|punctured|won'?t (?:shut|close)|can'?t be (?:shut|closed))\b",
            r"\b(?:cut|broke|cracked|hit|damaged|drilled|dug|ruptured|punctured|struck)(?: \w+){0,2} "
            r"(?:the |a )?gas (?:pipe|line|hose|main)",
            rf"\bgas (?:alarm|detector|sensor)\b.{{0,30}}\b{_LOUD}\b",
            r"\bleft (?:the|her|his|their|my) gas on\b|\bgas (?:was |is )?left on\b",
        ),
        unless=r"\b(?:battery|once a minute|every \w+ minutes?)\b",
    ),
    Sign(
        word="carbon monoxide",
        stems=("monoxid", "co alarm", "co detector", "co sensor", "co poison", "co level"),
        said=(
            rf"\b(?:monoxide?|co (?:alarm|detector|sensor))\b.{{0,45}}(?:\b{_LOUD}\b|\b(?:high|leave|"
            r"evacuate|dizzy|headaches?|unconscious|fumes|ppm|danger\w*|\d\d+)\b)",
            r"\b(?:monoxide|co) (?:poison|leak|level|in|from|at|everywhere|coming|escap)",
            r"\b(?:alarm|alert|warning|symptoms?|signs?)\b.{0,20}\bcarbon monoxide\b|"
            r"^\W*carbon monoxide\W*$|\b(?:sick|dizzy|headaches?|nausea)\b.{0,60}\bmonoxide\b|"
            r"\balarm shows co\b",
        ),
        unless=r"\b(?:battery|batteries|once a minute|every \w+ (?:minutes?|seconds)|chirp\w*|expired?|"
        r"how often|test button|install\w*)\b",
    ),
    Sign(
        word="trapped",
        stems=(
            "stuck",
            "trap",
            "lock",
            "caught",
            "jam",
            "shut",
            "pinn",
            "confined",
            "wedged",
            "bolted",
            "imprison",
            "crush",
            "squash",
            "squeez",
            "buried",
            "clos",
        ),
        said=(
            rf"\b(?:stuck|trapped|locked|caught|jammed|shut|confined|imprisoned) (?:\w+ )?"
            rf"(?:in|inside|between|on) {_GAP}(?:{_LIFT}|floors|shaft|escalator)\b",
            rf"\b(?:stuck|trapped) (?:\w+ )?between (?:the )?(?:floors?|\w+ and|doors?)\b",
            rf"\b{_PERSON} {_GAP}(?:(?:got|is|are|was|were|be|been|am|accidentally) )?(?:\w+ )?"
            r"(?:stuck|trapped|locked (?:in|inside|on|into)|shut (?:in|inside)|confined|imprisoned|"
            r"jammed in|wedged|pinned|buried|crushed|squashed)\b",
            rf"\b(?:locked|shut) (?:himself|herself|themselves|myself|ourselves|itself|{_PERSON}) "
            r"(?:\w+ )?(?:in|inside|on the|out on)\b",
            rf"\b(?:pinn|trapp|crush|squash|squeez)(?:ing|ed|s) {_GAP}{_PERSON}\b",
            rf"\bclosed (?:on|over) {_GAP}(?:{_PERSON}|{_BODY})\b",
            rf"\b{_BODY} (?:\w+ ){{0,3}}(?:stuck|trapped|caught|jammed|pinned|wedged)\b",
            r"\b(?:trapped|entrapment)\b(?! (?:air|water|dirt|odou?r|cable|wire|under the door))",
        ),
        unless=(
            r"\b(?:keys?|cards?|coins?|ball|toys?|phone|letters?|parcels?|packages?|spoon|drawer|lid|"
            r"trolley|button|leaf|leaves|paper|bolt|windows?|blinds?|handle|ring|bike|car|remote|wheel) "
            r"(?:\w+ ){0,3}(?:stuck|trapped|jammed|caught|locked)\b|\bapp lock|\bmouse ?trap|\baccount\b|"
            r"\blocked out\b|\bstuck with\b|\bsmell (?:is )?trapped"
        ),
    ),
    Sign(
        word="cannot get out",
        stems=("out", "inside", "in it", "in there", "door", "locked"),
        deniable=False,
        said=(
            r"\b(?:can'?t|cannot|can not|unable to|couldn'?t|not able to|no way to|impossible to) "
            r"(?:get|come|climb|escape|leave|walk) (?:out|the (?:flat|room|apartment|house|bathroom))\b"
            r"(?! of bed)",
            r"\b(?:get|let|help) (?:me|us|him|her|them) out\b|\b(?:no|only) way out\b",
            r"\b(?:baby|toddler|child|children|kids?|son|daughter|year[- ]old|infant|dog|mother|father|"
            r"grand\w+) (?:[\w'-]+ ){0,3}(?:inside|in there|on the balcony|in the flat)\b.{0,60}"
            r"\b(?:locked|stove|shut|key|crying|oven|cooker|hob|slammed|jammed)\b",
            r"\b(?:locked|shut|slammed|jammed|won'?t open|does ?n'?t open|key)\b.{0,60}\b(?:baby|toddler|"
            r"child|children|kids?|son|daughter|year[- ]old|infant|mother|father|grand\w+|mum|dad) "
            r"(?:[\w'-]+ ){0,4}(?:inside|in there|alone)\b",
            r"\b(?:alone|crying|screaming) (?:inside|in there)\b",
            r"\b(?:shouting|yelling|screaming|calling|crying) for help\b",
            rf"\b{_PERSON} (?:[\w'-]+ ){{0,3}}(?:fallen|fell|collapsed)\b.{{0,40}}\b(?:door|locked|"
            r"bolted|can'?t|cannot|n't)\b",
        ),
        unless=r"\b(?:stain|dirt|email|car park exit|contract|garage exit|parking|of the app)\b",
    ),
    Sign(
        word="people in the lift",
        stems=("lift", "elevat", "elavat"),
        across=True,
        deniable=False,
        said=(
            rf"\b{_LIFT}\b.{{0,80}}\bwith {_GAP}{_PERSON} (?:\w+ ){{0,3}}(?:inside|in it|on board)\b",
            rf"\b{_LIFT}\b.{{0,60}}\b(?:{_SHUT})\b.{{0,40}}\bwith {_GAP}{_PERSON}\b",
            rf"\b{_LIFT}\b.{{0,80}}\b(?<!no )(?<!not ){_PERSON} (?:[\w'-]+ ){{0,4}}"
            rf"(?:inside|in it|in there)\b",
            rf"\b(?<!no ){_PERSON} (?:[\w'-]+ ){{0,5}}(?:in|inside|from|inside of) (?:the |a |this |our )?"
            rf"(?:\w+ )?{_LIFT}\b.{{0,60}}(?:{_SHUT})",
            rf"(?:{_SHUT})\b.{{0,30}}\b(?:in|inside|from inside) (?:the |a |this |our )?{_LIFT}\b",
            rf"\b{_LIFT} (?:is |got |are |was )?(?:stuck|jammed)\b.{{0,30}}\b(?:i am|i'm|we are|we're|with me|"
            r"with us|pregnant|panic\w*|help)\b|\bhelp\b.{0,20}\bstuck\b",
            rf"\b{_LIFT}\b.{{0,50}}\b(?:still in here|in here|inside it)\b",
        ),
        unless=r"\b(?:nobody|no one|no-one|none|empty|without (?:people|passengers))\b|"
        r"\b(?:light|lamp|mirror|music|camera|button|sticker|screen|display|floor|carpet|fan) "
        r"(?:inside|in the)|\bcalled me about\b|\b(?:spilled|rubbish|left|dirty|clean|smells?|graffiti) ",
    ),
    Sign(
        word="flooding",
        stems=(
            "flood",
            "burst",
            "water",
            "sewage",
            "ruptur",
            "split",
            "overflow",
            "leak",
            "gush",
            "pouring",
            "toilet",
        ),
        said=(
            r"\bflood(?:ed|ing|s)?\b(?! (?:of|with|lights?|insurance|light|plain|risk|map|door|barrier))",
            rf"\b{_PIPE} (?:[\w'-]+ ){{0,3}}(?:burst(?:s|ed|ing)?|split|ruptured|snapped|blew off|"
            r"exploded|broke|broken off|gush\w*|spray\w*|pour\w*)\b",
            r"\b(?:burst(?:ed|ing)?|ruptured|broken) (?:[\w-]+ ){0,2}(?:pipes?|mains?|hose|tank|"
            r"radiator|riser|hydrant)\b",
            r"\b(?:water|sewage)\b.{0,30}\b(?:pour(?:s|ing|ed)|gush\w*|spray\w*|shoot\w*|rush\w*|"
            r"everywhere|cascad\w*|stream(?:s|ing)|flow(?:s|ing)|jets?|running (?:over|down|into|through)|"
            r"up to (?:my|the|our)|com(?:es|ing) (?:through|down|up|out of)|rising|seeping fast)\b",
            r"\b(?:pouring|gushing|spraying|shooting|rushing|running|coming|leaking) (?:\w+ ){0,3}"
            r"(?:through|from|out of|down) (?:[\w'-]+ ){0,3}(?:ceiling|walls?|lamps?|stairs?|lights?|riser)",
            r"\bunder ?water\b|\b(?:ankle|knee)[- ]deep\b|\b(?:inch(?:es)?|cm|centimet\w+|feet|foot|met(?:er|re)s?) of water\b",
            r"\b(?:rain|storm water) (?:is )?(?:\w+ )?(?:pour\w*|gush\w*|rush\w*|flow\w*) (?:in|into|through|down)\b",
            r"\b(?:ca|wo)n'?t stop (?:the )?(?:water|leak)|\bwater .{0,20}\bwo?n'?t stop\b|\bceiling (?:is )?bulg\w+",
            r"\blike a (?:waterfall|river|fountain|swimming pool)\b|\bswimming pool in\b",
            r"\bsewage (?:\w+ ){0,3}(?:coming|overflow\w*|everywhere|back\w*|bubbl\w*|ris\w*|flood\w*)\b|\bsewage backup\b",
            r"\boverflow(?:s|ing)?\b.{0,40}\b(?:won'?t|can'?t|not|does ?n'?t) (?:be )?(?:stop\w*|turn\w*|shut)",
            r"\bleak\w*\b.{0,30}\b(?:like crazy|badly|heavily|massive\w*|everywhere|buckets? (?:full|are))\b|"
            r"\b(?:massive|major|huge|severe|serious|bad|big) (?:water )?leak\b",
            r"\b(?:ca|wo)n'?t (?:turn|shut|stop|close) (?:off )?(?:the |it |off )?(?:the )?(?:water|off|valve)\b",
        ),
        unless=(
            r"\b(?:complaints|e-?mails?|flyers|messages|insurance|bill|visitors|offers|thanks for)\b|\bwater (?:pressure|bill)|"
            r"\b(?:tap|toilet|shower) (?:keeps |is )?running\b|\bon the lawn\b|\bgarden hose\b|"
            r"\bno water\b|\bslowly\b|\bdrops?\b|\bdrip\w*\b(?!.{0,40}(?:fuse|socket|panel))|\bbrown water\b|"
            r"\b(?:no|enough|rusty|dirty) (?:hot )?water\b|\bwater (?:is )?(?:cold|lukewarm|not hot)\b"
        ),
    ),
    Sign(
        word="water on electrics",
        stems=("water", "leak", "rain", "drip", "wet"),
        said=(
            rf"\b(?:water|rain|leak\w*|dripping|drips)\b.{{0,40}}\b(?:in|into|on|onto|over|through|above|"
            rf"behind|out of|from|near|down) (?:the |a |my |our |your )?{_GAP}{_ELECTRIC}\b",
            rf"\b{_ELECTRIC}\b.{{0,40}}\b(?:wet|soaked|under water|dripping|full of water|"
            r"water (?:is )?(?:in|run|com|drip|pour)\w*)\b",
        ),
        unless=r"\bwater(?:proof|tight) |\bwater heater\b|\bno (?:hot )?water\b|\bno leak",
    ),
    Sign(
        word="electric shock",
        stems=(
            "shock",
            "electrocut",
            "zap",
            "jolt",
            "tingl",
            "current",
            "live ",
            "bare ",
            "exposed",
            "electrified",
            " live",
        ),
        said=(
            r"\belectric(?:al)? (?:shocks?|current)\b|\belectrocut\w+|\belectrified\b",
            r"\b(?:got|get|gets|getting|gave|gives|give|giving|received?|had|felt|feel|feels) "
            r"(?:[\w'-]+ ){0,3}(?:shock(?:s|ed)?|zap(?:ped)?|jolt)\b",
            r"\bzapp(?:ed|ing)\b|\bshock(?:s|ed|ing) (?:me|you|us|him|her|people|my|by|when)\b",
            r"\b(?:tingl\w+)\b.{0,40}\b(?:current|tap|shower|metal|handle|touch\w*|casing|electric\w*|rail\w*)",
            r"\b(?:tap|water|shower|metal|handle|touch\w*|casing|railing|rail)\b.{0,40}\btingl\w+",
            rf"\b(?:live|exposed|bare) (?:\w+ ){{0,2}}(?:{_WIRE}|copper|terminals)\b",
            rf"\b{_WIRE} (?:[\w',-]+ ){{0,6}}(?:live|exposed|bare|sticking out)\b",
            r"\b(?:rail|railing|handrail|casing|metal|tap|pole|door|frame|machine|fridge|boiler|gate|fence|shower) "
            r"(?:is|was|are) (?:electrically )?live\b",
        ),
        unless=r"\b(?:bills?|prices?|absorbers?|rude|news|rent|"
        r"shocked (?:by|at|to) (?:the|how|see|hear|your))\b(?!.{0,20}(?:tap|socket|switch|touch|machine))|"
        r"\bstatic\b",
    ),
    Sign(
        word="cable down",
        stems=("wire", "wiring", "cable", "power line", "powerline"),
        said=(
            r"\b(?:electric\w*|power|live|high voltage) ?(?:wire|cable|line)s? (?:[\w'-]+ ){0,4}(?:down|"
            r"fell|fallen|hanging|dangling|snapped|torn|on the ground|ripped)\b",
            rf"\b{_WIRE} (?:[\w'-]+ ){{0,4}}(?:snapped|torn down|came down|on the ground|fell|fallen|"
            r"hanging (?:out|down|loose)|dangling)\b|\b(?:downed|fallen|severed) (?:\w+ )?"
            rf"{_WIRE}\b",
        ),
        unless=r"\b(?:internet|tv|phone|headphone|network) (?:cable|wire)",
    ),
    Sign(
        word="falling",
        stems=(
            "fall",
            "fell",
            "drop",
            "com",
            "came",
            "dangl",
            "hang",
            "loose",
            "collaps",
            "gave way",
            "giving way",
            "lean",
            "toppl",
            "crash",
            "cav",
            "gives way",
            "plunge",
            "plummet",
            "tipped",
            "swing",
            "crumbl",
            "blew",
            "blown",
            "broke",
            "sinkhole",
            "unstable",
            "sagging",
            "detach",
            "bulg",
            "flapping",
            "wobbl",
            "slid",
            "buckl",
            "missed",
            "snapped",
            "cracked",
            "manhole",
            "opened up",
        ),
        said=(
            r"\b(?:about|going|ready|threaten\w*|seems?|set|looks? like it (?:will|is)) to (?:\w+ )?"
            r"(?:fall|come (?:down|off|loose)|drop|collapse|topple|crash|cave|break off|tip over|give way)\b",
            r"\b(?:could|might|may|will|would|can|is sure to) (?:\w+ )?(?:fall|come (?:down|off)|drop|"
            r"collapse|topple|crash|tip over)(?: down| off| over| out)?(?: (?:on|onto|at|any|and|into|over|"
            r"in the|soon|if)\b|\W*$)",
            rf"\b{_HEAVY} (?:[\w'-]+ ){{0,4}}(?:collaps\w+|cav(?:ed|ing) in|crash\w*|gave way|"
            r"giving way|gives way|toppl\w+|came (?:down|off|loose)|com(?:ing|e) (?:down|off|loose)|"
            r"crumbl\w+|tipped over|blew off|blown off|broke off|breaking off|detach\w*|unstable|"
            r"sagging|bulg\w+|flapping|wobbl\w+|sliding off|slid(?:es|ing)? (?:off|down)|buckl\w+|"
            r"(?:just |nearly |almost )?missed (?:me|my|us|him|her|a|the)|snapped|cracked and)\b",
            rf"\b{_HEAVY} (?:[\w'-]+ ){{0,5}}(?:(?:is |are |has |have |keeps? |just )*(?:fall(?:s|ing|en)?|"
            r"fell|dropp\w+|drops)|dangl\w+|hang(?:s|ing) (?:by|loose|over|from|off)|swinging|"
            r"lean(?:s|ing) (?:over|onto|towards|and|dangerously|badly))\b",
            rf"\b(?:falling|fallen|dangling|collapsed|collapsing|toppling|dropping|loose|unstable) (?:\w+ )?"
            rf"{_HEAVY}\b(?!.{{0,20}}\bleaves)",
            rf"\b(?:fell|falls|fallen|hanging|dangling|loose|down) (?:[\w'-]+ ){{0,5}}{_HEAVY}\b.{{0,20}}"
            r"\b(?:people|street|path|pavement|children|cars|below|head|entrance|playground|sidewalk)\b",
            rf"\b{_HEAVY} (?:[\w'-]+ ){{0,3}}(?:loose)\b.{{0,40}}\b(?:people|fall|street|path|drop|"
            r"pavement|children|cars|below|walk\w*|hit|wind|floor)\b|\bsinkhole\b|\bmanhole\b.{0,30}"
            r"\b(?:open|missing|gone|without|uncovered)\b|\bground (?:\w+ )?(?:opened up|gave way|sank|sunk)\b",
            r"\bcollapsed?\b (?:on|onto) (?:\w+ ){0,2}(?:bed|people|car|cars|head|child)",
        ),
        unless=r"\b(?:curtain|wallpaper|blinds?|poster|pictures?|internet|price|signal|asleep|"
        r"falls? (?:flat|behind|under|within)|water pressure|temperature|shower rail|"
        r"toilet roll|leaves|couch|sofa|bean ?bag|drop (?:me|us|by|in)|come (?:by|at|after|around|and)|"
        r"paint|handle|knob|stickers?|cover|cupboard|cabinet door|shel(?:f|ves)|bookcase|books|curtains?|"
        r"towel rail|kitchen tile|bathroom tile|tile in the|socket|plug|doorbell|skirting|grout)\b"
        r"(?!.{0,60}(?:on people|children|over the (?:path|walk|street)|onto|hit))",
    ),
    Sign(
        word="person falling",
        stems=("fell", "fall", "jump", "drown", "suicid"),
        said=(
            rf"\b{_PERSON} (?:[\w'-]+ ){{0,3}}(?:fell|fallen|falling|falls) (?:down|into|from|off|in|out of|"
            r"through)\b|\b(?:drown(?:ed|ing)|suicid\w+)\b",
            rf"\b{_PERSON} (?:[\w'-]+ ){{0,4}}(?:jump(?:s|ed|ing)?) (?:from|off|out|down)\b",
        ),
        unless=r"\b(?:asleep|in flyers|drowning in)\b|\bfell in love\b",
    ),
    Sign(
        word="lift falling",
        stems=("lift", "elevat", "elavat"),
        said=(
            rf"\b{_LIFT} (?:[\w'-]+ ){{0,5}}(?:dropp?\w*|fell(?! silent)|fall\w*|free[- ]?fall|plung\w+|plummet\w*|"
            r"crash\w*|jerk\w* down)\b",
            rf"\b{_LIFT} (?:\w+ )?shot up\b|\b{_LIFT} doors? opened\b.{{0,20}}\bno (?:cabin|car|lift)\b",
            rf"\b{_LIFT}\b.{{0,40}}\b(?:mov(?:es?|ed|ing)|went|goes|starts?|travel\w*|leaves?|left) "
            r"(?:\w+ ){0,3}(?:with|while|before) (?:the |its )?doors? (?:\w+ )?(?:open|still|clos|shut)\w*",
        ),
    ),
    Sign(
        word="explosion",
        stems=("explo", "blew up", "blown up", "blast", "about to blow", "swollen", "boom", "bang"),
        said=(
            r"\b(?:exploded|explodes?|explosions?|exploding)\b|\b(?:blew|blown) up\b|"
            r"\b(?:loud|huge|big) blast\b|\babout to blow\b|\bswollen battery\b|\bbattery (?:\w+ )?swollen\b|"
            r"\b(?:loud |huge |big )?(?:boom|bang) (?:from|in) the (?:boiler|basement|meter|transformer|roof|pump)",
        ),
        unless=r"\b(?:noise|complaints?|ants?|prices?|bills?|costs?|rents?|demand|numbers?|inbox|"
        r"colou?r|popularity|anger|traffic|mailbox|blew up at|messages?|photo|balloons?|mattress|"
        r"cockroach\w*|mosquito\w*|weeds)\b",
    ),
    Sign(
        word="person hurt",
        stems=(
            "unconscious",
            "passed out",
            "faint",
            "collaps",
            "bleed",
            "injur",
            "seizure",
            "dizzy",
            "poison",
            "hurt",
            "burned",
            "burnt",
            "chok",
            "heart attack",
            "electrocut",
            "broken leg",
            "broke h",
            "stroke",
            "nause",
            "blood",
            "chemical",
            "chlorine",
            "ammonia",
        ),
        said=(
            r"\bblood everywhere\b|\b(?:chemical|chlorine|ammonia)\b.{0,40}\b(?:cough\w*|burning|fumes|sick)\b",
            r"\bunconscious\b|\b(?:passed out|fainted|seizure|heart attack|a stroke)\b",
            rf"\b{_PERSON} (?:[\w'-]+ ){{0,3}}(?:collapsed|injured|hurt|bleeding|burn(?:ed|t)|poisoned|"
            r"dizzy|choking|nauseous)\b",
            r"\b(?:bleeding)\b(?! (?:the |a )?radiators?)|\bbroke(?:n)? (?:her|his|my|their|a) "
            r"(?:leg|hip|arm|neck)\b",
            rf"\b(?:injured|hurt|burn(?:ed|t)) {_GAP}(?:{_PERSON}|{_BODY})\b",
        ),
        unless=r"\bradiators?\b|\bfeelings\b|\bhurt(?:s|ing)? (?:my|the) (?:eyes|ears)\b|\bburn(?:t|ed) out\b",
    ),
    Sign(
        word="person not answering",
        stems=("n't", "not ", "cant", "doesnt", "cannot", "no answer"),
        deniable=False,
        near=rf"\b{_PERSON}\b",
        said=(
            r"\b(?:n't|not) (?:answered|been seen|opened|responded)\b.{0,50}\b(?:door|days|locked)\b",
            r"\bnot breathing\b|\b(?:n't|cannot|can not|cant) (?:breathe|wake|get up|stand up)\b",
            r"\b(?:fell|fallen|collapsed|lying|bolted|locked)\b.{0,60}(?:n't|not|cant|cannot|doesnt) "
            r"(?:move|answer|respond|get up|wake|react)\w*\b",
            r"(?:can't|cannot|cant|can not) (?:be )?w(?:a|o)ken?(?: up)?\b",
        ),
        unless=r"\b(?:phone|hotline|app|e-?mail|intercom|early|morning|alarm clock)\b",
    ),
)
