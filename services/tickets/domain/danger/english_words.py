"""Words that many signs of danger share, in English, as patterns."""

CANNOT = (
    r"(?:can'?t|cannot|can not|could ?n'?t|could not|unable to|(?:not|n't) able to|no way to|"
    r"impossible to)"
)
REFUSES = (
    r"(?:wo?n'?t|will not|do(?:es)? ?n'?t|do(?:es)? not|did ?n'?t|did not|refus\w+ to|fail\w* to|"
    r"can'?t|cannot|never)"
)
GAP = r"(?:[\w'()/-]+ ){0,3}"
LIFT = (
    "(?:lifts?|hoists?|stairlift|elevat[eoi]rs?|elavators?|cabin|lift car|elevator car|"
    "paternoster|dumbwaiter)"
)
PERSON = (
    r"(?:i'?m?|i've|mrs?\.?|ms\.?|miss|we(?:'re|'ve)?|me|us|he|she|him|her|they|them|someone|"
    "somebody|anyone|people|persons?|man|men|wom[ae]n|child(?:ren)?|kids?|bab(?:y|ies)|toddler|"
    r"infant|son|daughter|mother|mum|mom|father|dad|grand\w+|gran|neighbou?rs?|cleaner|workers?|"
    r"guards?|driver|lady|ladies|guys?|lads?|bloke|grand(?:ma|pa|son|child)\w*|postwoman|porter|"
    "doorman|builders?|painters?|contractors?|engineers?|window cleaner|couriers?|rider|cyclist|"
    "nephew|niece|cousin|lodger|customers?|strangers?|kittens?|dogs|cats|pets?|parents?|boys?|"
    "girls?|tenants?|residents?|visitors?|guests?|"
    "technician|electrician|plumber|courier|dog|cat|puppy|wife|husband|family|families|"
    "colleagues?|elderly|year[- ]old|pensioner|couple|nanny|postman|students?|passengers?|"
    "passers?-?by|pedestrian|roommate|flatmate|friend|uncle|aunt|spouse|brother|sister|"
    r"teenagers?|caretaker|janitor|concierge|delivery \w+|nurse|partner|(?:one|both|all|two|"
    r"three|four|five|six|\d+) of us|twins|nana?|granny|pupils?|patients?|carer|handyman|"
    "school ?(?:kids?|children|boys?|girls?)|gentlem[ae]n|chap|mate|gardener|inspector|mechanic|"
    "newborn|he's|she's|they're|who's|mum's|"
    "dad's|mom's|everyone|"
    "everybody)"
)
KIN = (
    r"(?:bab(?:y|ies)|toddlers?|child|children|kids?|son|daughter|grand\w+|year[- ]?olds?|infant|"
    "mother|father|mum|mom|dad|aunt|uncle|wife|husband|girls?|boys?|m[ae]n|wom[ae]n|lad(?:y|ies)|"
    "neighbou?rs?|he|she|they|we|i|i'm|we're|cleaner|guests?|students?|nephew|niece|brother|sister|"
    "pensioner|tenant|resident|nanny|carer|people|someone|somebody|twins|granny|gran|nana?|friend|"
    "gentlem[ae]n|chap|passengers?|visitor|roommate|flatmate|partner|worker|courier|dog|cat|puppy)"
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
WITH = (
    r"(?:\(\d+\) |(?:in|with|from|of|on|at|aged) (?:an? |the |his |her |their |our |my |flat )?"
    r"(?:\w+ )?[\w-]+ ){0,2}"
)
"""What may stand between a person and what happens (in a wheelchair)."""
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
    "ac(?: unit)?|outdoor unit|tower|steeple|(?:facade|outside|outer|exterior|wall|ceiling|"
    "roof)[- ]tiles?|gable|pipe bridge|"
    "elevator shaft|structure|bridge|walkway|stairs?|staircase|facing|drywall|swing set|fascia|"
    "lintel|coping|pergola|hoarding|metal sheets?|sheet metal|gutter|brackets?|cable tray|"
    "ducts?|air duct|advertising board"
)
PIPE = (
    r"(?:pipe\w*|mains?|hose|tank|radiator|boiler|valve|riser|heater|hydrant|toilet|faucet|tap|"
    "fitting|connector|coupling|stopcock|water meter|bidet|sprinkler(?: head)?|cylinder|joint|"
    "washing machine|dishwasher|geyser|plumbing)s?"
)
WIRE = (
    "(?:wires?|(?:power|mains) cords?|wiring|cables?|power ?lines?|conductors?|electrical lines?)"
)
ELECTRIC = (
    r"(?:electric\w*(?: (?:panel|cabinet|box|room|meter))?|breakers?(?: box)?|switch(?:board|"
    r"es)?|fuse ?b(?:ox|oard)|fuses?|panel|extension (?:lead|cord|cable|block)|adapt[eo]r|"
    r"power ?bank|"
    r"charger|door ?bell|cords?|light ?bulb|downlights?|spotlights?|intercom|sockets?|outlets?|"
    r"consumer unit|"
    r"meter (?:cabinet|box)|distribution b\w+|"
    "light(?:s|ing|ings?)?(?: (?:fitting|fixture|switch)s?)?|lamps?|transformer|power (?:strip|"
    "point)|plugs?|wires?|wiring|cables?|control panel|chandelier)"
)
ON = (
    "(?:is|are|was|were|'s|'re|keeps?|kept|still|just|it|now|started|starts?|began|been|being|"
    "something|like|socket|outlet|plug|panel|motor|box|tv|dryer|oven|heater|charger|battery|pan)"
)
BODY = (
    "(?:hand|arm|finger|head|leg|foot|hair|neck|fingers|hands|feet|toe|wrist|ankle|thumb|coat|"
    "scarf|tongue|elbow|shoulder|knee|sleeve|skirt|dress|tail|paw)s?"
)
GAS = r"(?:gas|lpg|propane|butane|methane|gas bottle)"
SHUT = (
    r"(?:n'?t|not) (?:be )?(?:open\w*|mov\w+|budge|respond\w*|go\w*|work\w*)|stuck|stopp\w+|"
    r"stops|halt\w*|jammed|dead|minutes|an hour|help|scream\w*|shout\w*|yell\w*|cry\w*|crie\w*|"
    r"panic\w*|bang\w*|knock\w*|call\w*|ring\w*|alarm|dark|claustro\w*|pregnant"
)
LOUD = (
    r"(?:going(?= off| crazy| mad| non|$| ?[,.!;])|went off|gone off|goes off|sound\w*|ring\w*|"
    r"scream\w*|shriek\w*|beep\w*|"
    r"wail\w*|blar\w*|trigger\w*|alert\w*|alarm(?:s|ing|ed)|red|keeps going)"
)
