### 调度台的页面：看板、报修单、指派、代客报修、平面图。

## 各页

desk-board = 看板
desk-all-sites = 全部项目
desk-wall-title = { $site } 报修看板
desk-wall-more = 还有 { $n } 单
desk-ticket = 报修单
desk-new = 代客报修
desk-search = 搜索
desk-search-hint = 单号、房号、内容
desk-queue-label = 按到期先后
desk-legend = 看图
desk-list-comma = 、
desk-by-itself = 自动
desk-by-dispatch = 派单

## 看板上的数

desk-count-open = 未完成
desk-count-on-hold = 其中暂停 { $n }
desk-count-next = 最近 { $at }
desk-count-within-hour = 一小时内
desk-count-longest = 最久 { $span }
desk-say-counts = 未完成 { $open }，已超时 { $breached }，快到期 { $risk }
desk-due-by = { $at } { $clock }
desk-due-none = 无时限
desk-nothing-open = 没有未完成的报修
desk-nothing-open-next = 有新的会自己出现。
desk-nothing-at-risk = 一小时内没有到期的
desk-nothing-breached = 没有超时的
desk-nothing-unassignable = 没有派不出去的
desk-nothing-unheard = 住户的话都有人回了
desk-unheard-sites = { $sites }：超时没有人会收到通知。
desk-unheard-sites-means = 请一位调度或主任在“我”里关注这个项目。
desk-road = 调度台办理
desk-wants-cancel = 住户想取消
desk-wants-cancel-since = { $at } 提出，师傅已在办。请您决定。

## 谁在办

desk-who-cancel = { $at } 提出，请决定
desk-who-unassignable = { $n } 位都不能，看原因
desk-who-no-crew = 这个项目没有师傅
desk-who-unheard = { $at } 起等回音
desk-who-asked = 问了{ $names }，{ $at } 前回答
desk-who-held = 已 { $span }
desk-who-held-by = { $name }，已 { $span }
desk-who-comes = { $name } · 约 { $at } 到
desk-who-has-it = { $name }
desk-who-was-there = { $name }来过，要再来

## 在岗的人

desk-crew-title = 在岗 { $n } 人
desk-crew-none = 现在没有人在岗
desk-crew-jobs = { $n } 单
desk-crew-next = 下一单 { $place }
desk-crew-to = 去 { $place }
desk-crew-there = 已到 { $place }
desk-crew-works = 修 { $place }
desk-crew-paused = 暂停 { $place }
desk-crew-asked = 等回答：{ $place }
desk-crew-elsewhere = 在别的项目
desk-crew-free = 空闲
desk-crew-until = 到 { $at }
desk-crew-all-day = 全天在岗

## 快捷键

desk-key-move = 上下
desk-key-open = 打开
desk-key-assign = 指派
desk-key-merge = 合并
desk-key-search = 搜索
desk-key-wall = 大屏
desk-key-all = 全部快捷键
desk-key-move-means = 下一单、上一单
desk-key-open-means = 打开这一单
desk-key-assign-means = 给这一单指派师傅
desk-key-merge-means = 把这一单合并到另一单
desk-key-search-means = 搜索报修单
desk-key-new-means = 代客报修
desk-key-wall-means = 看板换成大屏，再按一次回来
desk-key-all-means = 看这张表

## 列表

desk-site = 项目
desk-category = 类别
desk-priority = 优先级
desk-priority-usual = 按类别
desk-state = 状态
desk-nature = 性质
desk-nature-fault = 报修
desk-nature-complaint = 投诉
desk-nature-praise = 表扬
desk-nature-suggestion = 建议
desk-nature-enquiry = 咨询
desk-nature-request = 服务申请
desk-any = 不限
desk-order = 顺序
desk-order-newest = 新的在前
desk-order-due = 先到期的在前
desk-more-filters = 更多条件
desk-reference = 单号
desk-reference-hint = 如 DEMO-1042-K
desk-reporter = 报修人标识
desk-reporter-hint = 人员登记里的用户标识
desk-opened-from = 报修从
desk-opened-to = 报修到
desk-updated-from = 变动从
desk-updated-to = 变动到
desk-imported = 历史工单
desk-imported-yes = 只看历史
desk-imported-no = 不看历史
desk-imported-short = 历史
desk-imported-as = 旧系统单号 { $id }
desk-show = 显示
desk-clear-filters = 清空
desk-found-none = 没有这样的报修单
desk-found-none-next = 少选一个条件再试。
desk-next-due = 下一个到期
desk-opened = 报修
desk-export = 导出 CSV
desk-saved-lists = 存下的列表
desk-save-list = 存下这个列表，叫
desk-save-list-hint = 如：今天的漏水
desk-save = 存下
desk-forget-list = 不再保留“{ $name }”
desk-filter-name-needed = 给这个列表起个名字再存。
desk-filters-full = 最多存 { $n } 个列表，请先去掉一个。
desk-filters-wrong = 这些条件读不懂，请改一改再试。
desk-reference-misread = 没有这样的单号，有一位看错或听错了。请再核对一遍。

