### 住户的页面：报修、进度、消息、扫码。

## 人

resident-at = { $time }
resident-at-day = { $day } { $time }
resident-technician = 师傅

## 一个词

resident-pill-waiting = 正在安排
resident-pill-desk = 物业在办
resident-pill-answered = 已答复
resident-pill-accepted = 已接单
resident-pill-travelling = 师傅在路上
resident-pill-working = 修理中
resident-pill-hold = 暂停
resident-pill-your-turn = 等您回话
resident-pill-late = 晚了
resident-pill-confirm = 请您确认
resident-pill-closed = 已结单
resident-pill-cancelled = 已取消
resident-pill-merged = 已合并

## 一句话

resident-say-waiting = 正在安排师傅，最晚 { $by } 上门。
resident-say-waiting-again = 重新安排师傅，最晚 { $by } 上门。
resident-say-waiting-fixed = 正在安排师傅，最晚 { $by } 修好。
resident-say-waiting-visit = 约好 { $from } 到 { $to } 上门，正在安排师傅。
resident-say-waiting-plain = 正在安排师傅。
resident-say-unassignable = 暂时派不到师傅，调度正在想办法。
resident-say-asked = 想请您补充 { $n } 处，师傅好带对东西。
resident-say-visit-offered = 我们想 { $from } 到 { $to } 上门，可以吗？
resident-say-accepted = { $who }接单了，约 { $at } 到。
resident-say-accepted-due = { $who }接单了，最晚 { $by } 上门。
resident-say-accepted-visit = { $who }接单了，约好 { $from } 到 { $to } 上门。
resident-say-accepted-plain = { $who }接单了。
resident-say-travelling = { $home ->
    [yes] { $who }在路上，约 { $at } 到您家。
   *[no] { $who }在路上，约 { $at } 到。
  }
resident-say-travelling-due = { $who }在路上，最晚 { $by } 到。
resident-say-travelling-plain = { $who }在路上。
resident-say-arrived = { $who }到了，最晚 { $by } 修好。
resident-say-arrived-plain = { $who }到了。
resident-say-working = { $who }到了，正在修，最晚 { $by } 修好。
resident-say-working-plain = { $who }到了，正在修。
resident-say-late-waiting = 没有按时上门，对不起。调度正在找师傅。
resident-say-late-accepted = 没有按时上门，对不起。{ $who }接单了。
resident-say-late-travelling = 没有按时上门，对不起。{ $who }在路上。
resident-say-late-coming = 没有按时上门，对不起。{ $who }约 { $at } 到。
resident-say-late-working = 没有按时修好，对不起。{ $who }还在修。
resident-say-cancel-asked = 您想取消，物业在和师傅确认。
resident-say-hold = 先停一下，我们会告诉您什么时候继续。
resident-say-hold-visit = 先停一下，约好 { $from } 到 { $to } 再来。
resident-say-hold-you = 在等您回话。
resident-say-hold-you-note = 想请您定：{ $note }
resident-say-hold-no-access = { $at } 敲门没人应，您什么时候在？
resident-say-hold-parts = { $clock ->
    [stops] 在等配件，到货就来。时限先停。
   *[runs] 在等配件，到货就来。时限照算。
  }
resident-say-hold-parts-until = { $clock ->
    [stops] 在等配件，{ $at } 再来。时限先停。
   *[runs] 在等配件，{ $at } 再来。时限照算。
  }
resident-say-hold-contractor = { $clock ->
    [stops] 要请专业单位一起来，正在约。时限先停。
   *[runs] 要请专业单位一起来，正在约。时限照算。
  }
resident-say-hold-contractor-until = { $clock ->
    [stops] 要请专业单位一起来，约好 { $at }。时限先停。
   *[runs] 要请专业单位一起来，约好 { $at }。时限照算。
  }
resident-say-hold-interrupted = { $clock ->
    [stops] 师傅先去处理紧急情况，之后再来。时限先停。
   *[runs] 师傅先去处理紧急情况，之后再来。时限照算。
  }
