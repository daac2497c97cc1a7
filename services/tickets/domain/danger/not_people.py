"""Pets at home and things that are shut in or caught, the parts that guard against it, and who does
not get through the traffic, cannot get in, or is not well enough to come: what sounds like people
who cannot get out or are hurt where the work is, and is none of them. Cigarettes, burners that do
not light, drops and flakes of paint: what sounds like fire and falling.

Rules and weights read a text without these words. A pet that suffers, or is shut in with a person,
is left in it.
"""

from services.tickets.domain.danger.english_words import CANNOT

_PET = (
    "(?:dogs?|cats?|kitt(?:y|ens?)|pupp(?:y|ies)|pets?|rabbits?|bunn(?:y|ies)|hamsters?|parrots?|"
    "budgies?|ferrets?|tortoises?)"
)
_ROOM = (
    "(?:bed ?rooms?|bath ?rooms?|kitchen|living ?room|lounge|utility(?: room)?|laundry(?: room)?|"
    "study|office|rooms?|cages?|crates?|kennels?|carriers?|conservatory|yard|garden|hall(?:way)?|"
    "den|pens?|runs?|toilet|loo|ensuite|upstairs|downstairs)"
)
_NOT_WITH = "".join(
    f"(?<!{word} )" for word in ("and", "and the", "and my", "and our", "and a", "with the")
)
_IN_A_ROOM = (
    "(?: up| away| safely| locked| shut){0,2}(?: in| inside| into)?"
    "(?: the| a| an| its| his| her| their| my| our)?"
    rf"(?: guest| spare| other| back| front| next| small| big| main)? {_ROOM}\b"
    r"(?! (?:together|with|and|door|shed)\b)"
    rf"(?!.{{0,60}}\b(?:{CANNOT} (?:be )?(?:get|come|open|reach|breathe|move)|"
    r"wo?n'?t (?:open|move)|"
    r"does ?n'?t open|jam\w*|stuck|(?:fell|came) off|hot|heat|sun|pant\w*|chok\w*|rescue|days|"
    r"hours)\b)"
)

_CAUGHT = (
    r"\b(?:trolleys?|(?:shopping|laundry|luggage|hand) carts?|suitcases?|bags?|box(?:es)?|parcels?|"
    r"packages?|balls?|footballs?|frisbees?|kites?|drones?|toys?|teddy(?: bear)?|keys?|coins?|"
    r"cards?|letters?|phones?|remotes?|socks?|towels?|shoes?|gloves?|hats?|umbrellas?|twigs?|"
    r"cardboard|bin ?bags?|bins?|bin lids?|bikes?|bicycles?|scooters?|mowers?|hoses?|ropes?|"
    r"strings?|blinds?|curtains?|drawers?|bottles?|cans?|cups?|spoons?|forks?|chairs?|tables?|"
    r"sofas?|wardrobes?|mattress(?:es)?|brooms?|mops?|leaves|leaf|stones?|pebbles?|screws?)"
    r"(?:'s| is| are| was| were| got| gets| has| have| been| now| just| again| still| firmly|"
    r" badly| completely){0,3} (?:trapped|stuck|wedged|jammed|caught|lodged) (?:between|under|"
    r"underneath|beneath|behind|against|in|inside|on|down|up)(?: (?!and )\w+){1,5}"
    r"(?!.{0,60}\b(?:lifts?|elevators?|escalator|smok\w*|sparks?|burn\w*|fire|heat\w*|water|"
    r"flood\w*|electric\w*|power|lines?|wires?|live|shock|child\w*|kids?|baby|toddler|boy|girl|"
    r"m[ae]n|wom[ae]n|people|person|somebody|someone|mother|father|mum|mom|dad|gran\w*|wife|"
    r"husband|son|daughter|cleaner|neighbou?r|we|us|him|her|them|get out|in here|in there|"
    r"fingers?|hand|arm|leg|foot|head|help|dog|cat)\b)"
)
_SO_FAR = (
    r"(?:(?!\b(?:spark|smok|fire|flame|gas\b|shock|leak|water|flood|electr|live|wire|socket|trap|"
    r"stuck|bleed|blood|unconscious|child|bab(?:y|ies)|tenant|resident)\w*)[^.!?\n])"
)
_UNWELL = (
    rf"(?:(?:^|(?<=[.!?\n] ))(?:just |badly )?|\b(?:i|i've|i have|i'm|i am)\b{_SO_FAR}{{0,20}})"
    r"\b(?:hurt|injur\w+|sprain\w*|twist\w*|"
    r"broke\w*|cut|burn\w*|strain\w*|pulled|accident|crash\w*|ill|sick|unwell|fever|dizzy|"
    rf"hospital|fell)\b{_SO_FAR}{{0,50}}\b(?:can'?t|cannot|can not|won'?t|will not|unable to|"
    r"not able to) (?:be able to )?(?:come(?! (?:out|down|to|back|off|up|in|from))|"
    r"make it(?! (?:out|down|to|back|up))|"
    r"go there|get there|attend|drive|take (?:it|this|the job|the call)|do (?:it|this|that|the job|"
    r"the visit|the work)|finish (?:it|this|the job|my (?:round|shift)))\b"
)
_LOCKED_OUT = (
    r"(?:^|(?<=[.!?\n] ))(?!.{0,160}\b(?:hob|stove|oven|cooker|pan|pot|iron|kettle|candles?|"
    r"child\w*|kids?|bab(?:y|ies)|toddler|son|daughter|twins|year|yr|inside|balcony|roof|terrace|ledge|"
    r"freez\w*|minus|cold|smell\w*|smok\w*|burn\w*|fire|gas|fallen|fell|alone|dogs?|cats?|water|"
    r"tap|running|medic\w*|insulin|carer|client)\b)[^.!?\n]{0,40}?\b(?:locked|shut)"
    r"(?: (?:myself|ourselves|himself|herself|themselves|me|us))? out\b"
)
_SMOKERS = (
    r"(?:\b(?:smells?|reeks?|stinks?) of (?:cigarette )?smoke,? (?:because|as|since|when) )?"
    r"\b(?:someone|somebody|people|neighbou?rs?|he|she|guests?|kids|teenagers|tenants?|residents?)"
    r"(?: is| are| was| were| keeps?| still| always| again| often){0,2} smok(?:es?|ing|ed)"
    r"(?= (?:in|on|at|near|outside|by|under|weed|again|cigarettes?|there|here|all|every)\b|[.,!]|$)"
    r"(?!.{0,80}\b(?:petrol|gas|fuel|paint|oil|leak\w*|fire|burn\w*|flames?|alight|fumes)\b)"
)
_DROPS = (
    r"\b(?:drops?|droplets?|drips?)(?: of water)? (?:falls?|fell|falling|comes?|coming)(?: down)? "
    r"(?:from|off|out of)(?: \w+){1,4}"
    r"(?!.{0,40}\b(?:electr\w*|lamps?|lights?|sockets?|panel|fuse)\b)"
)

