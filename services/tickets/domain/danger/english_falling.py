"""What falls, as said in English."""

from services.tickets.domain.danger.english_words import HEAVY, HIGH, LIFT
from services.tickets.domain.danger.signs import Sign

SIGNS = (
    Sign(
        word="falling",
        said=(
            rf"\b{HEAVY}\b.{{0,60}}\b(?:hanging|hangs|held|holding) (?:on )?(?:\w+ ){{0,2}}(?:by|"
            "on|from) "
            r"(?:just |only )?(?:a|one|its last|the last|two|a single) (?:\w+ ){0,2}(?:thread|"
            "screws?|bolts?|"
            r"hinges?|wires?|cables?|hooks?|side|corner|bracket|nails?|chain|strap|rope)\b",
            rf"\b{HEAVY}\b.{{0,30}}\b(?:nearly|almost|narrowly|just|barely|only just) (?:hit|got|"
            "killed|missed|struck|clipped|landed on|fell on|crushed) (?:me|us|my|him|her|"
            r"an? \w+|someone|somebody|people|the (?:kids?|child\w*|m[ae]n|wom[ae]n|cars?|baby|dog|"
            r"postman))\b",
            rf"\b{HEAVY} (?:\w+ ){{0,4}}(?:half|partly|nearly|almost) (?:broken|snapped|off|down|"
            r"detached|torn|through)\b.{0,40}\b(?:over|above|onto|towards?|ready to|about to|below|"
            r"wind)\b|\bready to (?:snap|fall|drop|break|collapse|go) (?:any|at any|off|on)\b|"
            r"\bready to "
            r"(?:snap|fall|topple)\b",
            rf"\b{HEAVY}\b.{{0,40}}\b(?:come|came|coming|broken|torn|ripped) (?:off|loose|away|"
            r"free)\b"
            r".{0,50}\b(?:swing\w*|flap\w*|hanging|dangl\w*|sway\w*|wind)\b",
            r"\b(?:shop |street |road |traffic |neon |big |large |heavy |steel |metal )?(?:signs?|"
            "signboard|"
            r"billboard) (?:\w+ ){0,2}(?:collapsed|came (?:crashing )?down|crashed|toppled)\b",
            r"\b(?:wall|tower|chimney|post|pole|pillar|column|tree|scaffold\w*|fence|crane|façade|"
            r"facade|balcony)s?\b.{0,50}\b(?:lean\w*|tilt\w*|crack\w*|bow\w*|bulg\w*|mov\w*|"
            r"shift\w*)\b"
            r".{0,30}\b(?:more (?:every|each|and more)|every (?:hour|day|minute)|worse|"
            "getting (?:wider|"
            r"bigger|worse)|by the (?:hour|minute|day))\b",
            r"\b(?:came|come|comes|coming) (?:away|off|out) in (?:my|his|her|their) hands?\b.{0,40}"
            r"\b(?:floor|storey|high|up|fall|fell|drop|nearly|kids?|child\w*)\b|\b(?:railing|"
            "balustrade|"
            r"bannister|banister|handrail|parapet|guard ?rail)s?\b.{0,20}\bcame (?:away|off) in\b",
            rf"\b{HEAVY}\b.{{0,25}}\b(?:went|gone|came|come|fell|crashed|punched|"
            "smashed) (?:right |straight |"
            r"clean )?through (?:the|my|our|a|his|her) (?:\w+ ){0,2}(?:roof|windscreen|windshield|"
            "windows?|"
            r"car|ceiling|skylight|floor|conservatory|canopy|bonnet)\b",
            rf"\b(?:{HEAVY}|escape)\b.{{0,30}}\b(?:pull\w*|com(?:e|ing)|came|mov\w+|ripp\w+|torn|"
            r"part\w*|broke\w*|"
            "sheared) (?:right |clean )?(?:away from|off|out of) (?:the |its )?(?:wall|building|"
            "facade|frame|"
            r"brickwork|brackets?|bolts?|fixings?|hinges?|tracks?)\b.{0,60}\b(?:when (?:i|we|he|"
            "she)|step|stand|"
            r"stood|lean\w*|wind|gale|storm|floor|over|above|people|dangerous|unsafe|held|"
            r"hanging)\b",
            rf"\b{HEAVY}\b.{{0,50}}\bland(?:ed|s|ing) (?:by|near|beside|outside|metres|feet|inches|"
            r"close|where|at)\b|"
            r"\b(?:windows?|panes?|glass|wall|skylight)s? (?:\w+ )?(?:blew|blown|blow) (?:out|"
            r"in)\b",
            r"\b(?:floor\w*|stairs?|steps?|decking|boards?|landing|ceiling|grate|"
            r"grating)s? (?:\w+ ){0,3}(?:snapped|"
            r"broke|gave|cracked|rotted|collapsed)\b.{0,40}\b(?:went|gone|go|leg|foot|fell|"
            r"knee) (?:\w+ )?through\b",
            r"\b(?:pole|lamp ?post|mast|pylon|street ?light|post)(?:'s| is| are)? (?:now |really |"
            r"badly )?leaning\b"
            r".{0,50}\b(?:wires?|cables?|lines?|balcony|road|street|house|roof|over|pavement|path|"
            r"car|cars)\b",
            rf"\b{HEAVY}\b.{{0,40}}\b(?:cracked|split|bulging|bowing|bowed|"
            rf"leaning)\b.{{0,50}}\b(?:above|over) (?:the |our |a )?"
            r"(?:\w+ ){0,2}(?:gate|entrance|door|path|pavement|playground|school|street|road|"
            "walkway|swings|"
            r"car ?park|bus stop|shop|garden)\b",
            r"\bload[- ]bearing (?:wall|beam|column)\b.{0,40}\bcrack\w*|\b(?:house|building|"
            r"block)\b.{0,30}\bcracks? (?:are |"
            r"is )?(?:opening|spreading|widening|growing)\b|\bcracks? (?:are |is |"
            r"keep )?opening (?:up)?\b",
            r"\b(?:mud|landslide|mudslide|rockfall|rocks?|earth|slope|"
            r"hillside)\b.{0,20}\b(?:slid\w*|coming down|collaps\w*|moving)\b",
            r"\bopen manholes?\b|\bholes? (?:\w+ )?(?:opened|appeared|opening)(?: up)? (?:in|on|"
            r"next|beside|under|by) (?:the|our|my)\b",
            r"\b(?:lamp ?post|street ?light|pole|mast|wall|fence|tree|"
            r"traffic light)s? (?:\w+ ){0,3}(?:knocked (?:over|down)|toppled|lies across|"
            r"lying across|down across|blown down)\b|\b(?:glass (?:roof|door|wall|panel|ceiling|"
            r"balustrade)|skylight|window ?pane)\b.{0,30}\b(?:cracked|shattered|burst|exploded|"
            r"broke)\b|\bopen (?:lift|elevator) shaft\b|\b(?:props?|supports?|jacks?) (?:are|is|"
            r"keep|keeps) (?:slipping|sliding|bending|buckling|giving)\b",
            r"\b(?:over|above) (?:the|our) (?:\w+ )?(?:entrance|door|path|pavement|playground|"
            r"walkway|street|gate|swings)\b.{0,30}\b(?:flapping|loose|hanging|swinging|coming off|"
            r"wobbl\w+|cracked|leaning|dangling)\b",
            r"\b(?:tree|elm|oak|pine|willow|poplar|birch|maple|branch|bough|limb|trunk|cypress|"
            r"palm)s?\b.{0,40}\b(?:split|cracked|snapped|hangs?|hanging|uprooted|leaning|"
            r"toppl\w+)\b.{0,40}\b(?:over|onto|on|against|towards?) (?:the|our|a|my)\b",
            r"\b(?:drain|grate|grating|manhole|hatch|pit|shaft|well|"
            r"light ?well)\b.{0,20}\b(?:gone|missing|open|stolen|broken|removed|"
            r"off)\b.{0,50}\b(?:fall|fell|step|stepped|kids?|child\w*|dark|deep|hole)\b|"
            r"\b(?:someone|somebody|people|kids?|children|child|anyone) (?:could|might|may|can|"
            r"will|is going to|are going to) (?:\w+ )?(?:fall|step) (?:in|into|down|off|through)\b",
            r"\b(?:bits|pieces|chunks?|shards|lumps|parts|splinters|debris|bricks?|stones?|"
            r"slates?|concrete|roof tiles?) (?:\w+ ){0,3}"
            r"(?:dropping|falling|coming (?:down|off|away|loose)|raining|flying|drop|rain)\b",
            r"\b(?:stair\w*|steps?|balcony|floor|landing|walkway|decking|"
            r"ledge) (?:\w+ ){0,2}(?:moved|moves|shook|shifted|"
            r"tilted|sank|sinks|dropped|bounces) (?:\w+ ){0,2}(?:when|as|under|while)\b",
            r"\btree(?:'s| is| has)? (?:\w+ ){0,3}(?:come down|fallen|toppled|down across|"
            r"blown over|uprooted)\b",
            r"\b(?:retaining|garden|boundary|outer|outside|brick|stone|supporting|"
            r"gable) wall\b.{0,60}\b(?:bulg\w*|lean\w*|tilt\w*|"
            r"collaps\w*|bow\w*|moved|moving|giving)\b",
            r"\b(?:railing|balustrade|parapet)s?\b.{0,30}\b(?:loose|wobbl\w+|broke\w*|missing|"
            r"gone|detached|rusted through)\b"
            r".{0,50}\b(?:fall|fell|over|lean\w*|child\w*|kids?|drop|storey|floor|danger\w*|"
            r"high)\b",
            r"\b(?:cradle|gondola|platform|basket)\b.{0,20}\bhanging (?:at an angle|on one|by|"
            r"loose|sideways|crooked)\b",
            r"\b(?:look|looks|looking|see|saw|straight|right|open) (?:\w+ )?(?:down|into) (?:the |"
            r"an? )?(?:\w+ )?shaft\b|"
            r"\b(?:only |just )?held (?:on |up |together )?(?:only )?by (?:one|a|two|its last|"
            r"tape|a single)\b|\bland(?:ed|s|ing) (?:on|next to|in front|right|inches|just|"
            r"where)\b|"
            r"\bcame crashing\b|\b(?:smashed|shattered|crashed) (?:down )?(?:on|onto|into|"
            "through|in) (?:the |a |my |our )?(?:pavement|street|path|car|sidewalk|courtyard|"
            r"ground|roof|ceiling|floor|playground|entrance|yard)\b",
            rf"\b(?:{HIGH})\b.{{0,30}}\b(?:sway\w*|rock(?:s|ing) |wobbl\w+|rotten|rusted through|"
            r"not attached|come loose|worked loose|hangs? (?:on|by|only)|just hang\w*|half off)\b",
            r"\b(?:fell|falls?|falling|fallen|dropped|drops?|dropping|thrown|com(?:es?|"
            r"ing) (?:down|off|away|loose)|came (?:down|"
            r"off|away|loose)|break(?:s|ing) (?:off|away)|broke (?:off|away)|fly(?:ing|s)? (?:off|"
            r"down)|raining down|"
            r"crumbling|tumbl\w+|slid\w*) (?:down )?(?:from|off|of)? ?(?:the |our |"
            r"my )?(?:\w+ )?(?:\d+\w*|roof|top|upper|above|"
            r"fa[cç]ade|balcony|ceiling|sky|crane|scaffold\w*|building)\b",
            rf"\b(?:{HIGH})\b.{{0,60}}\b(?:fell|falls|falling|collaps\w+|crash\w+|dangl\w+|"
            r"about to|crumbl\w+|broke off|come off|came off|gave way|hanging by|hits? (?:people|"
            r"cars?|somebody|someone|a |the ))\b",
            r"\b(?:loose|wobbly|broken|cracked) (?:roof tiles?|slates?|cladding|facade|railing|"
            r"balustrade)\b|\b(?:roof|facade)\b.{0,10}\bloose\b|\b(?:window|pane|sash|"
            r"frame) is hanging\b",
            r"\b(?:mast|pole|crane|antenna|lamppost|street ?light|sign|"
            r"billboard)\b.{0,30}\b(?:bent over|will hit|fell on|fall over|hanging crooked|"
            r"about to)\b|\bplatform (?:is )?hanging\b|\bbridge\b.{0,8}\bsag\w*|\b(?:tile|stone|"
            r"brick|piece)s? .{0,30}\bnearly hit\b|\bbalcony (?:is )?(?:coming|getting|"
            r"come) loose\b",
            r"\b(?:about|going|ready|threaten\w*|set|close|liable|likely|"
            r"sure) to (?:\w+ )?(?:fall|come (?:down|off)|drop|collapse|topple|crash|cave|"
            r"break off|tip over|give way)\b",
            rf"\b{HEAVY}\b.{{0,40}}\b(?:could|might|may|will|would|can|looks like it will|"
            r"seems to) (?:\w+ )?(?:fall|come (?:down|off)|drop|collapse|topple|crash|tip over|"
            r"give way)\b",
            rf"\b(?:{HIGH}|stair\w*|steps?|floor|gate|fence|shelter|"
            r"carport) (?:[\w'()/-]+ ){0,4}(?:collaps\w+|cav(?:ed|ing) in|crash\w*|gave way|"
            r"giving way|gives way|give way|broke under|toppl\w+|c[ao]m(?:e|es|ing) (?:down|off|"
            r"away)|crumbl\w+|blew off|blown off|broke off|breaking (?:off|apart)|detach\w*|"
            r"unstable|sagg\w+|bulg\w+|bow(?:s|ed|ing)|flapping|wobbl\w+|slid\w*|tor[en]|"
            r"ripped off|"
            r"uprooted|buckl\w+|(?:just |nearly |almost |narrowly )?missed (?:me|my|us|him|her|a|"
            r"the)|snapped|split|cracked and|pull\w* away|tilt\w*)\b",
            rf"\b(?:{HIGH})\b.{{0,40}}\b(?:has|have|just|partly|partially|is|"
            rf"are) (?:\w+ )?(?:come (?:down|off|away|loose)|"
            r"given way|caved in|collapsed|coming (?:down|off|away|loose)|fallen)\b",
            rf"\b(?:{HIGH}) (?:[\w'()/-]+ ){{0,5}}(?:(?:is |are |has |have |keeps? |"
            r"just ){0,3}(?:fall(?:s|ing|en)?|fell|dropp\w+|drops)|dangl\w+|hang(?:s|"
            "ing) (?:by|loose|over|from|off)|swinging|lean(?:s|ing) (?:over|on|onto|in|into|toward|"
            "towards|at|and|"
            r"dangerously|badly|against))\b",
            rf"\b{HEAVY}\b.{{0,50}}\b(?:dangl\w+|hang(?:s|ing)|loose|falling|fell|fallen|drop\w*|"
            r"came (?:off|down|loose)|swing\w*|tipped|cracked|wobbl\w+)\b.{0,50}\b(?:people|"
            "street|path|pavement|children|cars?|below|head|entrance|playground|sidewalk|"
            "walkway|over the|onto|any (?:minute|moment|second)|one (?:screw|bolt|hinge|wire|"
            r"cable)|a (?:single )?(?:wire|thread|screw|cable)|wind)\b",
            r"\b(?:falling|fallen|dangling|collapsed|collapsing|toppling|dropping|"
            rf"unstable) (?:\w+ )?(?:{HIGH})\b(?!.{{0,20}}\bleaves)",
            rf"\b(?:{HIGH})\b.{{0,40}}\bonto (?:the |my |our |a )",
            r"\b(?:pavement|road|street|sidewalk|path|ground|driveway|car ?park|courtyard|yard|"
            r"steps?|lawn|tarmac|paving)\b.{0,25}"
            r"\b(?:cav(?:ed|ing) in|sunk|sank|sinking|collaps\w+|subsid\w+|opened up|gave way|"
            r"giv\w+ way|dropped away)\b|"
            r"\b(?:hole|crater|pit) (?:\w+ )?in the (?:road|pavement|street|sidewalk|path|ground|"
            r"yard)\b|"
            r"\b(?:throw(?:s|ing|n)?|threw|toss\w+|hurl\w+|chuck\w+|drop\w+)\b.{0,30}\b(?:from|off|"
            r"out of) (?:the |a |an |their )?\w+"
            r"\b.{0,30}\b(?:hit|missed|children|child|people|heads?|somebody|someone|below)\b|"
            r"\bsinkhole\b|\bshards (?:are )?(?:falling|raining|dropping)\b|"
            r"\bhole in the floor\b|\bmanhole\b.{0,30}\b(?:open|missing|gone|without|"
            r"uncovered)\b|\bground (?:\w+ )?(?:opened up|gave way|sank|sunk)\b|\b(?:tore|torn|"
            r"blew|blown|ripped) off (?:\w+ ){0,4}(?:roof|facade|cladding|sheets?|tiles|canopy|"
            r"gutter|panels?)\b|"
            r"\b(?:crack|creak|giv|bend|mov|shift)\w* under (?:my|our|your|the) (?:feet|weight|"
            r"foot)\b|\b(?:tore|"
            r"ripped) .{0,20}\b(?:roof|facade|cladding|sheet)\b.{0,8}\boff\b|"
            r"\bcracks?\b.{0,30}\b(?:wider|growing|widen\w*|bigger)\b",
            r"\b(?:fell|collapsed?|crashed|came down|tipped over) (?:right )?(?:on|onto|"
            r"over) (?:\w+ ){0,3}(?:passers?-?by|pedestrians?|someone|somebody|neighbou?r|workers?|"
            r"residents?|lady|boy|girl|me|us|him|her|bed|people|cars?|head|child|son|daughter|cot|"
            r"man|woman|kid|foot|pavement|street|path)\b",
        ),
        unless=(
            r"\bpaving (?:slab|stone)s?\b|\bwobbl\w+ (?:a (?:bit|little)|slightly)\b|\b(?:curtain|"
            r"wallpaper|blinds?|poster|"
            r"pictures?|internet|price|signal|asleep|"
            "falls? (?:flat|behind|under|within)|water pressure|temperature|shower rail|"
            "toilet roll|leaves|couch|sofa|bean ?bag|drop (?:me|us|by|in)|come (?:by|at|after|"
            "around|and)|paint|handle|knob|stickers?|(?<!manhole )(?<!hole )cover|cupboard|"
            "cabinet door|shel(?:f|ves)|"
            "bookcase|books|curtains?|towel rail|kitchen tile|bathroom tile|tile in the|socket|"
            "plug|doorbell|skirting|grout|lamp ?shade|chair|tent|"
            r"in the bathroom)\b(?!.{0,60}(?:on people|children|over the (?:path|walk|street)|"
            "onto|hit))"
        ),
    ),
    Sign(
        word="lift falling",
        said=(
            rf"\b{LIFT}\b.{{0,20}}\b(?:bounc\w+|jerk\w+|shak\w+|judder\w*|"
            rf"yo-?yo\w*)\b.{{0,30}}\b(?:floors|up and "
            r"down|with (?:\w+ ){0,3}(?:in it|inside)|us in|me in)\b",
            rf"\b{LIFT} (?:floor |car )?(?:is |keeps )?(?:sinking|sinks)\b",
            rf"\b{LIFT}\b.{{0,20}}\b(?:going|goes|moving|moves|runs?|running|"
            rf"travels?) (?:\w+ )?up and down\b",
            rf"\b{LIFT}\b.{{0,50}}\b(?:dropped(?! off)|plunged|plummeted|slipped|sank|slid down|"
            rf"slammed|like a stone|"
            rf"lurched|"
            r"free[- ]?fall\w*|raced (?:down|up)|out of control)\b",
            r"\b(?:elevator|lift) free[- ]?(?:fell|fall\w*)",
            rf"\b{LIFT} (?:[\w'()/-]+ ){{0,5}}(?:dropp?(?:ed|ing|s)?(?! off)\b|fell(?! silent)|"
            rf"fall\w*|free[- ]?fall|"
            r"plung\w+|plummet\w*|crash\w*|jerk\w* down)\b",
            rf"\b{LIFT} (?:\w+ )?shot (?:up|down)\b|\b{LIFT} doors? (?:\w+ )?(?:open|opens|opened|"
            r"opening)\b.{0,40}\b(?:no (?:cabin|car|lift|elevator|floor)|shaft)\b",
            rf"\b{LIFT}\b.{{0,40}}\b(?:mov(?:es?|ed|ing)|went|goes|starts?|travel\w*|leaves?|"
            r"left) (?:\w+ ){0,3}(?:with|while|before) (?:the |its )?doors? (?:\w+ )?(?:open|"
            r"still|clos|shut)\w*",
        ),
    ),
)