resident-say-hold-interrupted-until = { $clock ->
    [stops] 师傅先去处理紧急情况，约 { $at } 再来。时限先停。
   *[runs] 师傅先去处理紧急情况，约 { $at } 再来。时限照算。
  }
resident-say-done = { $who } { $at } 修好了，您看好了吗？
resident-say-done-desk = { $at } 处理好了，您看好了吗？
resident-say-settled = { $at } 办好了，您看可以吗？
resident-say-closed = { $at } 修好，您已经确认。
resident-say-closed-settled = { $at } 办好，您已经确认。
resident-say-closed-unconfirmed = 没有收到异议，{ $at } 结单。
resident-say-closed-by-others = { $at } 结单。
resident-say-cancelled-own = 您 { $at } 取消了这张单。
resident-say-cancelled = 物业 { $at } 取消了这张单。
resident-say-merged = 和 { $reference } 是同一件事，合在一起办。
resident-say-history = 这是以前系统里的单子，{ $at } 结束。
resident-say-desk = 收到了，物业会答复您。
resident-say-desk-due = 收到了，最晚 { $by } 答复您。
resident-say-desk-thanks = 谢谢您，我们会转告。
resident-say-desk-answered = 物业 { $at } 答复了您，见下面。
resident-say-desk-late = 没有按时答复，对不起。我们在办。

## 进度

resident-step-received = 已收到
resident-step-accepted = 已接单
resident-step-travelling = 在路上
resident-step-working = 修理
resident-step-confirm = 您确认
resident-step-answered = 已答复
resident-step-settled = 您确认

## 承诺

resident-promise-response = 最晚答复
resident-promise-response-paused = 答复时限
resident-promise-answered = 已答复
resident-promise-arrival = 我们承诺最晚上门
resident-promise-arrival-paused = 上门时限
resident-promise-arrived = 已上门
resident-promise-resolution = 最晚修好
resident-promise-resolution-paused = 修好时限
resident-promise-fixed = 已修好
resident-promise-settle = 最晚办好
resident-promise-settle-paused = 办好时限
resident-promise-settled = 已办好
resident-promise-left = 还有 { $span }
resident-promise-over = 已晚 { $span }
resident-promise-stands = 先停
resident-promise-by = 承诺 { $by }
resident-promise-kept = 按时
resident-promise-late = 晚 { $span }

resident-clocks = 时限怎么算
resident-clock-running = { $clock ->
    [response] 答复：
    [arrival] 上门：
   *[resolution] 办好：
  }最晚 { $due }，正在计时。
resident-clock-late = { $clock ->
    [response] 答复：
    [arrival] 上门：
   *[resolution] 办好：
  }应该在 { $due } 前，晚了。调度看得到，会跟。
resident-clock-paused = { $clock ->
    [response] 答复：
    [arrival] 上门：
   *[resolution] 办好：
  }先停着，继续处理时接着算。
resident-clock-kept = { $clock ->
    [response] 答复：
    [arrival] 上门：
   *[resolution] 办好：
  }{ $at }，承诺 { $due } 前，按时。
resident-clock-broken = { $clock ->
    [response] 答复：
    [arrival] 上门：
   *[resolution] 办好：
  }{ $at }，承诺 { $due } 前，晚了。
resident-clock-cancelled = { $clock ->
    [response] 答复：
    [arrival] 上门：
   *[resolution] 办好：
  }不再需要，不计。
resident-clock-unknown = { $clock ->
    [response] 答复：
    [arrival] 上门：
   *[resolution] 办好：
  }以前的系统没有留下时间，不计。
resident-clocks-means = 时间从收到时算起。等配件、等您回话时停不停，由小区的规定决定；晚了会记下来，谁都改不了。
resident-clocks-none = 这张单没有时限。

## 经过

