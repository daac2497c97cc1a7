"""What looks like danger in English and is none."""

import re

from services.tickets.domain.danger.signs import Guards

_NOUNS_OF_FIRE = (
    r"alarms?|doors?|escapes?|extinguishers?|drills?|hydrants?|hoses?|safety|stations?|places?|"
    r"works?|walls?|pits?|blankets?|exits?|assembly|proof\w*|engines?|brigade|department|fighters?|"
    r"trucks?|codes?|inspections?|regulations?|certificates?|insurance|panels?|sprinklers?|"
    r"detectors?|sensors?|plans?|lanes?|wardens?|marshals?|resistant|retardant|rated|shutters?|"
    r"cabinets?|box(?:es)?|buckets?|curtains?|evacuation|prevention|protection|equipment|signs?|"
    r"buttons?|pumps?|systems?|risk|hazards?|policy|wood|guards?|bells?|lift|compartment|damper|"
    r"damage|leaflet|training|instructions?|notice|rules|stairs?|staircase|action|test\w*|ants?|"
    r"stopping|points?|logs?|report|sale|pit|bowl|table|coals?|stove|tv|stick"
)
_NOUNS_OF_GAS = (
    r"meters?|bills?|stations?|cookers?|hobs?|stoves?|ovens?|boilers?|compan(?:y|ies)|grills?|lifts?|"
    r"heaters?|heating|springs?|struts?|inspections?|certificates?|suppl(?:y|ier)|readings?|cards?|"
    r"engineers?|checks?|safety|fires?|appliances?|prices?|contracts?|accounts?|tariffs?|rings?|"
    r"burners?|barbecues?|bbqs?|cabinets?|shut-?off|provider|payments?|top-?up|masks?|fireplaces?|"
    r"pumps?|services?|works|man|men|people|tank cover|locker|sensor"
)

