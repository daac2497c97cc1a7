# Words of all pages: the frame, states, parts.

language-zh-cn = 中文
language-en = English

frame-name = Fettle
frame-skip = 跳到正文
frame-back = 返回
frame-navigation = 主导航
frame-parts = 本页各部分

nav-home = 首页
nav-my-tickets = 报修单
nav-inbox = 消息
nav-me = 我
nav-today = 今天
nav-pool = 抢单
nav-board = 看板
nav-tickets = 报修单
nav-map = 平面图
nav-messages = 通知
nav-people = 人员
nav-manager = 主任
nav-compliance = 服务承诺
nav-report = 报告
nav-labels = 位置标签
nav-import = 导入
nav-endpoints = 回调地址
nav-dead-letters = 死信
nav-settings = 设置

role-resident = 业主
role-technician = 师傅
role-dispatcher = 调度
role-manager = 主任
role-admin = 管理员
role-integration = 系统

priority-emergency = 紧急
priority-urgent = 加急
priority-normal = 普通
priority-low = 低

state-open = 等派单
state-assigned = 已接单
state-in-progress = 修理中
state-on-hold = 暂停
state-resolved = 待住户确认
state-resolved-asks = 请您确认
state-closed = 已关闭
state-cancelled = 已取消

hold-waiting-parts = 等配件
hold-waiting-resident = 等住户
hold-no-access = 进不了门
hold-waiting-contractor = 等外单位
hold-interrupted = 先去急修

job-waiting = 等派单
job-offered = 派单中
job-accepted = 已接单
job-travelling = 在路上
job-on-site = 已到场
job-working = 修理中
job-paused = 暂停
job-completed = 已完工
job-follow-up = 要再来
job-cancelled = 已取消

warned-at-risk = 快到期
warned-breached = 已超时
warned-unassignable = 无人可派
warned-unheard = 没人回应

clock-response = 响应
clock-arrival = 上门
clock-resolution = 修好
clock-update = 回音

span-minutes = { $n } 分
span-days = { $n } 天
span-left = 剩 { $span }
span-over = 超 { $span }
unit-seconds = 秒
unit-minutes = 分

live-now = 实时
live-stale = 断开了，这是 { $clock } 的样子，正在重连
live-fetching = 正在取

form-working = 正在送出
form-unsent = 没有送出：网络不通。您写的都还在，请再按一次。
form-untaken = 没有送出：现在收不了。您写的都还在，请过一会儿再按。
form-optional = （可不填）
form-wrong =
    { $n ->
       *[other] 有 { $n } 处要改：
    }
dialog-close = 关闭

photo-alt = 照片
photo-document = 文件
timeline-earlier = 记录很长，更早的没有显示。
photo-take = 拍照或选一张照片
photo-more = 再加一张

rate-1 = 很差
rate-2 = 较差
rate-3 = 一般
rate-4 = 好
rate-5 = 很好
rate-hint = 1 到 5 星

count-less = { $what }少一个
count-more = { $what }多一个

steps-label = 进度
scroll-label = 可左右滑动
pager-label = 翻页
pager-newer = 上一页
pager-older = 下一页
paper-printed = { $at } 打印 · { $who }

theme-auto = 跟随系统
theme-light = 浅色
theme-dark = 深色

strip-running = { $name }：剩 { $left }
strip-paused = { $name }：暂停中，已计 { $counted }
strip-late = { $name }：已超时 { $over }
strip-met = { $name }：按时，用了 { $counted }
strip-met-late = { $name }：晚了 { $over }
strip-cancelled = { $name }：已取消，不计
strip-unknown = { $name }：没有时限
strip-paused-for = （暂停过 { $paused }）
strip-short-paused = 暂停
strip-short-late = 晚 { $span }
strip-short-met = 按时
strip-short-cancelled = 不计
legend-counted = 已计时
legend-paused = 暂停
legend-left = 剩余
legend-over = 超时
legend-promise = 承诺
legend-now = 现在

ring-seconds = 还剩 { $n } 秒
ring-minutes = 还剩 { $n } 分

plan-way-now = 现在要走
plan-way-later = 之后
plan-busy = 有活的师傅
plan-free = 空闲的师傅
plan-means = 形状是优先级，颜色是承诺
chart-goal = 目标 { $goal }

away-tickets = 报修服务没有回应。
away-tickets-means = 恢复后自动显示，不用刷新。
away-dispatch = 派单服务没有回应。
away-dispatch-means = 报修照收，恢复后自动派单。
away-sla = 时限服务没有回应。
away-sla-means = 时限照计，恢复后自动显示。
away-notify = 通知服务没有回应。
away-notify-means = 消息会排队，恢复后补发。
away-unknown = 不知道办成没有。请先看看有没有变化，再决定要不要重来。
unsent = 没有送出
work-checked = 检查清单
work-not-done = 没有做
unsent-means = 现在收不了。您写的都在下面，请过几分钟再按一次，不会算两次。
unsent-signed-out = 登录已经结束，所以没有收下。您写的都在下面：先登录，再回到本页按一次。
unsent-sign-in = 登录（在新标签页打开）
unsent-foreign = 没有收下：那一页打开之后您重新登录或退出过，或者放得太久了。写的内容在下面，是您写的就再按一次。
unsent-other-role = 没有收下：那一页不归现在登录的账号办。写的内容在下面：用写它的账号登录，再回到本页按一次。
unsent-as = 现在登录的是 { $name }。
unsent-photos = 照片要重新选。
unsent-again = 再送一次