resident-line = 经过
resident-line-opened = 收到报修
resident-line-opened-emergency = 收到报修，按紧急处理
resident-line-opened-other = 收到
resident-line-imported = 从以前的系统接过来
resident-line-assigned = { $who }接单
resident-line-started = { $who }出发了
resident-line-unassigned = { $who }来不了，正在另找师傅
resident-line-follow-up = { $who }来过了，还要再来一次
resident-line-held = 暂停
resident-line-held-you = 暂停，等您回话
resident-line-held-parts = 暂停，等配件
resident-line-held-no-access = 敲门没人应，暂停
resident-line-held-contractor = 暂停，等专业单位
resident-line-held-interrupted = 暂停，师傅先去处理紧急情况
resident-line-released = 继续处理
resident-line-resolved = { $who }修好了
resident-line-settled = 物业办好了
resident-line-closed = 结单
resident-line-closed-own = 您确认好了
resident-line-closed-unconfirmed = 没有异议，结单
resident-line-reopened = 重新处理
resident-line-reopened-own = 您说没修好，重新处理
resident-line-merged = 和 { $reference } 合在一起
resident-line-joined = { $reference } 并到这里，一起办
resident-line-unmerged = 不是同一件事，分开处理
resident-line-cancelled = 物业取消了
resident-line-cancelled-own = 您取消了
resident-line-raised = 提到“{ $danger }”，按紧急处理
resident-line-reclassified = 物业改了类别或优先级
resident-line-amended = 物业改了内容
resident-line-amended-own = 您改了内容
resident-line-cancel-requested = 您想取消，等物业确认
resident-line-cancel-refused = 物业：继续办
resident-line-visit-offered = 物业想 { $from } 到 { $to } 上门
resident-line-visit-agreed = 约好 { $from } 到 { $to } 上门
resident-line-visit-cancelled = 取消了 { $from } 的上门
resident-line-photo = 物业加了照片
resident-line-photo-own = 您加了照片
resident-line-photo-technician = { $who }加了照片
resident-line-urged = 有人催了一次
resident-line-urged-own = 您催了一次
resident-line-rated = 您评了分：速度 { $speed }，质量 { $quality }，态度 { $manner }
resident-line-said-own = 您说
resident-line-said-technician = { $who }说
resident-line-said-staff = 物业说
resident-line-said-others = 一起报的人说
resident-before = 修前
resident-after = 修后
resident-photo-work = 师傅的照片
resident-photo = 照片
resident-done-what = 做了什么

## 等的时候

resident-meanwhile = 等的时候：
resident-advice-water = 先关总水阀，一般在水槽下面或表箱里，顺时针拧紧。地上有水时，别碰插座。
resident-advice-electric = 别碰冒烟、发烫的插座和电器，能拉总闸就先拉。地上有水时不要去拉。
resident-advice-gas = 别开关电器，别点火。开窗，关总阀，离开后再打电话。
resident-advice-lift = 困在里面时别扒门，按警铃，靠里站好。外面的人不要硬撬。
resident-advice-fire = 先离开，走楼梯，不坐电梯，打 119。
resident-advice-falling = 别从下面走，也别自己去扶。把人拦开。
resident-advice-person = 有人受伤、叫不应，先打 120。
resident-danger = 您说的像是有危险（{ $danger }），按紧急处理。

## 做什么

