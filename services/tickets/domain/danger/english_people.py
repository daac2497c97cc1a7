"""People who fall, are hurt or do not answer, as said in English."""

from services.tickets.domain.danger.english_words import BODY, DOES, GAP, KIN, PERSON, WITH
from services.tickets.domain.danger.signs import Sign

_DEVICE = (
    "(?:oxygen|ventilator|respirator|dialysis|concentrator|cpap|bipap|life support|nebuli[sz]er|"
    "insulin|feeding pump|suction machine|breathing (?:machine|apparatus)|heart monitor|"
    "medical (?:device|equipment|machine)|apn(?:o)?ea monitor|infusion pump)"
)
_NO_POWER = (
    r"(?:\b(?:power|electricity|electrics?|mains|current|lights?)(?:'s| is| has| are| went| been|"
    " goes)? "
    r"(?:\w+ ){0,2}(?:off|out|gone|cut|down|dead|failed)\b|\b(?:no|without|lost) (?:power|"
    r"electricity|current)\b|\b(?:black ?out|power (?:cut|outage|failure)|outage)\b|\bbattery "
    r"(?:\w+ ){0,4}(?:empty|low|left|flat|dead|dying|minutes)\b|\b(?:socket|outlet)s? (?:\w+ )"
    r"{0,2}(?:dead|works?|gone)\b|\bminutes left\b|\b(?:only|has|about|maybe) (?:\w+ )?\d+ min\w*)"
)