GUARDS = Guards(
    harmless=re.compile(
        rf"\bfire[- ]?(?:{_NOUNS_OF_FIRE})\b|\bfire-(?:\w+)|\bfir(?:ed|ing)\b|"
        r"\b(?:camp|bon|cross|wood|back|mis)fires?\b|\b(?:open|gas|log|electric) fire(?=place)|"
        r"\b(?:under fire|fire (?:him|her|them|up|the (?:contractor|cleaner|gardener|company)))\b|"
        r"\bold (?:\w+ )?(?:fire|leak|burst|flood)\b|"
        r"\b(?:no|non)[- ]smok\w+(?: (?:signs?|area|zone|rule|policy|sticker))?|"
        r"\bsmok(?:e|ing)[- ]?(?:detectors?|alarms?|sensors?|damage|free|tests?|hoods?|vents?|"
        r"extract\w*|area|room|ban|break|curtain|shaft|outlet|hatch|signs?|glass|stains?|grey|gray)\b|"
        rf"\bgas[- ](?:{_NOUNS_OF_GAS})\b(?!.{{0,25}}\b(?:leak|hiss|smell|explod|expl|burst))|"
        r"\bflood ?lights?\b|\b(?:electric shock|high voltage|danger) (?:warning|sign|label)\w*|"
        r"\bwater (?:bill|meter|cooler|dispenser|pressure|feature)s?\b|"
        r"\bstuck (?:at|on the|with|in (?:traffic|a meeting|the queue|an?other))\b|"
        r"\b(?:door|sink|floor|drain|mouse|grease|p-?|u-?)[- ]?traps?\b|\btrap under\b|"
        r"\b(?:thermos|vacuum) flask\b|\bburning question\b|\bburn marks?\b|\bburn(?:t|ed)? out\b|"
        r"\b(?:bulb|fuse|light|lamp)s? (?:is |has |are |have )?burn(?:t|ed)\b|\bsmoking room\b|"
        r"\bexplosion[- ]proof\b|\bbursting (?:with|at)\b|\bfalling leaves\b|\bfall(?:s|en)? (?:leaves)\b|"
        r"\bshock (?:absorbers?|proof)\b|\bspark plugs?\b|\bis not only\b",
        re.ASCII,
    ),
    no_denials=re.compile(
        r"\bno (?:doubt|joke|idea|longer|time|answer|response|power|exit|electricity|key|need|"
        r"matter|point|problem to|extinguisher|■+)\b|"
        r"\bnot (?:kidding|joking|sure|only|just|far|long|even|possible|enough|ok|okay|safe|good|the "
        r"first|a (?:drill|joke|test|false alarm)|clear|know\w*|working|the (?:drill|battery|\w+ "
        r"drill)|stop\w*|able|on site|answer\w*)\b|"
        r"\b(?:can|could|wo|would|should)(?:n'?t| not)\b(?! (?:\w+ )?(?:smell|see|hear|find|detect|feel))|"
        r"\bcannot\b(?! (?:\w+ )?(?:smell|see|hear|find|detect|feel))|"
        r"\b(?:do|does|did)(?:n'?t| not) (?:\w+ )?(?:stop|open|close|move|answer|help|know|respond|"
        r"work|shut|come|like|understand|get up|have (?:a|an|any) ■|care|matter|go away)\w*|"
        r"\b(?:isn'?t|aren'?t|is not|are not|wasn'?t) (?:working|open\w*|mov\w+|stopp\w+|safe|ok|"
        r"answer\w*|■+|the (?:drill|■+))|"
        r"\b(?:nobody|no[- ]one|none) (?:(?:has|have|is|was|will|ever|of) )?(?:com\w+|came|answer\w*|"
        r"help\w*|pick\w*|know\w*|car\w+|respond\w*|reacts?|seems|there|believes?)\b|"
        r"\bnothing (?:helps?|works?|happens)\b|\bnever (?:mind|seen|stops?|ending)\b|"
        r"\bnot(?= (?:■|answer))",
        re.ASCII,
    ),
    denial=re.compile(
        r"\b(?:no|not|never|nobody|none|nothing|without|neither|nor|nowhere|zero|hardly any|rather than|"
        r"instead of|isnt|arent|wasnt|dont|doesnt|didnt|hasnt|cannot|cant|free of)\b|\b\w+n't\b",
        re.ASCII,
    ),
    reach=45,
    past=re.compile(
        r"\blast (?:year|month|week|summer|winter|spring|autumn|fall|time|january|february|march|april|"
        r"may|june|july|august|september|october|november|december)\b|\blast year's\b|"
        r"\bin (?:january|february|march|april|may|june|july|august|september|october|november|"
        r"december|19\d\d|20\d\d)\b|"
        r"\b(?:an?|two|three|four|five|six|several|some|a few|\d+|many) (?:weeks?|months?|years?) ago\b|"
        r"\b(?:weeks|months|years|ages) ago\b|\bback in\b|\bprevious(?:ly)?\b|\bformer(?:ly)?\b|"
        r"\bused to\b|\bthat time\b|\bhistor\w+\b|\bonce had\b",
        re.ASCII,
    ),
    over=re.compile(
        r"\b(?:is|was|were|are|been|got|already|we|they|he|she|you|engineers?|plumbers?|electricians?|"
        r"technicians?|team|guys?|contractors?|company|man|and|then|successfully|now|quickly|has|have) "
        r"(?:now |all |since |finally |already |been |then |quickly |yesterday )?"
        r"(?:fixed|repaired|replaced|resolved|removed|rebuilt|solved|sorted|restored|mended|"
        r"extinguished|rescued|freed|released|dealt with|cleared|put out|pumped out|under control|safe|"
        r"patched)\b|"
        r"(?<!not a )\bfalse alarms?\b|\ball (?:clear|good|safe|fine|ok|okay|dry|over now)\b|"
        r"\b(?:got|pulled|let|helped) (?:him|her|them|us|me|everyone|everybody|it|the \w+) out\b|"
        r"\b(?:is|are|got|came|went) (?:all )?out (?:now|again|by|of there|safely|safe)\b|"
        r"\b(?:fire|flames|it) (?:is|went|was) out\b|\bno longer\b|\bsince then\b|"
        r"\b(?:is|has|have|was) (?:all )?gone\b(?! off)|\bwent away\b|"
        r"\bstopped (?:leaking|smoking|burning|sparking|by itself)\b|"
        r"\bcancel\w* (?:this|the|my|it)\b|\b(?:please )?close (?:this|the) (?:ticket|report|request)\b|"
        r"\bturned out to be (?:steam|fog|dust|nothing|harmless|a false)\b|\b(?:only|just) (?:steam|fog)\b|\bfog machine\b|\bcan be closed\b|\bmixed up\b|\bby mistake\b.{0,20}\breport",
        re.ASCII,
    ),
    not_over=re.compile(
        r"\b(?:not|n't|never|nobody|no one|be|to be|get|getting|until|unless|nothing|hasn't|still "
        r"isn't) (?:\w+ ){0,3}(?:fixed|repaired|replaced|resolved|removed|solved|sorted|restored|mended|"
        r"extinguished|rescued|freed|released|cleared|put out|safe|out|gone)\b|"
        r"\b(?:supposedly|allegedly|badly|wrongly) (?:fixed|repaired)\b",
        re.ASCII,
    ),
    present=re.compile(
        r"\b(?:now|again|still|just now|has just|have just|today|tonight|right now|at the moment|started|starting|currently|"
        r"this (?:morning|time|minute|afternoon|evening)|once more|keeps?|getting)\b",
        re.ASCII,
    ),
    supposed=re.compile(
        r"\b(?:if|in case|in the event|what if|whenever|suppose|unless|should there be|"
        r"in the case)\b.{0,60}$|"
        r"^\W*(?:(?:hi|hello|dear \w+|question|quick question|just asking)\W+)?"
        r"(?:what|who|which|does|do|how (?:do|to|can|should|much|often|many|does))\b.{0,80}$|"
        r"\b(?:risk|danger|chance|fear|protection|insured?|insurance|prevention) (?:of|from|against|"
        r"cover\w*)\b.{0,40}$|\b(?:prevent|avoid|protect\w* (?:us )?from|against)\b.{0,30}$",
        re.ASCII,
    ),
    told=re.compile(
        r"\b(?:fire|evacuation|safety|emergency) (?:drill|exercise|training)s?\b|\b(?:in the|on the) news\b|"
        r"\bread (?:about|in)\b|\bworkshop\b|\blecture\b|\bleaflet\b|\bbrochure\b|\bfilm crew\b|\bno harm done\b|\bpractice alarm\b|"
        r"\btest alarm\b|\bclaim (?:form|number)\b|\binvoice\b|\binsurance (?:claim|form|report)\b",
        re.ASCII,
    ),
)
