"""Water and current, as said in English."""

from services.tickets.domain.danger.english_words import CANNOT, ELECTRIC, GAP, PIPE, REFUSES, WIRE
from services.tickets.domain.danger.signs import Sign

SIGNS = (
    Sign(
        word="flooding",
        said=(
            r"\b(?:ceiling|wall|roof|light|lamp|chandelier|socket|window)s?\b.{0,40}\b(?:is|are|"
            "keeps?|"
            "started|starts?|now|just) (?:now |just |literally |actively )?(?:pouring|gushing|"
            "streaming|"
            r"spraying|raining|spewing|cascading)\b",
            r"\b(?:spraying|squirting|spurting|gushing|pissing|spewing) (?:\w+ ){0,2}(?:everywhere|"
            "all over|"
            r"out|non-?stop)\b(?!.{0,20}\b(?:paint|perfume|graffiti|deodorant))|"
            r"\b(?:raw )?sewage\b.{0,12}\b(?:in|on|"
            r"across|over|through|into|inside|under) (?:the |my |our |their )?(?:\w+ )?(?:hall\w*|"
            "kitchen|flat|"
            r"bath\w*|floor|corridor|lobby|basement|garage|bedroom|living|house|room|shop|stair\w*|"
            r"ground floor)\b|\b(?:drains?|sewers?) (?:has |have |is |are )?(?:come|coming|"
            r"came) up\b",
            r"\blike (?:a |an |the )?(?:monsoon|niagara|rain ?storm|thunder ?storm|downpour|"
            "hose ?pipe|burst main|"
            r"power shower)\b(?! sound)",
            r"\bleak\w* (?:very |really |so )?(?:badly|heavily|hard|fast|massively)\b|"
            r"\bceiling\b.{0,60}\bbulg\w*",
            r"\bsewage (?:has |have |is )?(?:\w+ )?(?:reached|risen|got into|come up|spilled|"
            r"spilt|overflowed|entered)\b|\b(?:drains?|sewers?|gull(?:y|ies)|"
            r"manholes?) (?:\w+ ){0,4}(?:back(?:s|ing|ed) up|overflow\w*|"
            r"bubbl\w*)\b.{0,60}\b(?:sewage|door\w*|house|flat|kitchen|garage|basement)\b",
            r"\b(?:water|sewage)(?:'s| is| keeps)? coming (?:up|in) (?:through|from|under|"
            r"out of)\b",
            r"\bsprinklers? (?:\w+ ){0,2}(?:gone off|went off|going off|discharg\w+|activated|"
            r"triggered)\b",
            rf"\b{PIPE} (?:[\w']+ ){{0,3}}(?:split|let go|gave way|has gone|must have gone|gone)\b"
            r".{0,60}\b(?:water|open|flood\w*|emptying|soak\w*|everywhere|rain\w*|pour\w*)\b",
            r"\b(?:water|sewage) (?:is |was |keeps )?(?:coming|pouring|"
            r"dripping) (?:in )?(?:through|down) (?:\w+ ){0,3}(?:floors?|"
            r"ceilings?|walls?|roof|building|storeys|stairs?)\b|\bit(?:'s| is) (?:now |really |"
            r"just )?(?:pouring|gushing)\b"
            r"(?! (?:outside|with rain|rain|down outside))|\bwater (?:is )?(?:evrywhere|"
            r"all around)\b",
            rf"\b(?:{CANNOT}|nothing|won't|help me|trying to|wo n't) (?:\w+ )?(?:stop|turn off|"
            rf"shut off|"
            r"turn|shut|close) (?:it|the (?:\w+ )?(?:water|flow|tap|valve|stopcock|leak|main)|"
            r"this)\b.{0,40}"
            r"\b(?:flood|water|everywhere|pour|gush|spray)\w*",
            rf"\b{PIPE} (?:[\w']+ ){{0,3}}(?:came|come|popped|blew|blown|flew|fell|broke|broken|"
            rf"snapped|knocked|ripped|"
            r"sheared|disconnected) ?(?:off|apart|loose|away)?\b.{0,60}\b(?:water|flood\w*|"
            r"spray\w*|"
            r"everywhere|gush\w*|pour\w*|soak\w*)\b|\binundat\w+|\bswamped with (?:water|sewage)",
            r"\b(?:foul|waste|toilet|dirty|sewer|black) ?water (?:\w+ ){0,2}(?:coming|rising|"
            r"backing|bubbling|"
            r"over|up|flow|all over)\w*|\b(?:toilets?|drains?|manhole|sewer|sink|bath|"
            r"shower)\b.{0,30}\b"
            r"(?:gush\w*|erupt\w*|spew\w*|overflowing (?:into|onto|all|and|non))",
            r"\brain(?:s|ing) (?:inside|indoors|in my|in the (?:kitchen|flat|bedroom|living|"
            r"hall)|through (?:the|my))|\b(?:carpet|furniture) (?:is )?float\w*|\bwading\b",
            r"\b(?:torrents?|deluge|geyser)\b|\b(?:soaked|soaking|drenched)\b.{0,30}\b(?:beds?|"
            r"carpet|sofa|everything|whole|walls?|ceiling|furniture|laptop)\b|"
            r"\bwater\b.{0,25}\b(?:out of|from) the (?:walls?|floor|riser|manhole|toilet)\b",
            r"\b(?:creek|river|stream) is running\b|\b(?:room|flat|basement|lobby|garage|kitchen|"
            r"hall\w*) is (?:a|like a) (?:lake|pool|river|swimming pool)\b|\bwater (?:is |"
            r"keeps )?burst\w*",
            r"\bflood(?:ed|ing|s)?\b(?! (?:of|with|lights?|insurance|light|plain|risk|map|door|"
            "barrier))",
            rf"\b{PIPE} (?:[\w'()/-]+ ){{0,6}}(?:burst(?:s|ed|ing)?|ruptured|exploded|gush\w*|"
            r"spray\w*|blew off)\b",
            r"\b(?:pipes?|mains?|riser|hydrant|sprinkler head|tank|valve|"
            r"boiler) (?:[\w'()/-]+ ){0,3}(?:split|snapped|broke|broken off|sheared|knocked off|"
            r"was hit|pouring)\b",
            r"\b(?:burst(?:ed|ing)?|ruptured|split) (?:[\w-]+ ){0,2}(?:pipes?|mains?|hose|tank|"
            r"radiator|riser|hydrant|boiler|valve|cylinder)\b|\bbroken (?:water )?(?:pipe|main|"
            r"riser)s?\b",
            r"\b(?:water|sewage)(?:'s)?\b.{0,30}\b(?:pour(?:s|ing|ed)|gush\w*|shoot\w*|rush\w*|"
            r"everywhere|cascad\w*|stream(?:s|ing)|jets?|rising|rises|squirt\w*|spurt\w*|bursts|"
            r"bursting|"
            r"all over|fill(?:s|ing|ed)? (?:the|my|our|up)|running (?:over|out of|down|"
            "into|through)|up to (?:my|the|our)|flow(?:s|ing) (?:down|into|through|out|over)|"
            r"c[ao]m(?:es?|ing) (?:through|from|out of|down) (?:[\w'()/-]+ ){0,3}(?:ceiling|"
            r"lights?|"
            r"lamps?|sockets?|riser|stairs?|walls?|roof)|com(?:es|ing) in (?:under|fast|"
            r"everywhere))\b",
            r"\b(?:water|it) (?:is |'s )?spray\w*\b|\bspraying (?:hot )?water\b",
            r"\b(?:pouring|gushing|shooting|rushing|cascading) (?:\w+ ){0,3}(?:through|from|"
            "out of|down|into) ",
            r"\bunder ?water\b|\b(?:ankle|knee|shin|waist)[- ](?:deep|high)\b|\b(?:inch(?:es)?|"
            r"cm|centimet\w+|feet|foot|met(?:er|re)s?) of water\b",
            r"\b(?:leak|water|drip|pour|com)\w*\b.{0,25}\blike (?:a shower|a tap|rain|a sieve|"
            r"crazy|mad)\b|\b(?:streaming|"
            r"flowing|gushing|rushing|cascading|pouring) (?:down|through|into|out of|over|out|"
            r"from)\b|"
            r"\bit(?:'s| is) (?:\w+ )?running (?:down|into|through|over)\b|\blike a (?:waterfall|"
            r"river|fountain|swimming pool|lake|geyser)\b|"
            r"\b(?:swimming pool|lake) in (?:my|the|our)\b",
            r"\b(?:rain|storm ?water|river|creek) (?:is )?(?:\w+ )?(?:pour\w*|gush\w*|rush\w*|"
            r"flow\w*|runs?|running) (?:in|into|through|down)\b",
            rf"\b{CANNOT} (?:be )?(?:stop(?:ped)?|turn(?:ed)? off|shut off|close) (?:the |"
            rf"this )?(?:water|"
            rf"leak|flow)|\b(?:water|leak|it)\b.{{0,20}}\b{REFUSES} (?:stop|"
            rf"turn off)\b(?!.{{0,20}}\b(?:dripp|beep|"
            r"ring|runn|chirp|flash))|\b(?:water|leak|"
            r"it)\b.{0,20}\bwo?n'?t stop\b(?!.{0,20}\b(?:dripp|beep|ring|runn))|"
            r"\bceiling (?:is )?bulg\w+",
            r"\bsewage (?:\w+ ){0,3}(?:coming|overflow\w*|everywhere|back\w*|bubbl\w*|ris\w*|"
            r"flood\w*)\b|\bsewage backup\b|\b(?:sewers?|sewage|drains?|"
            r"toilets?)\b.{0,12}\bback(?:ed|ing|s)? up\b.{0,40}\b(?:floors?|"
            r"flat|bath\w*|over|kitchen|flood\w*|everywhere|room)\b|\ba (?:small |real |"
            r"huge )?(?:waterfall|river|lake|pond|geyser|"
            r"fountain|pool) (?:of water )?(?:in|on|down|at|from) (?:the |my |"
            r"our )?(?:\w+ )?(?:stair\w*|hall\w*|lobby|"
            r"kitchen|bathroom|flat|basement|living|corridor|cellar|apartment|house|ceiling|"
            r"wall)\b|\bfill(?:s|ing) (?:up )?with (?:\w+ )?(?:water|"
            r"sewage)\b|"
            r"\bceiling\b.{0,40}\b(?:bubbl\w+|bulg\w+|belly|balloon\w*|blister)\b.{0,30}\b(?:water|"
            r"burst|full)\b",
            r"\boverflow(?:s|ing)?\b.{0,40}\b(?:won'?t|can'?t|not|does ?n'?t) (?:be )?(?:stop\w*|"
            r"turn\w*|shut)",
            r"\bleak\w*\b.{0,30}\b(?:like crazy|heavily|massive\w*|everywhere|buckets? (?:full|"
            r"are))\b|\b(?:massive|major|huge|severe|enormous|serious|"
            r"bad) (?:water )?leak\b(?! (?:last|in \w+ was))|"
            r"\bleak\b.{0,30}\b(?:getting|got|gets|even|much|way|far) (?:much |a lot |"
            r"way )?worse\b",
        ),
        unless=(
            r"\b(?:a little|a bit|slightly|complaints|e-?mails?|flyers|messages|insurance|bill|"
            r"visitors|offers|thanks for)\b|\bwater (?:pressure|bill)|\b(?:tap|toilet|"
            r"shower) (?:keeps |is )?running\b|\b(?:the|of the) lawn\b|\binstead of\b|"
            r"\bgarden hose\b|\bno water\b|"
            r"\bslowly\b|\bdrops?\b|\bdrip\w*\b(?!.{0,40}(?:fuse|socket|panel))|\bbrown water\b|"
            r"\b(?:no|enough|rusty|dirty) (?:hot )?water\b|\bwater (?:is )?(?:cold|lukewarm|"
            r"not hot)\b"
        ),
    ),
    Sign(
        word="flooding",
        across=True,
        said=(
            r"\b(?:water|sewage)\W{1,4}(?:(?:is|now|just|it's|its|simply|literally|all|absolutely|"
            r"and)\W{1,3}){0,2}everywhere\b|"
            r"\beverywhere\W{1,4}water\b(?! (?:marks?|stains?|bottles?|meters?|spots?))",
        ),
        unless=r"\bno (?:hot )?water\b|\bwater (?:pressure|bill)",
    ),
    Sign(
        word="flooding",
        said=(
            r"\b(?:water|it)(?:'s| is)? coming down (?:the|our|my) (?:walls?|stairs?|ceiling|"
            r"chimney)\b|\bbulg\w*\b.{0,20}\bceiling\b.{0,20}\b(?:drip\w*|wet|water)\b",
            r"\bsewage (?:is |was |keeps |now )?(?:\w+ ){0,2}(?:dripp|leak|com|runn|pour|flow|"
            r"spill|"
            r"drain|flood|ooz|seep)(?:ing|s)\b",
        ),
    ),
    Sign(
        word="water on electrics",
        said=(
            r"\b(?:water|puddle)\b.{0,30}\b(?:server|meter|electric\w*|transformer|switch) room\b|"
            r"\b(?:cables?|plugs?|wires?) in (?:it|the water)\b",
            r"\b(?:puddles?|pool of water|standing water)\b.{0,20}\b(?:round|around|under|by|near|"
            r"next to|at) (?:the |my |an? )?(?:\w+ )?"
            r"(?:extension|socket|outlet|plug|fuse|cable|electric\w*|panel|charger|"
            r"washing machine plug|power)",
            r"\bleak\w* in the (?:meter|electric\w*|switch|transformer|server) (?:room|"
            r"cupboard)\b|\b(?:meter|fuse) (?:cupboard|cabinet|box) (?:is )?(?:soaked|wet|"
            r"flooded)\b",
            r"\b(?:water|rain|leak\w*|dripping|drips)\b.{0,40}\b(?:in|into|on|onto|over|"
            r"through|above|behind|out of|from|near|down|reach\w*|to) (?:the |a |my |our |"
            rf"your )?{GAP}{ELECTRIC}\b",
            rf"\b{ELECTRIC}\b.{{0,25}}\bshort(?:ed|ing|s|[- ]circuit\w*)\b|\bshort(?:ed|"
            "ing)? (?:out )?(?:the |my |our )?"
            rf"{ELECTRIC}\b(?! (?:lead|cord|cable))",
            rf"\b(?:wet|soaked|soaking|flooded) (?:\w+ )?{ELECTRIC}\b",
            rf"\b{ELECTRIC}\b.{{0,40}}\b(?:wet|soaked|under water|dripping|full of water|"
            r"water (?:is )?(?:in|run|com|drip|pour)\w*)\b",
        ),
        unless=r"\bwater(?:proof|tight) |\bwater heater\b|\bno (?:hot )?water\b|\bno leak",
    ),
    Sign(
        word="electric shock",
        said=(
            r"\b(?:thrown|knocked|blown|flung|jumped) (?:\w+ )?(?:off|across|back\w*|away|"
            rf"over)\b.{{0,20}}"
            rf"\b{ELECTRIC}\b|\b{ELECTRIC}\b.{{0,40}}\b(?:threw|knocked|flung) (?:me|him|her|them|"
            r"my \w+)\b",
            r"\b(?:arm|hand|fingers?|leg|body|side)s?\b.{0,15}\b(?:numb|dead|"
            r"tingl\w+)\b.{0,40}\b(?:touch\w*|grabb\w*|"
            r"gate|tap|metal|switch|socket|shower|rail\w*|door|machine|fence|pole|fridge|lamp)\b|"
            r"\b(?:touch\w*|grabb\w*)\b.{0,50}\b(?:went|goes|go|gone|was|all) numb\b",
            rf"\b(?:shocked|zapped) by (?:the |my |an? |our )?(?:\w+ )?{ELECTRIC}\b|"
            rf"\b{ELECTRIC} (?:is|was|are) (?:electrically )?live\b",
            r"\btingl\w+ (?:\w+ ){0,3}(?:water|pool|bath|tub)\b|\b(?:wires?|cables?) (?:hanging |"
            r"sticking )?out\b",
            r"\b(?:fuse ?b\w+|socket|outlet|meter box|junction box|electric\w* (?:box|cabinet|"
            r"panel|cupboard)|switchboard) (?:\w+ ){0,3}(?:off|open|missing|broken|"
            r"unlocked)\b.{0,40}\b(?:kids?|child\w*|toddler|baby|poking|fingers)\b",
            r"\belectricity (?:in|through|from) (?:the |my )?(?:water|tap|shower|wall|hand|arm|"
            r"body|floor)|\b(?:feel|felt) (?:the )?electricity\b|\b(?:wires?|cables?) (?:are |"
            r"is )?(?:hanging|sticking|poking|coming) out (?:of|from)\b|\bopen (?:fuse|junction|"
            r"meter) box\b",
            r"\bshock(?:s|ed|ing)?\b.{0,60}\b(?:socket|outlet|switch|tap|faucet|machine|lamp|"
            r"fridge|metal|rail\w*|handrail|gate|shower|touch\w*|plug|light|kettle|door ?knob|"
            r"wet|bell|charger|heater|boiler|fence|pole|cooker|oven)\b",
            r"\b(?:socket|outlet|switch|tap|faucet|machine|lamp|fridge|metal|rail\w*|handrail|"
            r"gate|shower|touch\w*|plug|kettle|heater|boiler|fence|pole|cooker|"
            r"oven)\b.{0,60}\bshock(?:s|ed|ing)?\b",
            r"\bsee (?:the |all the )?(?:bare |live )?(?:copper|wires|wiring|conductors?)\b|"
            r"\bcopper\b.{0,30}\b(?:visible|"
            r"show\w*|exposed|out)\b|\b(?:wires?|wiring|cables?) (?:\w+ ){0,2}(?:visible|showing|"
            r"uncovered|open)\b|"
            r"\blive parts\b|\b(?:cables?|wires?|cord) (?:[\w'()/-]+ ){0,5}(?:frayed|damaged|"
            r"chewed|worn through)\b.{0,40}\b(?:kids?|children|swim|water|people|bare)\b",
            r"\b(?:ends?|wires?|cables?|tails?|cores?|copper|it|rail\w*|casing) (?:\w+ )?(?:is|are|"
            "'s|might be|"
            r"could be) (?:still |probably |all )?live\b(?! (?:stream|music|tv|on|in|at|show|"
            "feed))",
            r"\belectric(?:al)? (?:shocks?|current)\b|\belectrocut\w+|\belectrified\b",
            r"\b(?:got|get|gets|getting|gave|gives|give|giving|received?|had|felt|feel|"
            r"feels) (?:[\w'()/-]+ ){0,4}(?:shock(?:s|ed)?|zap(?:ped)?|jolt)\b|\b(?:got|gives?|"
            r"gave) (?:\w+ )?(?:a |an )"
            r"(?:\w+ )?(?:belt|kick|buzz|tingle|tickle) (?:off|from|when|every)",
            r"\b(?:jolt|prickl\w+|buzz\w*|current)\b.{0,30}\b(?:when (?:i|you|we) touch|touching|"
            r"from the (?:tap|shower|fridge|door))|\blamp ?post .{0,20}current|\bzapp(?:ed|"
            r"ing)\b|\bshock(?:s|ed|ing) (?:me|you|us|him|her|people|my|by|when)\b",
            r"\b(?:tingl\w+)\b.{0,40}\b(?:current|tap|shower|metal|handle|touch\w*|casing|"
            r"electric\w*|rail\w*)",
            r"\b(?:tap|water|shower|metal|handle|touch\w*|casing|railing|rail)\b.{0,40}\btingl\w+",
            rf"\b(?:live|exposed|bare) (?:\w+ ){{0,2}}(?:{WIRE}|copper|terminals)\b",
            rf"\b{WIRE} (?:[\w',-]+ ){{0,6}}(?:live|exposed|bare|sticking out)\b",
            r"\b(?:rail|railing|handrail|casing|metal|tap|pole|door|frame|machine|fridge|boiler|"
            r"gate|fence|shower) (?:is|was|are) (?:electrically )?live\b",
        ),
        unless=(
            r"\b(?:bills?|prices?|absorbers?|rude|news|rent|shocked (?:by|at|to) (?:the|how|see|"
            r"hear|your))\b(?!.{0,20}(?:outlet|extension|fuse|intercom|charger|breaker|lead|tap|"
            r"socket|switch|touch|machine|lamp|light|pole|post|rail|"
            r"fence|door|panel|bell|"
            r"fridge|oven|shower|heater|wire|cable|water|gate))|\bstatic\b"
        ),
    ),
    Sign(
        word="cable down",
        said=(
            r"\b(?:cables|wires|power lines?) (?:are|is) down\b",
            r"\b(?:electric\w*|power|live|high[- ]voltage|overhead) ?(?:wire|cable|"
            r"line)s? (?:[\w'()/-]+ ){0,4}(?:down|came down|fell|fallen|hanging|dangling|snapped|"
            r"torn|"
            r"on the (?:ground|path|road|street|pavement|lawn|grass)|ripped|lying|lies|sagging|"
            r"broke)\b",
            r"\b(?:tree|branch(?:es)?|scaffold\w*|crane|ladder|pole|balloon)\b.{0,30}\b(?:on|onto|"
            r"against|touch\w*|across|into|in) "
            r"(?:the |a |our )?(?:\w+ )?(?:power ?lines?|wires?|cables?|electric\w*)\b",
            rf"\b{ELECTRIC}\b.{{0,20}}\b(?:torn|ripped|pulled|hang\w*|came|coming|fell|"
            rf"knocked) (?:\w+ )?out (?:of )?(?:the |my )?wall\b",
            rf"\b{WIRE} (?:[\w'()/-]+ ){{0,4}}(?:snapped|torn down|came down|on the ground|fell|"
            rf"lying|lies|arcing|swinging|"
            r"fallen|hanging (?:out|down|loose)|dangling)\b|\b(?:downed|fallen|"
            rf"severed) (?:\w+ )?{WIRE}\b",
        ),
        unless=(
            r"\b(?:internet|wi-?fi|ethernet|lan|aerial|speaker|tv|"
            r"phone|headphone|network) (?:cable|wire)"
        ),
    ),
)
