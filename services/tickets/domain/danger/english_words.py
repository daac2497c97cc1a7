"""Words that many signs of danger share, in English, as patterns."""

GAP = r"(?:[\w'()/-]+ ){0,3}"
LIFT = "(?:lifts?|hoists?|stairlift|elevat[eoi]rs?|elavators?|cabin|lift car|elevator car)"
PERSON = (
    r"(?:i'?m?|i've|mrs?\.?|ms\.?|miss|we(?:'re|'ve)?|me|us|he|she|him|her|they|them|someone|"
    "somebody|anyone|people|persons?|man|men|wom[ae]n|child(?:ren)?|kids?|bab(?:y|ies)|toddler|"
    r"infant|son|daughter|mother|mum|mom|father|dad|grand\w+|gran|neighbou?rs?|cleaner|workers?|"
    "guards?|driver|lady|ladies|guys?|boys?|girls?|tenants?|residents?|visitors?|guests?|"
    "technician|electrician|plumber|courier|dog|cat|puppy|wife|husband|family|families|"
    "colleagues?|elderly|year[- ]old|pensioner|couple|nanny|postman|students?|passengers?|"
    "passers?-?by|pedestrian|roommate|flatmate|friend|uncle|aunt|spouse|brother|sister|"
    r"teenagers?|caretaker|janitor|concierge|delivery \w+|nurse|partner|(?:one|both|all|two|"
    r"three|four|five|six|\d+) of us|twins|nana?|granny|pupils?|patients?|carer|handyman|"
    "gardener|inspector|mechanic|newborn|he's|she's|they're|who's|mum's|dad's|mom's|everyone|"
    "everybody)"
)
HEAVY = (
    "(?:ceill?ings?|roof|walls?|balcon(?:y|ies)|fa[cç]ade|tiles?|bricks?|glass|windows?|panes?|"
    r"sash|trees?|branch(?:es)?|trunk|scaffold\w*|signs?|signboard|billboard|chandelier|lamps?|"
    "lights?|fixture|panels?|plaster|concrete|ledge|canopy|awning|railings?|handrail|bann?ister|"
    r"gate|unit|stair\w*|steps?|floor|beams?|antenna|gutter|cladding|crane|pole|fence|chimney|"
    r"slab|stones?|facing|parapet|skylight|cornice|lamppost|boulder|ladder|mast|air[- ]?con\w*|"
    "ac|masonry|render|drywall|shutters?|garage door|flower ?pots?|planter|structure|building|"
    "debris|chunks?|pieces?|bits|rocks?|basketball hoop|swing|satellite dish|ice|icicles?|"
    "mirror|facade)"
)
DOES = (
    "(?:(?!(?:the|an?|my|our|your|his|her|their|its|this|that|says?|said|thinks?|guess|told|and|"
    r"or|if|whose|who|when|because|door|doors) )[\w'()/-]+ ){0,3}"
)
HIGH = (
    "ceill?ings?|roof|balcon(?:y|ies)|fa[cç]ade|bricks?|glass|window ?panes?|panes?|sash|"
    r"windows?|trees?|branch(?:es)?|trunk|scaffold\w*|signboard|billboard|chandelier|plaster|"
    "concrete|ledge|canopy|awning|railings?|bann?ister|beams?|cladding|crane|chimney|slab|"
    "stones?|parapet|skylight|cornice|boulder|masonry|render|building|debris|chunks?|walls?|"
    r"roof tiles?|slates?|ice|icicles?|snow|air[- ]?con\w*|satellite dish|antenna|mast|"
    "elevator shaft|structure|bridge|walkway|stairs?|staircase|facing|drywall|swing set|fascia|"
    "lintel|coping|pergola|hoarding|metal sheets?|sheet metal|gutter|brackets?|cable tray|"
    "ducts?|air duct|advertising board"
)
PIPE = (
    r"(?:pipe\w*|mains?|hose|tank|radiator|boiler|valve|riser|heater|hydrant|toilet|faucet|tap|"
    "fitting|sprinkler(?: head)?|cylinder|joint|washing machine|dishwasher|geyser|plumbing)s?"
)
WIRE = "(?:wires?|wiring|cables?|power ?lines?|conductors?|electrical lines?)"
ELECTRIC = (
    r"(?:electric\w*(?: (?:panel|cabinet|box|room|meter))?|breakers?(?: box)?|switch(?:board|"
    r"es)?|fuse ?box|sockets?|outlets?|consumer unit|meter (?:cabinet|box)|distribution b\w+|"
    "light(?:s|ing|ings?)?(?: (?:fitting|fixture|switch)s?)?|lamps?|transformer|power (?:strip|"
    "point)|plugs?|wires?|wiring|cables?|control panel|chandelier)"
)
ON = (
    "(?:is|are|was|were|'s|'re|keeps?|kept|still|just|it|now|started|starts?|began|been|being|"
    "something|like|socket|outlet|plug|panel|motor|box|tv|dryer|oven|heater|charger|battery|pan)"
)
BODY = (
    "(?:hand|arm|finger|head|leg|foot|hair|neck|fingers|hands|feet|toe|wrist|ankle|thumb|coat|"
    "scarf)s?"
)
SHUT = (
    r"(?:n'?t|not) (?:be )?(?:open\w*|mov\w+|budge|respond\w*|go\w*|work\w*)|stuck|stopp\w+|"
    r"stops|halt\w*|jammed|dead|minutes|an hour|help|scream\w*|shout\w*|yell\w*|cry\w*|crie\w*|"
    r"panic\w*|bang\w*|knock\w*|call\w*|ring\w*|alarm|dark|claustro\w*|pregnant"
)
LOUD = (
    r"(?:going off|went off|gone off|goes off|sound\w*|ring\w*|scream\w*|shriek\w*|beep\w*|"
    r"wail\w*|blar\w*|trigger\w*|alert\w*|alarming|red|keeps going)"
)
