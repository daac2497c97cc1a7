"""Shut in, trapped, stuck: people who are, and pets, keys and parts of which it is only said."""

import pytest

from services.tickets.domain.danger.words import USUAL_DANGER_WORDS, words_of_danger

CALM = (
    "Trapped finger guard fitted",
    "The finger guard on the nursery door has come loose",
    "Anti-trap strip on the garage door needs a new screw",
    "The dog is locked in the bedroom, you can come straight in",
    "The cat is shut in the bathroom so she won't run out, please just ring",
    "Our rabbit will be shut in its cage when your technician comes",
    "My key is stuck in the letterbox lock, it will not turn",
    "A sock got trapped in the washing machine door and now it won't drain",
    "There is air trapped in the radiator, it gurgles",
    "Mouse caught in the trap under the sink, please take it away",
    "狗关在房间了",
    "猫我锁在卧室里了，不会跑出来",
    "我把狗关阳台了，您放心修",
    "来之前说一声，我把两只猫关进笼子",
    "钥匙卡在信箱锁里拔不出来",
    "衣服卡在洗衣机门缝里，门打不开",
    "树叶卡在电梯门槽里，关门有响声",
    "防夹手条已经装好了",
    "门上的防夹胶条掉了一截，请补一下",
    "老鼠被夹住了，在橱柜下面，麻烦来收一下",
    "狗關在房間了",
    "貓咪先關在籠子裡，師傅可以直接進門",
    "我把狗鎖在陽台，不用怕",
    "鸚鵡關在鳥籠裡，來修的時候會叫",
    "鑰匙卡在鎖孔裡轉不動",
    "襪子卡在洗衣機的門裡",
    "門縫的防夾條裝好了，謝謝",
    "電梯門的防夾感應條鬆了",
    "鐵捲門的防壓裝置該檢查了",
    "老鼠被黏鼠板黏住了，請來收",
)
DANGEROUS = (
    "My son's finger is trapped in the door, the guard is missing",
    "The child safety gate jammed and her arm is stuck in it, she is screaming",
    "A little boy has his hand caught between the lift doors",
    "I am shut in the bathroom, the handle came off and nobody is home",
    "The dog got out, but my daughter is locked in the bedroom and cannot get out",
    "Key snapped in the lock and my mother is locked in, she can't get out",
    "The cleaner is locked in the bin store and has been banging for ten minutes",
    "Someone is trapped under the roller shutter, it came down on him",
    "We are locked in the underground garage, the gate does not open",
    "My grandmother is stuck in the bathtub and can't get up",
    "孩子被关在房间里出不来，门把手掉了",
    "狗跑出来了，孩子还被锁在房间里",
    "手被防夹门夹住了，拔不出来",
    "钥匙断在锁里，老人被锁在屋里了",
    "保洁阿姨被关在垃圾房里，一直在拍门",
    "小孩的头卡在阳台栏杆里了",
    "卷帘门掉下来把人压住了",
    "我在卫生间出不来，锁坏了，家里没别人",
    "孩子的手指夹在电梯门缝里，哭得厉害",
    "门反锁了，奶奶一个人在里面喊救命",
    "媽媽被關在浴室裡，門鎖壞了出不來",
    "小孩手指被門夾住，拔不出來",
    "工人被鐵捲門壓住了",
    "我被鎖在頂樓，門打不開，沒有別的路下去",
    "狗在電梯裡，人也關在裡面，門打不開",
    "阿公在房間裡跌倒，門反鎖叫不應",
    "小朋友的腳卡在電扶梯裡",
    "清潔阿姨被關在機房裡敲門",
    "弟弟頭卡在欄杆中間",
    "女兒把自己反鎖在廁所，一直哭",
)


CALM_AS_WELL = (
    "The dogs are shut in the utility room, go straight through",
    "I've locked the dog in the kitchen for your visit",
    "Please keep your pets locked in a room when we come",
    "Car is shut in the garage because the motor is dead, no hurry",
    "房里关着狗，别开那扇门",
    "两条狗都锁在后院了",
    "快递被锁在柜子里打不开",
    "毛巾夹在柜门里",
    "被困报警按钮的灯不亮",
    "貓先關在房裡",
    "The anti-entrapment sensor on the car park gate blinks",
    "小猫被我关进航空箱了",
    "扫地机器人卡在沙发底下",
    "把手里面的弹簧卡住了",
    "car broke down",
    "I am stuck at another job",
    "caught in traffic",
    "困在高架上",
    "Trolley trapped between two parked cars",
    "a shopping trolley is wedged under the ramp",
    "The ball is stuck under a parked car again",
    "手推车卡在两辆车中间",
    "购物车夹在花坛和车之间",
    "手推車被卡在兩台車中間",
    "手受伤了去不了",
    "我脚崴了，今天来不了",
    "发烧了，去不了，请换人",
    "手受傷了去不了",
    "I sprained my ankle and can't make it",
    "broke my leg, can't come on Friday",
    "车被堵在车库出不来",
    "I've hurt my back on the last job, I can't do this one",
)
"""Of those that the rules for the others were tried on."""
DANGEROUS_WITH_THEM = (
    "The dog is locked in the bedroom with my toddler and the handle came off",
    "My son and the dog are shut in the bathroom",
    "The dog is locked in the car and panting, it is 35 degrees",
    "There's a dog locked in the store room, it's barking all night",
    "the dog is shut in the kitchen and it smells of gas",
    "the lift car broke down with two people inside",
    "狗和孩子都被锁在房间里了，钥匙在里面",
    "孩子和小狗关在厕所里了",
    "狗锁在房车里，热得直喘",
    "狗關在房間，房間冒煙",
    "裙子卡在扶梯里了，人被拖着",
    "快递锁在柜子里，小孩也钻进去了出不来",
    "My son is trapped between two parked cars",
    "The lift is stuck with my mother and her trolley in it",
    "老人腿摔伤了，去不了医院",
    "手触电了，去不了",
    "I fell and broke my hip and can't come to the door",
    "I burned my hand on a live wire, I can't finish the job",
)
"""What stands beside pets and things is read all the same."""


@pytest.mark.parametrize("text", [*CALM, *CALM_AS_WELL])
def test_pets_doors_keys_and_parts_are_none(text: str) -> None:
    assert words_of_danger(USUAL_DANGER_WORDS, text) == ()


@pytest.mark.parametrize("text", [*DANGEROUS, *DANGEROUS_WITH_THEM])
def test_people_who_are_shut_in_or_caught_are(text: str) -> None:
    assert words_of_danger(USUAL_DANGER_WORDS, text)