resident-urge = 催一下
resident-urge-again = { $by } 后可再催
resident-urged = 已催，调度会收到；已有师傅接单的，师傅也会收到。
resident-urged-already = 刚催过，调度已经知道了。
resident-call = 打给物业
resident-confirm = 是的，好了
resident-confirmed = 谢谢，已经结单。
resident-confirmed-already = 已经确认过了。
resident-not-fixed = 没有，还没好…
resident-closes = 不回答的话，{ $at } 自动结单。
resident-reopen-until = { $by } 前还可以说没修好。
resident-reopen = 没修好…
resident-reopen-title = 哪里还没好？
resident-reopen-hint = 师傅会按您写的再来。
resident-reopen-example = 比如：水管又在滴水
resident-reopen-send = 重新处理
resident-reopened = 收到，重新安排。
resident-reopened-already = 已经在重新处理了。
resident-cancel = 取消报修…
resident-cancel-title = 取消这张单？
resident-cancel-means = 取消后师傅不来了。要再修，重新报一次就行。
resident-cancel-means-desk = 取消后物业不再处理。要再说，重新写一次就行。
resident-cancel-asks = 师傅已经出发或在修，取消要物业和师傅确认一下。
resident-cancel-reason = 为什么取消？
resident-cancel-reason-example = 比如：自己修好了
resident-cancel-send = 取消报修
resident-cancel-keep = 不取消
resident-cancelled = 已取消。
resident-cancel-sent = 已转给物业，确认后告诉您。
resident-cancelled-already = 已经取消了。
resident-comment = 补充一句
resident-comment-example = 比如：门开着，直接进来
resident-comment-send = 发送
resident-comment-photo = 加照片
resident-commented = 已发送。
resident-follow = 有进展告诉我
resident-unfollow = 不再告诉我
resident-followed = 有进展会告诉您。
resident-unfollowed = 不再告诉您。
resident-share = 给家人看…
resident-share-title = 给在家的人
resident-share-means = 有这个链接的人不用登录，就能看这一张单，补充、约时间、确认。只发给您放心的人。
resident-share-copy = 长按或选中，复制发给对方
resident-share-until = 有效到 { $by }

resident-appoint = 改上门时间
resident-appoint-first = 约上门时间
resident-appoint-title = 什么时候方便？
resident-appoint-day = 哪一天
resident-appoint-from = 几点起
resident-appoint-to = 到几点
resident-appoint-send = 就这个时间
resident-appointed = 约好了。
resident-appoint-now = 现在约的是 { $from } 到 { $to }
resident-appoint-agree = 可以
resident-appoint-other = 换个时间
resident-appoint-cancel = 不约时间了
resident-visit-cancelled = 取消了上门时间，单子还在办。
resident-calendar = 加到日历
resident-calendar-summary = 师傅上门：{ $what }
resident-calendar-text = 单号 { $reference }

resident-asked = 请您补充
resident-asked-why = { $why ->
    [not_a_number] 要写一个数字
    [too_small] 数字太小了
    [too_large] 数字太大了
    [not_an_option] 请选一项
    [not_a_photo] 要一张照片
   *[unanswered] 还没有填
  }
resident-asked-send = 补上
resident-answered = 谢谢，已经转给师傅。
resident-hold-answer = 您的回话

resident-rate = 这次怎么样？
resident-rate-speed = 速度
resident-rate-quality = 质量
resident-rate-manner = 态度
resident-rate-words = 还想说什么
resident-rate-send = 评分
resident-rated = 谢谢您的评分。
resident-rated-low = 谢谢您直说，物业会给您回电。
resident-rated-is = 您评了：速度 { $speed }，质量 { $quality }，态度 { $manner }

## 这张单

resident-ticket = 报修单
resident-reference = 单号
resident-place = 地点
resident-kind = 类别
resident-site = 小区
resident-building-unit = { $building } { $unit }
resident-building-entrance-unit = { $building } { $entrance }单元 { $unit }
resident-merged-see = 看 { $reference }

## 刚送出

resident-sent = 已送出。
resident-sent-photos = 照片没有全部收下
resident-sent-photo = 照片
resident-sent-photos-again = 报修已经送出。可以在下面换一张再补。
resident-photo-too-large = 这张照片 { $size } MB，最大 { $limit } MB。
resident-photo-too-many = 一次最多 { $limit } 张。
resident-photo-full = 这张单已经有 8 张了。
resident-photo-not-one = 不是照片，也不是 PDF。
resident-photo-broken = 打不开，可能没有传完。
resident-photo-pixels = 像素太多了，请换一张小的。
resident-photo-later = 暂时没有收下，请稍后再补。
resident-alike = 是不是同一件事？
resident-alike-own = 您 { $at } 报过：{ $reference }
resident-alike-other = 有人 { $at } 报过：{ $reference }
resident-alike-use-own = 是，用那一张
resident-alike-same = 是同一件事
resident-alike-not = 不是，是另一件
resident-alike-comment = 和 { $reference } 是同一件事。
resident-alike-told = 告诉物业了，会合在一起办。
resident-alike-kept = 好的，分开办。
resident-alike-reason = 和 { $reference } 重复

