"""What looks like danger in English and is none."""

import re

from services.tickets.domain.danger.signs import Guards

_NOUNS_OF_FIRE = (
    "alarms?|doors?|escapes?|extinguishers?|drills?|hydrants?|hoses?|safety|stations?|places?|"
    r"works?|walls?|pits?|blankets?|exits?|assembly|proof\w*|engines?|brigade|department|"
    "fighters?|trucks?|codes?|inspections?|regulations?|certificates?|insurance|panels?|"
    "sprinklers?|detectors?|sensors?|plans?|lanes?|wardens?|marshals?|resistant|retardant|rated|"
    "shutters?|cabinets?|box(?:es)?|buckets?|curtains?|evacuation|prevention|protection|"
    "equipment|signs?|buttons?|pumps?|systems?|risk|hazards?|policy|wood|guards?|bells?|lift|"
    "compartment|damper|damage|leaflet|training|instructions?|notice|rules|stairs?|staircase|"
    r"action|test\w*|ants?|stopping|points?|logs?|report|sale|pit|bowl|table|coals?|stove|tv|"
    "stick"
)
_NOUNS_OF_GAS = (
    "meters?|bills?|stations?|cookers?|hobs?|stoves?|ovens?|boilers?|compan(?:y|ies)|grills?|"
    "lifts?|heaters?|heating|springs?|struts?|inspections?|certificates?|suppl(?:y|ier)|"
    "readings?|cards?|engineers?|checks?|safety|fires?|appliances?|prices?|contracts?|accounts?|"
    "tariffs?|rings?|burners?|barbecues?|bbqs?|cabinets?|shut-?off|provider|payments?|top-?up|"
    "masks?|fireplaces?|pumps?|services?|works|man|men|people|tank cover|locker|sensor"
)

