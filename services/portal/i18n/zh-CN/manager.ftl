# 主任的页面：答应了什么，做到了多少。

manager-today = 今天
manager-print = 打印
manager-csv = CSV
manager-month = { $year } 年 { $month }
manager-earlier-month = 上个月
manager-later-month = 下个月
manager-month-head = 月份
manager-which-clock = 看哪个时限
manager-to-compliance = 本月全部数字

manager-reported = 报修
manager-reported-today = 今天 { $n } 单
manager-open-now = 未解决
manager-month-before = 上月 { $n }
manager-kept-in-time = { $clock }按时
manager-before = 上月 { $percent }%
manager-goal = 目标 { $goal }%
manager-none-decided = 还没有到期的
manager-none-decided-of = 这个月还没有到期或完成的{ $clock }时限。
manager-of = { $of } 单中 { $n } 单

manager-finding-none = { $month }的时限都还没有结果。
manager-finding-kept = { $month }达标：最低的{ $clock }按时 { $percent }%。
manager-finding-below = { $month }{ $clock }按时 { $percent }%，目标 { $goal }%。
manager-finding-below-most = { $month }{ $clock }按时 { $percent }%，低于目标 { $goal }%；{ $category }超时最多，{ $n } 次。
manager-trend-label = 截至{ $month }各月的按时率，数字见旁边的表。
manager-trend-table = 各月按时率
manager-by-category = 各类别{ $clock }超时率，{ $category }最高
manager-bars-label = 各类别{ $clock }超时率，数字见旁边的表。
manager-category-table = 按类别，{ $clock }时限，{ $month }
manager-by-priority = 按优先级，{ $clock }时限
manager-by-site = 按项目，{ $clock }时限
manager-why-broken = { $clock }超时 { $n } 次，为什么
manager-none-broken = 没有超时的。
manager-how-counted = 怎么算的
manager-imported = 原系统的历史
manager-behind = 有 { $n } 单刚有变化，还没有计入，稍后就好。

manager-category = 类别
manager-priority = 优先级
manager-clock = 时限
manager-ticket = 报修单
manager-share = 按时率
manager-took = 平均用时
manager-late = 平均超时
manager-late-by = 超了
manager-paused-share = 暂停占比
manager-due = 应在
manager-stopped = 完成
manager-still-waited-for = 还在等
manager-why = 原因
manager-times = 次数
manager-mostly = 多在

manager-outcome-kept = 按时
manager-outcome-broken = 超时
manager-outcome-running = 计时中
manager-outcome-paused = 暂停
manager-outcome-cancelled = 不再需要
manager-outcome-unknown = 未知

manager-cause-on-hold = 暂停了，但不停表
manager-cause-at-desk = 在调度台
manager-cause-reopened = 解决后又重开
manager-cause-not-taken = 没有师傅接单
manager-cause-not-there = 师傅还没到场
manager-cause-not-done = 师傅到了，没修好
manager-cause-unknown = 原因未知

manager-opened-between = { $first } 至 { $last } 的报修
manager-no-promises = 这段时间里没有这样的时限。
manager-all-broken = 全部超时的

manager-broken-today = 今天超时的
manager-none-broken-today = 今天的时限都守住了
manager-handed-out-today = 今天的派单
manager-handed-out = 派单情况
manager-jobs = 派工单
manager-at-first = 首次派单即接
manager-offers-a-job = 每单派出次数
manager-minutes-to-accept = 到接单平均用时
manager-declined = 不接
manager-expired = 超时未答 { $n }
manager-assigned = 调度指派
manager-returned = 退回
manager-completed = 完工
manager-follow-ups = 需再来 { $n }
manager-unassignable = 无人可派

manager-period-today = 今天
manager-period-week = 本周
manager-report-today = { $day } 日报
manager-report-week = { $first } 至 { $last } 周报
manager-report-promised = 报修 { $n } 单，时限结果如下
manager-report-why = 为什么超时
manager-report-categories = 按类别
manager-report-broken = 超时的每一项
manager-report-only = 只列最近 { $n } 项。