SIGNS = (
    Sign(
        word="person falling",
        said=(
            r"\b(?:threaten\w*|wants?|about) to jump\b|\bescalator\b.{0,30}\b(?:sped up|reversed|"
            r"backwards?|jerked|fell)\b",
            r"\b(?:nearly|almost|could have) (?:went|gone|fell|fallen|stepped|walked|tumbled|"
            r"slid) (?:over|down|off|in|into|out|through)\b",
            rf"\b(?:cradle|platform|basket|ladder|scaffold\w*|"
            rf"rope)\b.{{0,50}}\bwith {GAP}(?:{PERSON}|workers?) (?:\w+ )?(?:in it|on it|"
            rf"hanging)\b",
            rf"\b(?:pool|pond|water|lake)\b.{{0,30}}\b{PERSON} (?:\w+ ){{0,3}}(?:face down|"
            rf"under ?water|not moving|went under|struggling)\b",
            rf"\b{KIN} .{{0,20}}\b(?:sits?|sitting|stands?|standing|hang\w*|climb\w*|dangl\w*|"
            rf"walking|"
            r"balanc\w+|threaten\w+) (?:\w+ )?(?:on|onto|over|from|off|out of|outside) (?:the |a )?"
            r"(?:\w+ ){0,5}(?:ledge|railings?|window|sill|parapet|roof|balcony)\b",
            rf"\b{PERSON} {WITH}(?:[\w'()/-]+ ){{0,2}}(?:slipped|tripped|fell|tumbled|"
            rf"fallen)\b.{{0,60}}"
            r"\b(?:unconscious|broke\w*|hurt\w*|bleed\w*|blood|hip|ambulance|move|moving|ankle|leg|"
            r"get up|wrist|head|back|pain|injur\w*|stairs|staircase|escalator)\b",
            rf"\b{PERSON} {WITH}{DOES}(?:fell|fallen|falling|falls|tumbled|plunged) (?:down|into|"
            rf"from|off|in|out of|"
            r"through)\b|\b(?:drown(?:ed|ing)|suicid\w+)\b",
            rf"\b{PERSON} (?:[\w'()/-]+ ){{0,4}}(?:jump(?:s|ed|ing)?) (?:from|off|out|down)\b",
        ),
        unless=(
            r"\b(?:asleep|in flyers|drowning in)\b|\b(?:cat|bird|pigeon|crow|gull|seagull|"
            r"magpie)s? (?:\w+ )?(?:sit|stand)\w*|\bfell in love\b|\b(?:sofa|couch|trampoline|"
            r"sandbox|slide)\b|\b(?:could|might|may|will|"
            r"would) "
            r"(?:\w+ )?(?:slip|trip|fall|get hurt)\b"
        ),
    ),
    Sign(
        word="person hurt",
        said=(
            rf"\b(?:fell|fallen|toppled|collapsed|tipped|dropped) (?:over )?(?:on|onto|"
            rf"on top of) (?:the |a |my |our |his |her )?{PERSON}\b|\b(?:pour|spill|"
            rf"spilt)\w* (?:\w+ )?(?:petrol|gasoline|fuel)\b",
            r"\b(?:hard to breathe|(?:trouble|difficulty|problems) breathing|"
            r"struggl\w+ to breathe|short of breath|gasping)\b|\b(?:turned|turning|going|"
            r"gone) blue\b|\bhad a (?:\w+ )?fall\b|\b(?:been )?lying (?:on|in|"
            r"at the bottom of) the (?:\w+ )?(?:floor|ground|stairs|path|street|bath\w*)\b",
            r"\b(?:ammonia|chlorine|chemicals?|acid|refrigerant|freon|petrol|fuel|solvent|"
            r"mercury) (?:is |are )?(?:leak|spill|escap)\w*",
            r"\b(?:sick|dizzy|sleepy|drowsy|faint|ill|headaches?)\b.{0,30}\bsince the (?:heating|"
            r"boiler|heater|stove|fire)\b|\b(?:strange|weird|odd|funny|chemical|sweet|sharp|acrid|"
            r"unknown|pungent|toxic) (?:smell|odou?r|fumes)\b.{0,60}\b(?:headaches?|cough\w*|"
            r"dizzy|sick|nause\w+|faint\w*|can'?t breathe)\b|\b(?:headaches?|cough\w*|dizzy|"
            r"nause\w+)\b.{0,60}\b(?:strange|weird|odd|funny|chemical|unknown|pungent|"
            r"toxic) (?:smell|odou?r|fumes)\b",
            r"\b(?:feels?|feeling|felt) (?:\w+ )?(?:faint|dizzy|sick|ill|woozy|nauseous|"
            r"light-?headed|sleepy|drowsy)\b.{0,60}\b(?:heating|stove|smell\w*|fumes|chemicals?|"
            r"mixing|mixed|boiler|heater|"
            r"exhaust|vapou?rs?)\b|\b(?:smell\w*|fumes|chemicals?|mixed|mixing|"
            r"vapou?rs?)\b.{0,60}\b(?:feels?|feeling|felt) (?:\w+ )?(?:faint|dizzy|sick|ill|woozy|"
            r"nauseous|light-?headed)\b",
            r"\b(?:chemical|chlorine|ammonia|acid|bleach|solvent|gas|fumes|smell|"
            r"pepper spray)\w*\b.{0,80}\b(?:eyes|throats?|lungs?|"
            r"nose) (?:are |is )?(?:burn\w*|sting\w*|sore)\b|\b(?:eyes|throats?|lungs) (?:are |"
            r"is )?(?:burning|stinging)\b"
            r".{0,60}\b(?:cough\w*|smell|fumes|chemical\w*)\b",
            r"\b(?:hit|struck|crushed|injured) by (?:a |the |an )?(?:\w+ )?(?:tile|glass|brick|"
            r"branch|door|gate|barrier|lift|elevator|stone|tree|sign|plaster|car)\b|\b(?:blue|"
            r"purple) lips\b",
            rf"\b{PERSON}\b.{{0,40}}\b(?:collapsed|fainted|bleeding|bleeds|unconscious|convuls\w+|"
            r"scalded)\b",
            r"\bisn'?t breathing\b|\bface is blue\b|\bstopped breathing\b",
            r"\bblood\b(?! (?:pressure|test|donation|sugar|bank|orange|drive|type|stains?|donor|"
            r"moon))|"
            r"\bdeep (?:cuts?|wounds?|gash)\b|\bgash(?:ed)? |\b(?:call|send|needs?|called|calling|"
            r"get|"
            r"want|wait\w* for|with) (?:\w+ )?(?:ambulance|paramedics?)\b|"
            rf"\b(?:hear|heard|hearing)\b.{{0,20}}\b(?:groan|moan)\w*|\b(?:groan|"
            rf"moan)ing\b.{{0,40}}"
            r"\b(?:door|inside|next door|neighbou?r)\b|"
            rf"\b(?:knocked (?:out|unconscious|over {GAP}{PERSON})|concuss\w+|fractured|"
            rf"unresponsive|"
            rf"lifeless)\b|\b{PERSON} {DOES}cut (?:his|her|my|their|open|badly)\b",
            r"\blost consciousness\b|\bno pulse\b|\bnot waking\b|\bscalded\b|\bsuffocat\w+|"
            r"\bhit (?:his|her|my|their) head\b|\bblood everywhere\b|\b(?:cough\w*|sick|vomit\w*|"
            r"breathe)\b.{0,40}\b(?:chemicals?|chlorine|ammonia|bleach)\b|\b(?:chemical|chlorine|"
            r"ammonia)\b.{0,40}\b(?:cough\w*|burning|fumes|sick)\b",
            r"\b(?:clutch|hold|grab)\w* (?:his|her|my|their) (?:chest|heart)\b|\bchest pains?\b|"
            r"\b(?:asthma|epileptic|allergic|panic) (?:attack|fit|reaction)\b|\banaphyla\w+|"
            r"\bhaving a fit\b|"
            r"\b(?:fingers?|hands?|skin|face|arms?|legs?|lips) (?:is|are|was|went|gone|"
            "turned) (?:all |"
            r"completely |badly )?(?:black|charred|burnt|burned|scalded|blistered|blue|purple)\b|"
            r"\bput (?:any )?weight on (?:his|her|my|their)\b|\b(?:stabb|stab|shot at|"
            "attacked with a)"
            r"(?:ed|bing)?\b(?! in the (?:back|dark))",
            r"\b(?:swallow\w*|drank|drunk|drinking|ingested|ate|eaten|"
            r"inhaled) (?:\w+ ){0,3}(?:bleach|cleaner|"
            "detergent|poison|batter(?:y|ies)|pills|tablets|chemicals?|acid|antifreeze|bait|"
            "descaler|"
            r"solvent|petrol|magnets?|chlorine)\b|\b(?:chemical|chlorine|ammonia|bleach|fumes|"
            r"acid)\b.{0,40}\bchok\w+|"
            rf"\b{PERSON} (?:\w+ ){{0,2}}faint(?:ing|s)\b",
            r"\bunconscious\b|\b(?:passed out|fainted|seizure|heart attack|a stroke)\b",
            rf"\b{PERSON} {WITH}{DOES}(?:collapsed|injured|hurt|bleeding|burn(?:ed|t)(?! (?:the|my|"
            rf"some|"
            r"our|a|his|her) )|poisoned|dizzy|choking|nauseous)\b",
            r"\b(?:bleeding)\b(?! (?:the |a )?radiators?)|\bbroke(?:n)? (?:her|his|my|their|"
            r"a) (?:leg|hip|arm|neck)\b",
            rf"\b(?:injured|hurt|burn(?:ed|t)) {GAP}(?:{PERSON}|{BODY})\b",
        ),
        unless=(
            r"\b(?:my|the|our|his|her|a) (?:bike|bicycle|car|scooter|van|fence|gate|bollard|post|"
            r"mailbox|barrier) "
            r"(?:\w+ ){0,3}(?:hit|struck|damaged)\b|\bradiators?\b|\bbrake\w*\b|\bout of blood\b|"
            r"\bbleed\w* (?:colou?rs?|ink|dye|paint)|"
            r"\bfeelings\b|\bhurt(?:s|ing)? (?:my|the) (?:eyes|ears)\b|\bburn(?:t|"
            r"ed) out\b"
        ),
    ),
    Sign(
        word="threat",
        said=(
            rf"\b{PERSON} (?:\w+ ){{0,3}}(?:with|has|had|holding|waving|swinging|pulled|got|"
            "carrying|pulling) "
            r"(?:out )?(?:a |an |the |his |her )?(?:\w+ )?(?:knife|gun|machete|axe|sword|pistol|"
            "rifle|petrol can|"
            r"molotov)\b",
            r"\b(?:will|'ll|going to|gonna|wants to|trying to) (?:kill|stab|murder|shoot|"
            "strangle) (?:me|us|her|him|"
            r"them|my|the|everyone|himself|herself|someone)\b|"
            r"\bthreaten\w* (?:to )?(?!me with an? )(?:kill|stab|"
            "burn|shoot|blow|set|us|me|him|her|people|"
            r"everyone)\b|"
            r"\bbreaking (?:in|down (?:my|our|the) door)\b|\b(?:attacking|assaulting|punching|"
            r"kicking|strangling|stabbing|beating up) "
            rf"(?:the |a |my |our |his |her |other )?(?:{PERSON}|residents|tenants)\b|"
            r"\bis being (?:attacked|beaten|strangled|"
            r"mugged)\b|"
            r"\bgunshots?\b|\bshots fired\b",
        ),
        unless=r"\b(?:bread|kitchen|butter|sharpen\w*|cutlery|water|toy|nerf|legal|sue|lawyer|court)\b",
    ),
    Sign(
        word="person hurt",
        deniable=False,
        near=rf"\b{PERSON}\b",
        said=(
            rf"\b{KIN}\b.{{0,40}}(?:n't|\bnot|\bnever) (?:\w+ )?(?:answer|respond|react|repl|open|"
            "come|"
            rf"been)\w*\b.{{0,50}}\b(?:post|milk|mail|letters|newspapers?|papers?|days|"
            r"weeks?)\b"
            r".{0,30}\b(?:outside|pil\w*|door|still|days|weeks?|since|building up|overflowing)\b",
            r"\b(?:alarm|cord|pendant|button|call bell)\b.{0,50}(?:n't|\bnot|"
            r"\bno) (?:\w+ )?(?:answer|"
            r"pick\w* up|respond|react|reply|speak)\w*\b",
            r"\b(?:not|won'?t|isn'?t) wak(?:e|ing)(?: up)?\b(?! me)",
            r"(?:n't|\bcannot|\bcant) feel (?:his|her|my|their|the) (?:hands?|legs?|arms?|feet|"
            r"foot|fingers?)\b",
            r"\b(?:crash|thud|bang|screams?|screaming|groan\w*|moan\w*|"
            r"fall)\b.{0,60}(?:\w{1,6}n't|\bnot|\bno) (?:answer|respon|react|open|reply)\w*",
            r"(?:n't|\bnot|\bnever) been (?:seen|heard from|heard of)\b.{0,20}\b(?:since|for)\b",
            rf"\b{KIN}\b.{{0,40}}\b(?:fell|fallen|collapsed)\b.{{0,80}}\b(?:call\w*|shout\w*|"
            rf"cry\w*|groan\w*|moan\w*|help|locked)\b",
            r"(?:n't|\bnot|\bnever) (?:answered|been seen|opened|responded|come out|picked up|left|"
            r"answering|opening)\b"
            r".{0,50}\b(?:door|days|"
            r"locked)\b",
            r"(?:n't|\bnot|\bnever) (?:seen|heard from)\b.{0,40}\b(?:days?|weeks?)\b",
            rf"\b{KIN}\b.{{0,40}}(?:n't|\bnot|\bnever) (?:\w+ )?(?:answer|respond|react|repl|"
            rf"open)\w*\b.{{0,60}}\b(?:locked|thud|knock\w*|days|"
            r"alone|inside|old|elderly|sick|ill|crash|groan\w*|fall|fell)\b",
            r"\bnot breathing\b|(?:n't|\bcannot|\bcan not|\bcant) (?:breathe|wake|get up|"
            r"stand up)\b",
            r"\b(?:fell|fallen|collapsed|lying|lies|bolted|locked|on the (?:floor|ground)|"
            r"slipped)\b.{0,60}(?:n't|not|cant|cannot|"
            r"doesnt) (?:mov|answer|respond|repl|get up|wake|wak|react|stand)\w*\b",
            rf"\b{KIN}\b.{{0,40}}\b(?:is|are|lies|isn't|not|n't) (?:not )?(?:moving|responding|"
            rf"conscious)\b",
            r"(?:can't|cannot|cant|can not) (?:be )?w(?:a|o)ken?(?: up)?\b",
        ),
        unless=(
            r"\b(?:phone|hotline|e-?mail|intercom|early|alarm clock|heater|lift|elevator|doorbell|"
            r"app|cursor|"
            r"barrier|gate|blinds?)\b"
        ),
    ),
    Sign(
        word="medical device without power",
        deniable=False,
        across=True,
        said=(rf"\b{_DEVICE}\b.{{0,80}}{_NO_POWER}|{_NO_POWER}.{{0,80}}\b{_DEVICE}\b",),
        unless=r"\b(?:planned|announced|scheduled|notice)\b",
    ),
)