## 地点

desk-place-unit = { $building } { $unit }
desk-place-entrance-unit = { $building } { $entrance }单元 { $unit }
desk-place-unknown = 地点不详
desk-place-unit-label = 房号
desk-place-spot-label = 公共位置
desk-place-address-label = 地点补充
desk-place-candidates = 可能是：{ $places }
desk-no-spot = 不是公共位置

## 一张单

desk-no-words = 没有写内容
desk-reported = { $at } { $channel ->
    [phone] 电话报修
    [qr] 扫码报修
    [page] 网页报修
    [iot] 设备报修
    [inspection] 巡检报修
    [import] 导入
   *[other] 手机报修
  }
desk-entered-by = { $name }代报
desk-cycle = 第 { $n } 次
desk-unheard-for = 没人回应 { $span }
desk-needs-info = 待补充
desk-missing-answers = 还有 { $n } 个问题没有回答
desk-windows = 方便的时间：
desk-visit-offered-at = 已提议 { $start } 到 { $end } 上门，等住户回话
desk-visit-agreed-at = 约好 { $start } 到 { $end } 上门
desk-merged-into = 这一单已合并到 { $reference }。
desk-merged-open = 去看那一单
desk-call-back = 请回访。
desk-call-back-means = 住户给了低分。
desk-danger = 提到危险：
desk-holder-barred = { $name }现在不符合这一单的要求，看看要不要改派。
desk-contacts-away = 联系方式现在取不到。
desk-print = 打印
desk-clocks = 时限
desk-clocks-none = 这一单没有时限
desk-story = 经过
desk-for-staff = 只给内部看
desk-offers = 派单
desk-offers-none = 还没有问过谁
desk-messages = 通知
desk-messages-none = 还没有通知
desk-col-time = 时间
desk-col-whom = 给谁
desk-col-result = 结果
desk-col-message = 说了什么
desk-col-where = 哪里
desk-col-due = 到期
desk-col-who = 谁
desk-offer = { $state ->
    [accepted] { $at } 接单
    [declined] { $at } 不接
    [expired] 到 { $at } 没有回答
    [withdrawn] { $at } 收回
   *[open] 等回答，到 { $at }
  }
desk-offer-by = { $name }指派
desk-message-stale = 来不及说了，没有发
desk-message-read = { $at } 已读
desk-message-unread = 未读
desk-delivery = { $channel ->
    [email] 邮件
    [webhook] 回调
   *[other] { $channel }
  }{ $state ->
    [delivered] 已送达
    [failed] 没送到
    [dropped] 不再送
   *[other] 在送
  }

desk-clock-running = 最晚 { $due }。
desk-clock-late = { $due } 已到期，还没有做到。
desk-clock-kept = { $at } 做到，最晚 { $due }。
desk-clock-broken = { $at } 才做到，最晚是 { $due }。
desk-clock-paused = 现在不计时。
desk-clock-cancelled = 不再需要，不计。
desk-clock-pause = 不计时 { $span }：{ $reason ->
    [resolved] 已修好待确认
    [desk] 调度台办理
    [waiting_resident] 等住户
    [waiting_parts] 等配件
    [no_access] 进不了门
    [waiting_contractor] 等外单位
    [interrupted] 先去急修
   *[other] 暂停
  }。
desk-clock-pause-by = 不计时 { $span }：{ $reason ->
    [waiting_resident] 等住户
    [waiting_parts] 等配件
    [no_access] 进不了门
    [waiting_contractor] 等外单位
    [interrupted] 先去急修
   *[other] 暂停
  }，{ $who }暂停的。

## 经过

desk-story-opened = { $who }报修
desk-story-imported = { $who }从旧系统转入
desk-story-accepted = { $who }接单
desk-story-accepted-as-ticket = { $who }接单
desk-story-set-out = { $who }出发
desk-story-arrived = { $who }到场
desk-story-began = { $who }开始修
desk-story-started = { $who }开始办
desk-story-resumed = { $who }继续
desk-story-completed = { $who }完工
desk-story-follow-up = { $who }说要再来一次
desk-story-returned = { $who }退回
desk-story-withdrawn = 调度收回了{ $who }的派工单
desk-story-unassigned = { $who }不再负责，重新派单
desk-reason-assigned-to-other = 改派给了别人
desk-reason-windows-overlap = 和这位师傅约好的另一次上门时间冲突
desk-reason-technician-gone = 这位师傅不在岗了
desk-story-job-cancelled = 派工单取消
desk-story-earlier-work = 上一次的派工单有变动
desk-story-held = { $who }暂停：{ $reason ->
    [waiting_resident] 等住户
    [waiting_parts] 等配件
    [no_access] 进不了门
    [waiting_contractor] 等外单位
    [interrupted] 先去急修
   *[other] 没有写原因
  }