GUARDS = Guards(
    harmless=re.compile(
        rf"\bfire(?=[- ]?(?:{_NOUNS_OF_FIRE})\b)|\bfire-(?:\w+)|\bfir(?:ed|ing)\b|\b(?:camp|bon|"
        r"cross|wood|back|mis)fires?\b|\b(?:open|gas|log|electric) fire(?=place)|\b(?:under fire|"
        r"fire (?:him|her|them|up|the (?:contractor|cleaner|gardener|company)))\b|"
        r"\b(?:should|must|will|would|could|can|to|please|let's|did|you|they|just) fire (?:the|"
        r"your|that|"
        r"this|my|our|him|her|them|me|off|someone|somebody|an?)\b|\b(?:teams?|guys?|crew|staff|"
        r"colleagues|you(?:'re| are| were)?|chat|gym|class|band|sale) (?:is |are |was |were |"
        r"really )"
        r"{0,2}on fire\b|\bon fire (?:this|these|today with|lately)\b|"
        r"\bold (?:\w+ )?(?:fire|leak|burst|flood)\b|\b(?:no|non)[- ]smok\w+(?: (?:signs?|area|"
        r"zone|rule|policy|sticker))?|\bsmok(?:e|ing)(?=[- ]?(?:detectors?|alarms?|sensors?|"
        r"damage|free|tests?|hoods?|vents?|extract\w*|area|room|ban|break|curtain|shaft|outlet|"
        r"hatch|signs?|glass|stains?|grey|gray)\b)|"
        rf"\bgas(?=[- ](?:{_NOUNS_OF_GAS})\b)(?!.{{0,25}}\b(?:leak|hiss|smell|explod|expl|burst))|"
        r"\bflood ?(?:lights?|barriers?|gates?|insurance|maps?|zones?|risk)\b|\bflood of (?!water|"
        r"sewage)|"
        r"\b(?:electric shock|high voltage|danger) (?:warning|sign|label)\w*|"
        r"\bwater (?:bill|meter|cooler|dispenser|pressure|feature)s?\b|\b(?:stuck|trapped|"
        r"locked) (?:at (?:work|"
        "home|the office)|on (?:hold|the (?:phone|road|way|train|bus|motorway|highway))|"
        "with (?:the|that|this|your|an? (?:old|bad|wrong|huge|high|broken))|"
        r"outside|on (?:the |a |my )?(?:\w+ )?(?:form|question|page|step|level|login|screen|"
        r"platform)|(?:at|in) (?:the |a |my )?(?:\w+ )?(?:airport|office|meeting|loop|bed|past|"
        r"app|menu|mud|snow|queue|rain|hospital|station|jam|customs|traffic|school|shop|"
        r"meetings?|calls?|contract|lease|subscription|past|routine|negotiations?|limbo|game))\b|"
        r"\b(?:door|sink|floor|drain|mouse|grease|p-?|u-?)[- ]?traps?\b|\btrap under\b|"
        r"\b(?:thermos|vacuum) flask\b|\bburning question\b|\bburning (?:issue|topic|desire|"
        r"to (?:know|see|ask))\b|\bburn marks?\b|\b(?:was|is|were|are) (?:so |pure |"
        r"just )?fire\b(?= ?[,.!]|$| thanks)|\bgives? (?:me|us) (?:a|the) heart attack\b|"
        r"\b(?:nearly|almost) (?:faint\w*|died|passed out|exploded|(?:had|got|gave (?:me|"
        r"us)) a (?:heart attack|stroke|seizure))\b|"
        r"\bexplosion of (?!gas|the|a)|\b(?:blew|blow|blown) up (?:at|on (?:the phone|me|him|her|"
        r"us|them|you|my)|over|my phone|the photo|"
        r"the balloon)"
        r"|\b(?:gas|smoke|carbon monoxide|co) (?:detector|alarm|sensor)s? (?=needs?|battery|"
        r"batteries|chirp|"
        r"install|is due|has expired|expired)|\bburning (?:the )?(?:incense|joss|candles?)|"
        r"\bshot down\b|\bblow\w* my (?:mind|budget)\b|\b(?:i|he|she|boss|"
        "neighbou?rs?|wife|husband|head|we|they) (?:(?:will|might|could|am|is|are|going to|"
        r"about to|nearly|almost) ){1,3}explod\w+|\bburn(?:t|ed)? out\b|\b(?:bulb|fuse|light|"
        r"lamp)s? (?:is |has |are |have )?burn(?:t|ed)\b|\bsmoking room\b|\bexplosion[- ]proof\b|"
        r"\bbursting (?:with|at)\b|\bfalling leaves\b|\bfall(?:s|en)? (?:leaves)\b|"
        r"\bshock (?:absorbers?|proof)\b|\bspark plugs?\b|\bis not only\b",
        re.ASCII,
    ),
    no_denials=re.compile(
        r"\b(?:never|not|n't) (?:\w+ ){0,6}before\b|\bno (?:doubt|car|cabin|lift|handle|floor|"
        r"light|way|sign of life|joke|idea|longer|time|answer|response|power|exit|electricity|key|"
        r"need|"
        r"matter|point|problem to|extinguisher|■+)\b|\bnot (?:kidding|joking|sure|only|just|far|"
        "long|even|possible|enough|ok|okay|safe|good|the first|a (?:drill|joke|test|"
        r"false alarm)|clear|know\w*|working|the (?:drill|battery|\w+ drill)|stop\w*|able|"
        r"on site|answer\w*)\b|\b(?:ca|could)n'?t\b(?! (?:\w+ )?(?:smell|see any|hear any|find|"
        r"detect|feel any))|\b(?:would|should)(?:n'?t| not) (?:be|have|do|happen)\b|\bcan not\b|"
        r"\b(?:wo|will )n'?(?:o?t) (?:\w+ )?(?:stop|open|close|shut|move|turn|budge|come|answer|"
        r"go|work|start|let|respond|wait|help)\b|\bcannot\b(?! (?:\w+ )?(?:smell|see any|"
        r"hear any|find|detect|feel any))|\b(?:do|does|did)(?:n'?t| not) (?:\w+ )?(?:stop|open|"
        "close|move|answer|help|know|respond|work|shut|come|like|understand|get up|have (?:a|an|"
        r"any) ■|care|matter|go away)\w*|\b(?:isn'?t|aren'?t|is not|are not|wasn'?t) (?:working|"
        r"open\w*|mov\w+|stopp\w+|safe|ok|answer\w*|■+|the (?:drill|■+))|\b(?:nobody|no[- ]one|"
        r"none) (?:(?:has|have|is|was|will|ever|of) )?(?:com\w+|came|answer\w*|help\w*|pick\w*|"
        r"know\w*|car\w+|respond\w*|reacts?|seems|there|believes?)\b|\bnothing (?:helps?|works?|"
        r"happens)\b|\bnever (?:mind|seen|stops?|ending|been (?:so|this|that))\b|\bnot(?= (?:■|"
        r"answer))",
        re.ASCII,
    ),
    denial=re.compile(
        r"\b(?:no|not|never|nobody|none|nothing|without|neither|nor|nowhere|zero|hardly any|"
        "rather than|instead of|isnt|arent|wasnt|dont|doesnt|didnt|hasnt|wont|cannot|cant|"
        r"free of)\b|\b\w+n't\b",
        re.ASCII,
    ),
    reach=45,
    past=re.compile(
        r"\blast (?:year|month|week|summer|winter|spring|autumn|fall|time|january|february|march|"
        r"april|may|june|july|august|september|october|november|december)\b|\blast year's\b|"
        r"\bin (?:january|february|march|april|may|june|july|august|september|october|november|"
        r"december|19\d\d|20\d\d)\b|\b(?:an?|two|three|four|five|six|several|some|a few|\d+|"
        r"many) (?:weeks?|months?|years?) ago\b|\b(?:weeks|months|years|ages) ago\b|\bback in\b|"
        r"\bprevious(?:ly)?\b|\bformer(?:ly)?\b|\bused to\b|\b(?:since|after|from|by|of|"
        r"during) (?:the|that|our|a) (?:\w+ ){0,2}(?:fire|flood|explosion|burst|leak)\b(?! (?:in|"
        r"is|at|on)\b)|\bthat time\b|\bhistor\w+\b|\bonce had\b|"
        r"\b(?:thanks|thank you|thx|cheers) (?:\w+ ){0,2}(?:for|again)\b(?! (?:your (?:help|time|"
        r"quick)|"
        r"(?:coming|sending|hurrying) (?:quickly|soon|asap)))",
        re.ASCII,
    ),
    over=re.compile(
        r"\b(?:is|was|were|are|been|got|already|we|they|he|she|you|engineers?|plumbers?|"
        "electricians?|technicians?|team|guys?|contractors?|company|man|and|then|successfully|"
        "now|quickly|has|have|it) (?:now |all |since |finally |already |been |then |quickly |"
        "yesterday )?(?:fixed|repaired|replaced|resolved|removed|rebuilt|solved|sorted|restored|"
        "mended|extinguished|rescued|freed|released|dealt with|cleared|put out|pumped out|"
        r"under control|safe|patched|isolated|made safe|secured|disconnected|capped|sealed off|"
        r"taken "
        r"(?:down|away)|hauled away|reset|swept up|mopped up|cleaned up|settled)\b|\ball (?:is |"
        r"'s )?(?:clear|good|safe|fine|ok|okay|dry|well|over now)(?: (?:now|again|here))?\b|"
        r"\beverything(?:'s| is)? (?:fine|ok|okay|good|alright|safe|dry|normal)(?: (?:now|"
        r"again))?\b|"
        r"\bno (?:danger|emergency|worries|need to come)\b|\b(?:no need|don't need|"
        r"needn't) (?:\w+ ){0,2}"
        r"(?:come|hurry|send)\b|"
        r"\bburn(?:t|ed|ing|s)? (?:the|my|some|our|his|her|their|a) (?:\w+ )?(?:toast|pancakes?|"
        r"food|dinner|"
        r"lunch|rice|eggs?|bacon|cakes?|popcorn|milk|soup|porridge|cookies|pizza|fish|steak|"
        r"onions?|"
        r"sugar|garlic|supper|breakfast|bread)\b|\b(?:was|is|it's|came from|turned out|"
        r"'s) .{0,15}\b(?:my|"
        r"the|some|our|\w+'s|a|burn\w*) (?:\w+ )?(?:toast|toaster|pancakes?|cooking|dinner|incense|"
        r"bbq|"
        r"barbecue|candles?|popcorn|frying|roast|food|steam|fog|dust)\b|"
        r"\b(?:freed|rescued|released) (?:him|her|them|us|me|it)\b|\bput (?:the )?(?:\w+ )?out\b|"
        r"\b(?:works?|runs?|running|working|fine|back) again\b|\bback to normal\b|"
        r"\bbeen changed\b|\b(?:got|pulled|let|helped) (?:him|her|them|us|me|everyone|everybody|"
        r"it|the \w+) out\b|\b(?:everyone|everybody|they|he|she|people|we|all|child|kids?) (?:is|"
        r"are|got|came|went) (?:all )?out\b|\b(?:fire|flames|it) (?:is|went|was) out\b|"
        r"\bno longer (?:leak\w*|smell\w*|stuck|smok\w*|burn\w*|spark\w*|trapped|a problem|"
        r"needed|there)\b|\b(?:leaks|smells|smokes|sparks) no longer\b|\bsince then\b|"
        r"\b(?:smell|stink|odou?r|smoke|fumes|it|that|problem|leak|fire|flames|"
        r"danger|puddle|everything|haze|sparks?|stench|fault|issue|tree|branch|sparking|shock|"
        r"tingling)s? (?:is|has|"
        r"have|was|are) (?:all |now |completely |already |finally )?gone\b(?! off)|\bwent away\b|"
        r"\bstopped (?:leaking|smoking|burning|"
        r"sparking|by itself)\b|\bcancel\w* (?:this|the|my|it)\b|\b(?:please )?close (?:this|"
        r"the|my)(?: (?:ticket|report|request|case|job)\b|$|[,.!;])|\bturned out to be (?:steam|"
        r"fog|dust|nothing|harmless|"
        r"a false)\b|\b(?:only|just) (?:steam|fog)\b|\bfog machine\b|\bcan be closed\b|"
        r"\bmixed up\b|\bby mistake\b.{0,20}\breport",
        re.ASCII,
    ),
    not_over=re.compile(
        r"\b(?:(?:ca|could)n'?t|cannot|unable to|trying to|tried to|help me|please) put\b|"
        r"\b(?:not|n't|never|nobody|no one|be|to be|get|getting|until|unless|nothing|hasn't|"
        r"still isn't) (?:\w+ ){0,3}(?:fixed|repaired|replaced|resolved|removed|solved|sorted|"
        r"restored|mended|extinguished|rescued|freed|released|cleared|put out|safe|out|gone)\b|"
        r"\b(?:supposedly|allegedly|badly|wrongly) (?:fixed|repaired)\b",
        re.ASCII,
    ),
    again=re.compile(
        r"\b(?:now|again|today|tonight|right now|just now|this (?:morning|time|minute|afternoon|"
        r"evening)|once more|is back|came back|since (?:your|the) (?:repair|visit|work\w*))\b",
        re.ASCII,
    ),
    present=re.compile(
        r"\b(?:now|again|still|just now|has just|have just|today|tonight|right now|at the moment|"
        "started|starting|currently|this (?:morning|time|minute|afternoon|evening)|once more|"
        r"keeps?|getting)\b",
        re.ASCII,
    ),
    supposed=re.compile(
        r"\b(?:(?<!asked )(?<!as )(?<!wonder )(?<!wondered )if(?! (?:nobody|no one|you do ?n|"
        "we do ?n|(?:it|this) (?:goes|continues)))|in case|in the event|what if|whenever|"
        r"suppose|unless|should there be|in the case)\b.{0,60}$|^\W*(?:(?:hi|hello|dear \w+|"
        r"question|quick question|just asking)\W+)?(?:what (?:should|do|to|number|about|if)\b|"
        "what(?:'s| is| are) (?:the|our|your) (?:procedure|number|policy|plans?|rules?|right|"
        "best|way|instructions?)|who (?:do|should|pays|is responsible)|whom|does (?:our|the|my|"
        r"your|this) (?:\w+ )?(?:insurance|policy|building|contract|house|company)|do (?:we|i|"
        "you) (?:need|have|offer)|are (?:we|residents)|how (?:to|should|does|(?:do|can) (?:i|"
        r"we) (?!stop|get|turn|shut))|how (?:much|often|many)|when (?:is|was) the)\b.{0,80}$|"
        r"\b(?:protection|insured?|insurance|prevention) (?:of|from|against|cover\w*)\b.{0,40}$|"
        r"\b(?:prevent|avoid|protect\w* (?:us )?from|against)\b.{0,30}$",
        re.ASCII,
    ),
    earnest=re.compile(
        r"\bnot (?:a|the|just a|another) (?:\w+ )?(?:drill|exercise|test|false alarm|joke)\b|"
        r"\b(?:n't|no) "
        r"(?:a |the )?(?:\w+ )?(?:drill|false alarm)\b|\bfor real\b|\b(?:is|'s|it is|are|"
        r"was) real\b|\breal "
        r"(?:fire|smoke|flames|emergency)\b|\b(?:thought|said|told|announced)\b.{0,25}\b(?:drill|"
        r"exercise|"
        r"false alarm|test)\b.{0,15}\b(?:but|yet|however)\b",
        re.ASCII,
    ),
    told=re.compile(
        r"\b(?:fire|evacuation|safety|emergency) (?:drill|exercise|training)s?\b|\b(?:in the|"
        r"on the) news\b|\bread (?:about|in)\b|\bleaflet\b|\bbrochure\b|"
        r"(?<!not a )\bfalse alarms?\b|(?<!not )\b(?:just|only) (?:kidding|joking)\b|"
        r"\bfilm crew\b|\bno harm done\b|\bpractice alarm\b|\btest alarm\b|\bthe news\b|"
        r"\b(?:allowed|permitted|forbidden)\b|\bfilm about\b|\banother (?:city|town)\b|"
        r"\b(?:ask|want|claim|demand|request|expect)\w* (?:for )?(?:an? |some )?(?:explanation|"
        r"compensation|refund|apology|"
        r"reimbursement)\b|\bpolicy cover|\btraining (?:was|is)\b|\bclaim (?:form|number)\b|"
        r"\binvoice\b|\binsurance (?:claim|"
        r"form|report)\b",
        re.ASCII,
    ),
)