## 首页

resident-home = 我的家
resident-hello = { $name }，您好
resident-hello-plain = 您好
resident-report = 报修
resident-report-go = 我要报修
resident-open = 正在办
resident-open-none = 没有正在办的单子
resident-open-none-next = 有东西坏了，拍张照就行。
resident-recent = 最近办完
resident-all = 全部报修单
resident-tickets = 我的报修单
resident-tickets-none = 还没有报修单
resident-tickets-living = 正在办
resident-tickets-over = 办完的
resident-tickets-everything = 全部
resident-unread = { $n } 条新消息

## 报修

resident-photo-title = 哪里坏了？拍给师傅看
resident-photo-first = 拍照或选一张照片
resident-photo-why = 看得见，师傅就带得对
resident-photo-hint = 照片传不上也没关系，报修会先送出，照片随后补上。
resident-photo-kept = 已存好
resident-photo-remove = 去掉这张
resident-category = 是哪一类？
resident-category-more = 其他类别
resident-category-desk = 不是报修：投诉、表扬、建议、咨询
resident-question-photo = 加一张
resident-question-range = { $min } 到 { $max }
resident-where = 在哪里？
resident-where-home = 我家 { $place }
resident-where-scanned = 扫的码：{ $place }
resident-where-last = 上次：{ $place }
resident-where-other = 别处…
resident-where-scan-hint = 扫门上、电梯里的二维码，地点就填好了。
resident-where-building = 楼栋
resident-where-unit = 房号
resident-where-unit-example = 比如：1202
resident-where-spot = 公共地方
resident-where-words = 或者用自己的话说
resident-where-words-example = 比如：3号楼后面的路灯
resident-where-none = 不选
resident-text = 一句话说明
resident-text-example = 比如：厨房水管爆了，水漫到走廊
resident-access = 师傅怎么进门？
resident-access-any = 都行
resident-access-call = 先打电话
resident-access-knock = 敲门，家里有人
resident-access-key = 没人在，问物业拿钥匙
resident-access-said-call = 上门前请先打电话。
resident-access-said-knock = 家里有人，敲门就行。
resident-access-said-key = 家里没人，请向物业拿钥匙。
resident-danger-hint = 有人受困、闻到燃气、着火：先离开，再打电话。
resident-send = 送出报修
resident-choose-site = 哪个小区？

resident-kept-means = 没有信号，有信号就自动发。这页可以关，下次打开会接着发。
resident-kept-n = { $n } 份报修待发送
resident-kept-away = 现在收不了，已存在手机里，恢复后自动发。
resident-kept-signed-out = 登录已经结束，已存在手机里，重新登录后自动发。
resident-kept-sign-in = 登录
resident-kept-refused = 没有发成功：
resident-kept-large = 内容太大，半路被拦下了。请少带几张照片再报一次，或打电话给物业。
resident-kept-unsaid = 半路被拦下了，没有说明原因。请再试一次，最好换个网络，或打电话给物业。
resident-kept-again = 再试一次
resident-kept-drop = 不发了
resident-kept-sent = 已送出
resident-no-script-away = 现在送不出去，您写的都在下面。请过几分钟再按一次，不会报两次；急事请打电话。

## 填错了