desk-story-released = { $who }恢复
desk-story-said = { $who }说
desk-story-answered = { $who }回复住户
desk-story-noted = { $who }记下
desk-story-wrote = { $who }写给住户
desk-story-photo = { $who }传了照片
desk-story-paper = { $who }传了文件
desk-story-urged = { $who }催单，第 { $times } 次
desk-story-danger = { $who }说到了危险
desk-story-amended = { $who }改了{ $what ->
    [title] 标题
    [description] 内容
    [place] 地点
    [preferred_windows] 方便的时间
    [answers] 回答
    [followers] 关注的人
   *[other] 报修单
  }
desk-story-reclassified = { $who }改了类别或优先级{ $priority ->
    [emergency] ，现在是紧急
    [urgent] ，现在是加急
    [normal] ，现在是普通
    [low] ，现在是低
   *[other] { "" }
  }
desk-story-merged = { $who }把 { $reference } 合并进来
desk-story-unmerged = { $who }把 { $reference } 拆了出去
desk-story-merged-into = { $who }合并到 { $reference }
desk-story-unmerged-again = { $who }拆出来，重新打开
desk-story-resolved = { $who }办结
desk-story-closed = { $who }确认修好
desk-story-expired = 到期无异议，关闭
desk-story-cancelled = { $who }取消
desk-story-reopened = { $who }重新打开
desk-story-cancel-asked = { $who }想取消
desk-story-cancel-refused = { $who }决定继续办
desk-story-visit = { $who }约好 { $start } 到 { $end } 上门
desk-story-visit-offered = { $who }提议 { $start } 到 { $end } 上门
desk-story-visit-cancelled = { $who }取消了上门
desk-story-rated = { $who }评价：速度 { $speed }，质量 { $quality }，态度 { $manner }
desk-story-other = { $who }有变动

## 派给谁

desk-work = 谁来修
desk-work-none = 没有派工单
desk-work-desk = 调度台办理，不派师傅
desk-work-minutes = 用时
desk-comes-at = 约 { $at } 到
desk-assign-title = 指派 · { $place }
desk-assign-who = 指派给谁
desk-assign-means = { $n } 位师傅，按合适程度排
desk-assign-all = 全部 { $n } 位，看原因
desk-assign-none = 现在没有能去的师傅
desk-assign-barred = 不能派，为什么
desk-assign-unable = 还有 { $n } 位不行
desk-assign-held = 这一单暂停着，恢复之前不派。
desk-assign-asked = { $by }派给了{ $name }，在等回答。
desk-assign-asked-until = 到 { $at }。再指派别人，就不再问{ $name }。
desk-assign-not-now = 这一单已有人负责，要改派请先收回。
desk-assign-unknown = 现在取不到人选，稍后自己出现。
desk-best = 最合适
desk-needs = 要：{ $skills }
desk-has-it = { $name }负责
desk-due-until = 最晚 { $at }
desk-force-title = 仍要派给{ $name }
desk-force-reason = 为什么
desk-force-means = 会记在这一单上，师傅也看得到。
desk-not-after-all = 算了

## 做什么

desk-do = 办理
desk-do-assign = 指派
desk-do-force = 仍要派…
desk-do-force-now = 仍要派
desk-do-withdraw = 收回派工单
desk-do-withdraw-offer = 收回邀约
desk-do-hold = 暂停
desk-do-release = 恢复
desk-do-visit = 约时间
desk-do-visit-cancel = 取消 { $start } 的上门
desk-do-classify = 改类别或优先级
desk-do-place = 改地点
desk-do-resolve = 办结
desk-do-reopen = 重新打开
desk-do-merge = 合并
desk-do-merge-into = 合并到 { $reference }
desk-do-unmerge = 拆出来
desk-do-cancel = 取消这一单
desk-do-refuse-cancel = 继续办
desk-do-report = 报修
desk-hold-reason = 等什么
desk-note = 说明
desk-reason = 原因
desk-classify-reason = 改优先级要写原因。
desk-visit-day = 哪天
desk-visit-start = 从
desk-visit-end = 到
desk-visit-means = 住户会收到提议，答应了或没有异议才算约好。
desk-resolve-note = 怎么办好的
desk-resolve-means = 不等师傅完工就办结，住户会收到这段话。
desk-cancel-means = 住户会收到这段话。
desk-reply = 回复
desk-reply-to = 回复{ $name }
desk-reply-who = 给谁看
desk-reply-public = 住户能看到
desk-reply-internal = 只给内部
desk-send = 发送

## 合并