ENGLISH = (
    rf"{_CAUGHT}|{_UNWELL}|{_LOCKED_OUT}|{_SMOKERS}|{_DROPS}|"
    rf"{_NOT_WITH}\b{_PET}(?:'s| is| are| will be| has been| have been| stays?)?"
    "(?: all| both| now| already| just| always)? (?:locked|shut|closed|kept)"
    rf"{_IN_A_ROOM}|"
    r"\b(?:lock|shut|close|put|keep|kept)(?:ed|d|ting|ing)?(?: up)? (?:the|my|our|your|both|all)"
    rf"(?: \w+)? {_PET}{_IN_A_ROOM}|"
    r"\b(?:cars?|vans?|bikes?|bicycles?|scooters?|parcels?|mower) (?:is|are|was|got|'s)(?: \w+)? "
    r"(?:locked|shut|trapped|stuck) in(?:side)?(?: the| my| our)?(?: \w+)? (?:garage|cellar|"
    r"basement|shed|locker|car park)\b"
    r"(?!.{0,60}\b(?:in it|inside|child\w*|kids?|baby|dog|him|her|us)\b)|"
    r"\b(?:trapped|caught)[- ](?:finger|hand|foot|key|person|passenger)s?[- ](?:guards?|"
    r"protect\w+|sensors?|strips?|interlocks?|devices?|switch\w*|edges?|covers?|signs?|labels?)\b|"
    r"\b(?:anti[- ]?)?entrapment[- ](?:guards?|protect\w+|sensors?|strips?|devices?|edges?|"
    r"phones?)\b|"
    r"(?<!lift )(?<!elevator )(?<!cable )\b(?:car|van|truck|bike|scooter)(?: has| just)? "
    r"(?:broke|broken) down\b|"
    r"\b(?:stuck|caught|trapped) (?:in|at|on)(?: the| a| an| my| another| heavy| bad| last){0,2} "
    r"(?:traffic|jam|job|appointment|motorway|ring road)\b"
)

_ANIMAL = "(?:狗|犬|猫|宠物|毛孩子|兔子?|鹦鹉|仓鼠|柯基|泰迪|金毛)[狗子仔咪猫们]?"
_PLACE = (
    "(?:[主次侧]?卧室?|[客书厨][房厅]|厕所|卫生间|洗手间|浴室|阳台|[前后]?院子?|笼子?|窝|航空箱|"
    "房[间里内]?(?![顶车檐])|屋里?(?![顶檐])|里屋|隔壁房?间?|储[藏物][室间]|楼上|围栏)"
)
_IS_CALM = (
    "(?![和跟与])(?![^。]{0,20}(?:出不|打不开|开不了|热死|晒|喘|不动|缺氧|没气|救|惨叫|快不行|"
    "几天))"
)
_NOT_TOGETHER = "(?<![和跟与同及])(?<![和跟与同及].)(?<![和跟与同及]..)"
_OTHERS = "人手脚头腿指身孩娃宝老爸妈爷奶婴囡妇员师邻客友她他我哭喊"
_THING = (
    "(?:毛巾|浴巾|被子|床单|窗帘|门禁卡|卡片|快递|包裹|信件|雨伞|玩具|硬币|遥控器?|充电线|拖把|"
    "瓶盖|勺子|筷子|扫地机(?:器人)?|[树落]叶|石子|塑料袋|自行车|单车|脚踏车|行李箱?|手?推车|购物车|"
    "纸箱|箱子|椅子?|桌子|沙发|足球|羽毛球|风筝|拖鞋|帽子)"
)