resident-wrong-category = 请选一类。不确定就选“其他”。
resident-wrong-text = 请写一句话，或拍一张照片。
resident-wrong-text-long = 太长了：{ $n } 个字，最多 { $limit } 个。
resident-wrong-place = 请说在哪里。
resident-wrong-place-long = 地点太长了，最多 { $limit } 个字。
resident-wrong-code = 没有这个位置码，可能换过了。请另选地点。
resident-wrong-answer = 这个回答太长了，最多 { $limit } 个字。
resident-wrong-reason = 请写一下原因。
resident-wrong-marks = 三项都请打分。
resident-wrong-day = 请选哪一天、几点到几点。
resident-wrong-day-past = 这个时间已经过了。
resident-wrong-day-order = 结束要晚于开始。
resident-wrong-day-far = 最远只能约一年之内。
resident-wrong-comment = 请写一句话，或加一张照片。

## 不行

resident-no-illegal = 现在做不了这一步：单子已经变了，请看上面的进展。
resident-no-full = 这张单写满了，请另报一张。
resident-no-too-late-reopen = 已经过了 14 天，不能重新处理了。请重新报修。
resident-no-too-late-rate = 已经过了 30 天，不能评分了。
resident-no-rated = 这次已经评过分了。
resident-no-not-reporter = 只有报修的人可以评分。
resident-no-yourself = 这是您自己办结的，要由别人确认和评分。
resident-no-visit = 没有待您确认的上门时间。
resident-no-changed = 单子刚刚有变化，请再看一眼。
resident-no-only-read = 这张单您可以看，不能改。
resident-no-many = 关注的人太多了，加不上。
resident-no-busy = 请求太多了，过几秒再试。

## 消息

resident-inbox = 消息
resident-inbox-none = 还没有消息
resident-inbox-none-next = 有进展会告诉您。
resident-inbox-unread = 新
resident-inbox-read = 标为已读
resident-inbox-read-all = 全部标为已读
resident-inbox-old = 已失效

## 链接

resident-link-stranger = 这是给您的链接，不用登录。
resident-link-old = 链接失效了
resident-link-old-means = 可能过期、换过，或没有复制完整。请向发给您的人再要一个，或打给物业。

## 扫码

resident-scan-title = 扫码报修
resident-scan-what = 这里是
resident-scan-report = 这里坏了？说一声就行，不用登录。
resident-scan-name = 怎么称呼您
resident-scan-phone = 电话
resident-scan-phone-hint = 师傅找不到地方时打给您，不作他用
resident-scan-sent = 收到了。这一页就是进度，请收藏或截图。
resident-scan-limit = 这里刚收到好几份报修。请过一会儿再试，急事请打电话。
resident-scan-unknown = 没有这个位置码
resident-scan-unknown-means = 标签可能换过了。请从别的标签扫，或打给物业。
resident-scan-phone-wrong = 请再看一下电话号码。
resident-scan-away = 现在收不了报修。请过几分钟再试，急事请打电话。

## 标签

resident-labels = 标签
resident-labels-title = 位置标签
resident-labels-means = 贴在门边、电梯里、设备上。扫一下就知道是哪里，可以直接报修。
resident-labels-spots = 公共地方
resident-labels-buildings = 楼栋
resident-labels-units = 房号
resident-labels-print = 打印这一页
resident-labels-print-means = 用浏览器的打印功能，A4 纸，不缩放，每页 { $n } 张。
resident-labels-poster = 海报
resident-labels-poster-of = 做成海报
resident-labels-none = 没有这样的地方
resident-labels-none-next = 在“设置”里加楼栋和公共地方，就有标签。
resident-labels-revoke = 换码
resident-labels-revoke-means = 标签丢了或被人抄走时换一个码，旧的马上失效。
resident-labels-revoked = 换好了，请重新打印这一张。
resident-label-scan = 扫码报修
resident-label-scan-means = 不用登录
resident-poster-title = 哪里坏了？扫一下
resident-poster-1 = 打开微信或相机，扫码
resident-poster-2 = 拍一张，写一句
resident-poster-3 = 马上看到谁来、几点到
resident-poster-urgent = 有人受困、闻到燃气、着火：先离开，再打电话。
resident-poster-code = 位置码 { $code }
