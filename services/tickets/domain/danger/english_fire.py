"""Fire, smoke, sparks, what smells burnt, explosions, as said in English."""

from services.tickets.domain.danger.english_words import ELECTRIC, ON
from services.tickets.domain.danger.signs import Sign

SIGNS = (
    Sign(
        word="fire",
        said=(
            r"\b(?:(?:iron|hob|stove|oven|cooker|candles?|grill|hotplate) (?:is |was |"
            r"are )?(?:still )?(?:on|burning)|(?:pan|pot|rice|soup|food|oil|something) (?:is |"
            r"are )?(?:still )?on the (?:hob|stove|cooker))\b.{0,60}\b(?:locked (?:\w+ )?out|"
            r"can'?t get (?:back )?in|keys? (?:is|are) inside)\b",
            r"\b(?:locked (?:\w+ )?out|can'?t get (?:back )?in|keys? (?:is|"
            r"are) inside)\b.{0,60}\b(?:(?:iron|hob|stove|oven|cooker|candles?|grill|"
            r"hotplate) (?:is |was |are )?(?:still )?(?:on|burning)|(?:pan|pot|rice|soup|food|oil|"
            r"something) (?:is |are )?(?:still )?on the (?:hob|stove|cooker))\b",
            r"\bburn(?:s|ing)\b(?! (?:smell|odou?r|question|hot|sensation|eyes|issue|calories|"
            "plastic|rubber|desire|to ))",
            rf"\b{ELECTRIC}\b.{{0,30}}\b(?:gone|went|going|goes|burst|bursting|"
            "up) (?:up )?in(?:to)? "
            r"(?:flames|smoke|fire)\b",
            r"\b(?:pans?|oil|fat|grease|hood|towels?|curtains?|cloth|bins?|dryer|hob|oven|toaster|"
            "grill|"
            r"wok|fryer|lamp|blanket|mattress|sofa|couch|bed|heater|rubbish|hedge|shed|car|scooter|"
            r"e-?bike|van|cooker|stove|microwave|kettle)s? (?:\w+ ){0,2}(?:caught(?= (?:when|and|"
            "while|from|"
            "by)|$| ?[,.!])(?! in)|(?:gone|went|going) up(?= (?:in|too|like|and|now|as well)|$|"
            " ?[,.!]))",
            r"\b(?:spat|spitting|spits|shooting|shot|throwing|blowing|"
            r"coming out)\b.{0,12}\b(?:flames?|fire|"
            r"sparks?)\b",
            r"\b(?:stove|hob|oven|cooker|iron|hotplate|grill|hot plate)\b(?! (?:light|lamp|fan|"
            r"display|clock|hood)).{0,30}\b(?:wo?n'?t|"
            "can'?t|cannot|doesn'?t|"
            r"not) (?:be )?(?:turn\w*|switch\w*|go\w*|shut\w*) off\b|\b(?:stove|hob|oven|cooker|"
            "iron|heater|grill|"
            r"toaster|boiler|flue|pipe)\b.{0,30}\b(?:red[- ]hot|glowing)\b(?! (?:light|display))",
            r"\bit burns\b|\b(?:hot )?(?:ash|coals?|lint|walls?|floor|embers|panel) .{0,20}glow\w*|"
            r"\blightning struck\b",
            r"\b(?:on|caught|catch(?:es|ing)?|set|real|big|huge|electrical|kitchen|"
            r"chimney) (?:on )?(?:fires?|fier)\b(?! (?:safety|inspection|place))",
            r"\b(?:fires?|fier)\b(?=\W*$|[^\w\s]| (?:in|on|at|inside|near|behind|next|is|are|was|"
            r"has|broke|start\w*|spread\w*|and|burn\w*|under|outside|by|again|please|help|now|"
            "right|here|there|everywhere|upstairs|downstairs|above|below|getting|com(?:es|ing)|"
            "from|of|to|about|between|since|with|out of|across|over|began|erupted|got|pls|"
            r"quick\w*|i|we|the|my)\b)|\b(?:inferno|embers)\b|\b(?:flames|flaming|(?:into|open|"
            r"of) flame)\b|\b(?:ablaze|"
            r"blazing|blaze|alight|ignited)\b",
            rf"\b{ON} (?:\w+ )?burning\b(?! (?:smell|odou?r|question|hot|sensation))",
            r"\bburn(?:ing|s|ed|t) (?:down|right now|fiercely|brightly|in the|on the|behind)\b",
        ),
        unless=(
            r"\bsm[eal]\w+\b.{0,20}\bburn|\b(?:candles?(?! (?:\w+ ){0,2}(?:set|caught|fell|"
            r"ignit\w*|knocked))|sun|skin|throat|eyes?|calories|cd|dvd)\b|"
            r"barbecue pit|\b(?:grill|burner|hob|stove|fireplace|pilot|bulb|light|lamp|lights|"
            r"log)s? (?:\w+ )?burns?\b|\bgym is on fire"
        ),
    ),
    Sign(
        word="smoke",
        said=(
            r"\bsmoking\b(?! (?:room|areas?|zone|ban|signs?|corner|policy|balcony|guests?|is|on|"
            r"near|under|in|at|outside)\b)",
            r"\bsmok(?:e|y)?\b(?! ?-?free)",
            rf"\b{ON} (?:\w+ )?(?:smoking|smoulder\w*|smolder\w*)\b",
            r"\b(?:smokes|smouldering|smoldering|smoking (?:badly|heavily|a lot|like))\b",
            r"\b(?:toxic|exhaust|chemical|choking|acrid|strange) fumes\b|\bfumes (?:from|are|"
            "fill|every|in)",
        ),
        excused=(
            r"\b(?:(?:oil|cooking) smoke|smoke from (?:\w+ ){0,2}cooking|wildfires?|forest fires?|"
            "cigarettes?|tobacco|cigars?|weed|vap(?:e|ing)|"
            r"barbecue|bbq|grill(?:ing)?|"
            "incense|shisha|hookah|marijuana|pot|smokers?|chimney sweep|fireplace|(?:people|"
            "neighbou?rs?|guests?|residents?|tenants?|teenagers|kids|someone|somebody|he|she|"
            "they|men|workers|visitors|staff|guy|man|woman|downstairs|upstairs|who) (?:(?:is|"
            "are|was|were|keeps?|always|often|still|who|constantly|below|"
            r"above) ){0,3}smok\w+)\b(?!.{0,80}\b(?:set|alight|flames?|burning|caught)\b)"
        ),
    ),
    Sign(
        word="burning smell",
        said=(
            r"\b(?:floor|wall|ceiling|door|door handle)s? (?:\w+ ){0,2}(?:is|are|feels?|gets?|"
            r"getting|very) (?:\w+ )?hot\b.{0,40}\b(?:smell\w*|smok\w+|fire|buzz\w*|burn\w*)\b",
            rf"\b{ELECTRIC} (?:\w+ ){{0,3}}(?:went|goes|gone|made a) (?:\w+ )?(?:pop|bang|poof)\b",
            rf"\b{ELECTRIC}\b.{{0,40}}\b(?:hot|warm) to (?:the )?touch\b|\btoo hot to touch\b|"
            rf"\b{ELECTRIC}\b.{{0,45}}\b(?:crackl\w*|sizzl\w*|scorch\w*|burn marks?|melting)\b",
            r"\b(?:whiff|scent|trace|hint) of (?:[\w'()/-]+ ){0,3}(?:burn\w*|scorch\w*|plastic|"
            r"smoke)\b|\bburn(?:ing|t|ed)\b.{0,20}\bsm[eal]\w+\b",
            r"\b(?:sm[eal]\w{1,6}|odou?r|stink\w*|reek\w*)\b.{0,30}\b(?:wir(?:es?|ing)|cables?|"
            r"electric\w*|insulation|ozone|solder\w*|scorch\w*|plastic|rubber)\b",
            r"\b(?:smell|stink|odou?r|reek)\w* (?:[\w'()/-]+ ){0,3}(?:hot|melting|plastic|rubber|"
            r"electrical|chemicals?|acrid|hair)\b|\bacrid\b",
            rf"\b{ELECTRIC} (?:\w+ ){{0,3}}sizzl\w+|\bsizzl\w+ .{{0,20}}\b{ELECTRIC}\b|"
            r"\bso hot (?:that )?it\b",
            r"\b(?:electrical|electric) smell\b|\bglows? and smells?\b|\bcrackl\w+ (?:behind|in|"
            "inside|from) (?:the |a |my )?(?:wall|ceiling|socket|panel)",
            r"\b(?:burn(?:ing|t|ed)?|scorch(?:ed|ing)|singed) (?:\w+ ){0,2}(?:smell|odou?r|"
            "stench|stink)",
            r"\b(?:sm[eal]\w{1,6}|stinks?|reeks?) (?:[\w'()/-]+ ){0,6}(?:burn(?:ing|t|ed)?|"
            r"scorch\w*|singed|melting)\b",
            r"\b(?:odou?r|stink|stench) of (?:[\w-]+ ){0,3}(?:burn\w*|melt\w*)",
            r"\bburn(?:ing|t) (?:plastic|rubber|insulation|wires?|cables?|wiring|electrics|"
            r"electrical)\b",
            rf"\b(?:melt(?:ing|ed)|charred|scorched|glowing|blackened) (?:\w+ )?{ELECTRIC}\b",
            rf"\b(?:{ELECTRIC}|cords?|charger|battery) (?:\w+ ){{0,4}}(?:melt(?:s|ing|ed)|"
            r"charred|(?:gone |going |went |got )?soft|burnt|smells (?:of )?(?:burn\w*|hot|fishy)|"
            r"glow\w*|scorch\w*|blackened|overheat\w*|(?:is|are|gets?|getting|very|red|boiling|"
            r"scalding|scorching|extremely|really|"
            r"burning|so|too) hot(?! (?:water|pink))|crackl\w+|went bang|flash(?:es|ed))\b|"
            r"\bblue flash\w*|"
            r"\b(?:sockets?|outlets?|plugs?|switch|charger|fuses?|breakers?|cables?|"
            r"wires?) .{0,20}\b(?:hot(?! (?:water|pink))|turned "
            r"(?:black|brown)|gone (?:black|brown))\b|"
            r"\bflash\w* (?:from|in) the meter|\bflash(?:es)?\b.{0,30}\b(?:crack\w*|bang|pop\w*|"
            r"sockets?|panel|fuse|outlet|"
            r"burn\w*|smoke|plug)\b|\b(?:crackl\w*|bang|pop(?:ped|ping)?|socket|panel|fuse|outlet|"
            r"plug)\b.{0,30}\bflash(?:es)?\b|"
            rf"\b{ELECTRIC}\b.{{0,25}}\b(?:crackl\w*|fizz\w*|popping|buzz\w* and)\b|"
            rf"\bcrackl\w* .{{0,25}}\b{ELECTRIC}\b",
        ),
        unless=(
            r"\b(?:car park|gym|mats?) smells?\b|\bdrains?\b|\bwhen it(?:'s| is) (?:hot|warm)\b|"
            r"\b(?:intercom|speakers?|radio|"
            r"phone) (?:\w+ )?crackl\w*|\b(?:coffee|rice|pancakes?|popcorn|"
            r"milk|soup|pizza|garlic|onions?|cakes?|bread|meat|"
            r"fish|"
            r"barbecue|bbq|toast|cooking|dinner|incense|candles?|garden waste|leaves|food)\b"
        ),
    ),
    Sign(
        word="sparks",
        said=(
            r"\bsparks\b|\bspark(?:ed|ing|y)\b(?! (?:wine|water|clean|interest|debate))",
            r"\b(?:a|big|blue|huge) spark\b|\barc(?:ing|s|ed)\b(?! (?:of|lamp))",
        ),
        unless=r"\bspark(?:s|ed) (?:\w+ )?(?:interest|joy|debate|discussion|idea|complaints)",
    ),
    Sign(
        word="explosion",
        said=(
            r"\b(?:went|gone|goes|going|blew|blown|sounded) (?:off |up )?like a (?:bomb|gun\w*|"
            "grenade|"
            r"firework|firecracker|shotgun|rocket)\b",
            r"\bbatter(?:y|ies)\b.{0,30}\b(?:swollen|swelling|bulging|bloated|puffed up|hissing)\b",
            r"\b(?:loud|huge|big|massive|terrible|almighty|enormous|deafening|violent|"
            r"tremendous) (?:bang|boom|blast|"
            r"pop)\b(?!.{0,30}\b(?:door|music|every|night|neighbou?r|upstairs)\b)|\b(?:bang|"
            r"boom)\b.{0,40}\b(?:power (?:is |went )?(?:gone|out|off)|smoke|glass|flash|flames|"
            r"lights (?:went )?out|burn\w*|sparks?)\b",
            r"\bpressure gauge\b.{0,30}\b(?:red|max\w*|bang\w*)\b|\bboiler\b.{0,50}\bbang(?:s|"
            r"ing)\b(?! (?:noises?|sounds?))",
            r"\b(?:exploded|explodes?|explosions?|exploding)\b|\b(?:blew|blown) up\b|\b(?:loud|"
            r"huge|big) blast\b|\b(?:about to|going to|ready to|might|could|may|"
            r"gonna) (?:blow(?! (?:over|off steam))|explode|burst)\b|\bswollen battery\b|"
            r"\bbattery (?:pack )?.{0,25}\bswell\w*|\bbattery (?:\w+ )?swollen\b|\b(?:loud |"
            "huge |big )?(?:boom|bang) (?:from|in) the (?:boiler|basement|meter|transformer|"
            "roof|pump)",
        ),
        unless=(
            r"\bwhen (?:it|the heating) (?:heats|starts|comes on)\b|\blike every\b|\b(?:noise|"
            r"complaints?|ants?|prices?|bills?|costs?|rents?|demand|numbers?|inbox|"
            "colou?r|popularity|anger|traffic|mailbox|blew up at|messages?|photo|balloons?|rent|"
            r"boss|mattress|cockroach\w*|mosquito\w*|weeds)\b"
        ),
    ),
)