desk-merge-title = 合并 { $reference }
desk-merge-means = { $reference } 会取消，报修的人会跟着另一单，收到它的消息。
desk-merge-none = 没有相似的报修单
desk-merge-others = 可能是同一件事
desk-merge-reference = 另一单的单号
desk-merge-not-now = 这一单现在不能合并。

## 代客报修

desk-person-guest = 扫码报修的访客
desk-person-caller = 来电报修的人
desk-caller-number = 来电号码
desk-caller-find = 查
desk-caller-which = 是哪一位
desk-caller-new = 这个号码没有登记。报修后会一起存下。
desk-caller-name = 怎么称呼
desk-number-wrong = 这不像电话号码，请核对。
desk-where = 房号
desk-where-hint = 公共位置不用填房号
desk-what = 什么事
desk-choose = 请选

## 平面图

desk-map-all = 全部
desk-map-emergencies = 只看紧急
desk-map-label = { $site }：未完成 { $tickets } 单，在岗 { $n } 人。旁边的表里是同样的内容
desk-map-places = 按楼栋
desk-map-building = { $building } · { $n } 单
desk-map-nowhere = 不在楼里 · { $n } 单
desk-map-more = 还有 { $n } 单

## 办好了

desk-said-answered = 已回复，住户会收到。
desk-said-noted = 记下了，只给内部看。
desk-said-held = 已暂停。
desk-said-released = 已恢复。
desk-said-cancelled = 已取消，住户会收到消息。
desk-said-goes-on = 继续办，住户会收到消息。
desk-said-resolved = 已办结，住户会收到消息。
desk-said-reopened = 已重新打开。
desk-said-unmerged = 已拆出来，重新打开。
desk-said-merged = 已合并，这是留下来的那一单。
desk-said-visit = 已向住户提议。
desk-said-visit-cancelled = 已取消上门，住户会收到消息。
desk-said-classified = 已改，时限按新的算。
desk-said-place = 地点已改。
desk-said-assigned = 已指派。
desk-said-assigned-other-hours = 已指派。住户要的不是这个时间，请先打个电话。
desk-said-asked-other-hours = 已派单，等师傅回答。住户要的不是这个时间，请先打个电话。
desk-said-asked = 已派单，等师傅回答。
desk-said-withdrawn = 已收回。
desk-said-no-job = 这一单没有要派的派工单。
desk-said-reported = 已报修。
desk-said-reported-as-new = 已报修，来电的人按新客登记：所选的人不在本站点这个号码之下，或者查得太久了。请重新查号码。
desk-said-reported-without-number = 已报修，但来电人的号码没有存下。
desk-said-maybe-twice = 已报修。之前可能报过同样的，看看要不要合并。
desk-said-filter-saved = 列表已存下。
desk-said-filter-deleted = 列表已去掉。

## 没有办成

desk-refused-step = 没有办成：这一单现在是{ $state ->
    [open] 等派单
    [assigned] 已接单
    [in_progress] 修理中
    [on_hold] 暂停
    [resolved] 待住户确认
    [closed] 已关闭
    [cancelled] 已取消
    [waiting] 等派单
    [offered] 派单中
    [accepted] 已接单
    [travelling] 在路上
    [on_site] 已到场
    [working] 修理中
    [paused] 暂停
    [completed] 已完工
   *[other] 别的状态
  }，不能这样做。
desk-refused-changed = 没有保存：您打开之后，这一单又改过。请看看现在的样子，再改一次。
desk-refused-meanwhile = 刚才：
desk-refused-look-again = 下面是现在的样子。
desk-refused-reason = 请写原因。
desk-refused-text = 请写内容。
desk-refused-note = 请写怎么办好的。
desk-refused-visit = 请选日期和时间，要晚于现在。
desk-refused-place = 请写房号、公共位置或地点。
desk-refused-category = 请选类别。
desk-refused-no-one = 请选一位师傅。
desk-refused-no-ticket = 没有这张报修单，请核对单号。
desk-refused-full = 没有办成：这一单的记录太长了，请另开一单。
desk-refused-many-duplicates = 没有合并：跟着那一单的人太多了。
desk-refused-too-late = 没有打开：办结超过十四天了，请另开一单。
desk-refused-no-visit = 没有约好的上门可以取消。
desk-refused-not-eligible = 没有指派：有规则不允许派给这位师傅，请看原因。
desk-refused-asked = 没有指派：{ $by }刚刚派给了{ $name }，在等回答。要改派，请再指派一次。
desk-refused-at-capacity = 没有指派：这位师傅刚刚接满了。
desk-refused-overlap = 没有指派：会和这位师傅约好的另一次上门撞上。
desk-refused-gone = 没有这张单，或不归您看。
desk-refused-forbidden = 您不能这样做。
desk-refused-wrong = 没有办成：有一处填得不对，请核对。
desk-refused-twice = 正在办，请等一下再看。