_ABSENT = (
    "(?:(?<=[,。!?;:\\n])|^)(?:师傅|技师|本人|我|自己|今天|昨天|刚才|刚刚|刚|因为?|早上|上一?单|上午|下午|"
    "骑车|路上){0,4}(?![^。]{0,12}[血电火烟漏])"
    "(?:的?[左右]?(?:手指?|脚|腿|腰|胳膊|膝盖|肩膀?|手腕|脚踝|背|眼睛?|头)[^,。!?]{0,4}"
    "(?:受伤|伤|扭|崴|闪|骨折|烫|割|划|摔|砸|夹|肿)|(?:摔|跌|扭|崴|闪|烫|割|划|砸|撞|受)[伤到着了破]?|"
    "出了?车祸|中暑|发烧|头晕)"
    "[^,。!?]{0,6},?[^,。!?]{0,6}(?:[去来]不了|没法[去来干修]|不能[去来干]|过不[去来]|赶不[过到]|"
    "[做干修]不了(?![饭菜])|上不了班|请个?假|换[个别]?人|改派)"
    "(?![^。]{0,3}(?:医院|诊所|厕所|门口|楼|卫生间))"
)
_AS_EVER = (
    "(?:有人|邻居|楼[上下]|隔壁|对门|租客|住户|业主|他们?|小孩|年轻人)[^,。!?油气漏火]{0,6}[抽吸]烟"
    "(?![^。]{0,20}[油气漆火漏爆])|"
    "(?:烧烤|烤肉)[摊店]?的?[有油]{0,2}烟味?(?:太?大|很?重)?(?![^。]{0,12}[火管红])|"
    "(?:热水器|壁挂炉|锅炉|(?:起火)?灶[台具眼]?|炉[子具头]?)[^,。漏味]{0,4}[打点]不[着起燃]火?"
    "(?![^。]{0,20}[漏味嘶烟臭晕])|"
    "(?<!外)(?<!外墙)墙皮(?:有点|一直|在)?(?:脱落|剥落|掉[粉皮了]?(?![下落])|起泡|鼓包)"
    "(?![^。]{0,20}[砸块片人孩车])"
)

CHINESE = (
    f"{_ABSENT}|{_AS_EVER}|"
    f"{_NOT_TOGETHER}{_ANIMAL}(?:被?我|已经?|先|都|会|给|就|暂时|提前){{0,3}}(?:关|锁|困|拴|圈|放)"
    f"(?:好|着|起来)?了?[在到进入去]?了?{_PLACE}[里间内]?{_IS_CALM}|"
    f"{_PLACE}[里间内]?(?:关|锁|拴)[着了](?:[一两几]?[只条个]|我家的?)?{_ANIMAL}{_IS_CALM}|"
    f"{_THING}[^,。梯{_OTHERS}]{{0,3}}(?:卡|夹|绞|缠|锁|困|堵)[在到进住]了?"
    f"[^,。梯{_OTHERS}]{{1,8}}(?![^。]{{0,30}}[梯烟火{_OTHERS}])|"
    f"(?:衣服|袜子?|内衣)[^,。{_OTHERS}]{{0,3}}(?:卡|夹|绞|缠)[在到进住]了?(?:洗衣机|烘干机|衣柜|抽屉)"
    f"[^,。{_OTHERS}]{{0,6}}(?![^。]{{0,30}}[烟火{_OTHERS}])|"
    r"防(?:夹|卡|困|压|挤)手?(?:条|胶条|器|装置|感应\S?|光幕|功能|贴|垫|保护)|"
    f"(?<![火电缆吊])车子?被?(?:堵|困|锁|关)[在到]了?[^,。{_OTHERS}]{{0,4}}(?:车库|地库|车位|停车场|车棚)"
    f"[^,。{_OTHERS}]{{0,3}}(?:出不[来去])?(?![^。]{{0,20}}[火烟里{_OTHERS}])|"
    "(?:困|堵|卡|塞)在(?:高架|高速|路上|半路|车流|[上另别][一个的]?[单个家])(?![^。]{0,12}(?:火|烟|伤))|"
    f"(?:门?把手|拉手)(?=[^,。{_OTHERS}]{{0,8}}卡)|"
    "被困(?:报警|求助|呼叫)(?:按钮|装置|系统|电话|功能|器)(?![^。]{0,8}[响喊人])"
)
