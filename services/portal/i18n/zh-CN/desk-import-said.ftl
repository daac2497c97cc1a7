# 清单里哪里不对、怎么改，由服务给出代码。

desk-import-column-building = 楼栋
desk-import-column-entrance = 单元
desk-import-column-room = 房号
desk-import-column-id = 编号
desk-import-column-name = 姓名
desk-import-column-phone = 手机
desk-import-column-email = 邮箱
desk-import-column-roles = 角色
desk-import-column-until = 迁出日期
desk-import-column-skills = 技能
desk-import-column-certificate = 证书
desk-import-column-expires-on = 有效期至
desk-import-column-shift = 班次
desk-import-column-date = 日期
desk-import-column-start = 上班
desk-import-column-rating = 评分
desk-import-column-reporter-id = 报修人编号
desk-import-column-resolved-at = 完成时间
desk-import-column-cancelled-at = 取消时间

desk-import-said-missing = 没有填，请补上。
desk-import-said-too-long = 有 { $chars } 个字，最多 { $most } 个。
desk-import-said-no-number = 不是数字，请写成 89.5 这样。
desk-import-said-no-whole-number = 不是整数。
desk-import-said-too-small = 不能小于 { $least }。
desk-import-said-too-large = 不能大于 { $most }。
desk-import-said-no-flag = 请写“是”或“否”，也可以打 √ 或 ×。
desk-import-said-no-choice = 不认识，可以写：{ $known }
desk-import-said-no-date = 不是日期，或没有这一天，请写成 2026-01-31。
desk-import-said-no-likely-date = 年份要在 1900 到 2199 之间。
desk-import-said-no-email = 不是邮箱地址，请写成 wang@example.com 这样。
desk-import-said-no-phone = 不是电话号码，请写成 138 0013 8000 或 +852 2123 4567。
desk-import-said-no-chinese-phone = 不是国内号码：手机 11 位，座机要带区号；境外号码要带国家代码，如 +852 2123 4567。
desk-import-said-no-e164 = 带国家代码的号码要有 7 到 15 位数字，如 +8613800138000。
desk-import-said-several-numbers = 写了几个号码，请只留一个。
desk-import-said-shortened = 被表格软件缩写了。请把这一列设为文本，再重新填。
desk-import-said-made-a-date = 被表格软件当成了日期（1-2 会变成 1月2日）。请把这一列设为文本，再重新填。
desk-import-said-lost-zero = 可能丢了前面的 0：{ $sample } 就有。请把这一列设为文本，写成 { $whole }，或把别的 0 去掉。
desk-import-said-doubtful-blank = 是空的，不一定和上一行相同，请每行都写上。
desk-import-said-broken-quotes = 这一行的引号不成对。
desk-import-said-width-differs = 这一行有 { $values } 个值，表头有 { $columns } 列。
desk-import-said-twice = 重复了，第 { $rows } 行也有。
desk-import-said-twice-and-more = 重复了，第 { $rows } 行等也有。
desk-import-said-no-person = 没有编号，也没有手机，认不出是谁。请至少写一个。

desk-import-said-same-unit = 第 { $rows } 行都是 { $unit }，请只留一行。
desk-import-said-too-many-buildings = 一个项目最多 { $most } 栋楼。
desk-import-said-too-many-units = { $building } 栋最多 { $most } 户，请把其余的写成另一栋，如 { $building }B。
desk-import-said-missing-building = 没有写是哪一栋楼。
desk-import-said-several-buildings = 可能是 { $buildings } 中的一栋，请写楼栋的编号。
desk-import-said-no-building-code = 楼栋要用数字、字母或汉字，最多 20 个字。
desk-import-said-room-or-entrance = 可能是 { $room } 室，也可能是 { $entrance } 单元的房号。请把楼栋、单元、房号分三列写。
desk-import-said-more-than-room = 房号里写多了，只写 1202 这样即可。
desk-import-said-names-another = 和旁边写的楼栋或单元不一样，请统一。
desk-import-said-no-room-code = 要用数字和英文字母，最多 20 个，如 1202。
desk-import-said-other-spelling = 可能就是 { $unit }（项目里或别的行里已有），请写成一样的。
desk-import-said-entrance-in-one = 可能就是 { $unit }（项目里或别的行里已有）。单元请都写，或都不写。

desk-import-said-no-unit = 项目里没有这一户。请先导入房号，或改这一行。
desk-import-said-several-units = 可能是 { $units } 中的一户，请写楼栋、单元和房号。
desk-import-said-unknown-role = “{ $role }”不认识，可以写：{ $known }
desk-import-said-roles-not-yours = 角色只有主任、管理员和对接系统能定，请去掉这一列。
desk-import-said-same-home = 第 { $rows } 行都是同一个人住 { $unit }，请只留一行。
desk-import-said-too-many-homes = 一个人最多 { $most } 处住所。
desk-import-said-wrong-record = 这个人现有的记录有问题，请先改好记录，再导入。
desk-import-said-out-before-in = 迁出要在入住之后；已经搬走的人，两个日期都要写。
desk-import-said-differing-rows = 第 { $rows } 行是同一个人，写得却不一样，请统一。
desk-import-said-wrong-contact = 这样写联系不到人，请看看写法。
desk-import-said-of-another-site = 是别的项目的人，联系方式由那里的员工改。

desk-import-said-known-elsewhere = 这个工号在别的项目已有，请找那里的员工，或换一个工号。
desk-import-said-known-with-other-zeros = 可能就是项目里的 { $other }，请写成一样的。
desk-import-said-no-technician = 项目里没有这位师傅。请先导入师傅，或改这一行。
desk-import-said-unknown-skill = “{ $skill }”不认识，可以写：{ $names }；或写代码：{ $codes }
desk-import-said-too-many-skills = 一位师傅最多 { $most } 项技能。
desk-import-said-unknown-certificate = 不认识，可以写：{ $names }；或写项目规则里的代码，如 { $codes }
desk-import-said-too-many-certificates = 一位师傅最多 { $most } 张证书。
desk-import-said-ends-before-issue = 早于发证日期 { $issued_on }。
desk-import-said-no-shift = 没有班次。请写星期几或日期，以及上什么班。
desk-import-said-missing-shift = 没有写上什么班。请写班次、起止时间，或“休”。
desk-import-said-unknown-shift = 不知道“{ $shift }”是几点到几点。请写 08:00-16:00，或在表头上方写“{ $shift } 08:00-16:00”。
desk-import-said-empty-shift = 上班和下班不能是同一时间。
desk-import-said-too-many-shifts = 一位师傅最多 { $leaves } 次休假、{ $shifts } 个班次。

desk-import-said-before-2000 = 早于 2000 年。
desk-import-said-in-future = 是将来的时间。
desk-import-said-before-earlier = { $step ->
    [opened] 早于报修时间
    [assigned] 早于派单时间
    [arrived] 早于到达时间
    [started] 早于开工时间
    [resolved] 早于完成时间
   *[other] 早于前一步
  }（{ $at } UTC）。没写几点的日期算当天零点。
desk-import-said-rates-open = 还没有结束的工单不能有评分。
desk-import-said-unprintable = 里面有显示不出来的字符。
desk-import-said-open-with-end = 写了结束时间，状态却是没有结束。
desk-import-said-closed-and-cancelled = 写了取消时间，状态却是已结束。
desk-import-said-cancelled-and-done = 写了完成时间，这一行却是已取消。
desk-import-said-missing-end = 没有写。请写完成时间或关闭时间。
desk-import-said-missing-cancelled-at = 没有写。请写取消时间。

desk-import-said-encoding = 文字按 { $encoding } 读取。
desk-import-said-room-lengths = { $column }：房号有三位的，也有四位的（{ $short }、{ $long }），按原样读取。如果 { $short } 本来是 0{ $short }，请把这一列设为文本，补上 0。
desk-import-said-both-date-orders = { $column }：日月的先后不一致（{ $day_first }、{ $month_first }），按月/日/年读取，读不通的列在下面。请写成 2026-01-31。
desk-import-said-day-first = { $column }：按日/月/年读取，因为 { $proof } 只能这样读。
desk-import-said-month-first = { $column }：按月/日/年读取，因为 { $proof } 只能这样读。
desk-import-said-guessed-date-order = { $column }：{ $sample } 这样的日期看不出是月在前还是日在前，按月/日/年读取。不对的话请写成 2026-01-31。
desk-import-said-good-from-today = 没有写发证日期的证书，从 { $day } 起算有效。
desk-import-said-guessed-shift = { $shift }按 { $start }–{ $end } 算，因为表头上方没有写时间。

refusal-list-too-long = 清单太长了，一次最多 { $most }，请分几份导入。
refusal-readers-busy = 正在读别的清单，请过一会儿再试。
refusal-unreadable-sheet = 这个文件读不了：{ $detail }
refusal-unreadable-sheet-unknown-columns = 找不到需要的列：{ $needed }。读到的表头是：{ $found }
refusal-unreadable-sheet-repeated-column = 列名重复了：{ $columns }
refusal-unreadable-sheet-no-column = 没有这一列：{ $columns }
refusal-unreadable-sheet-no-field = 没有“{ $fields }”这个字段，可以写：{ $known }
refusal-unreadable-sheet-too-many-columns = 多余的列有 { $columns } 个，最多 { $most } 个，请删掉一些。
refusal-unreadable-sheet-too-many-rows = 超过 { $most } 行，请分成几个文件。
refusal-unreadable-sheet-no-sheet = 没有“{ $sheet }”这张工作表，现有：{ $sheets }
refusal-unreadable-sheet-empty = 文件是空的。
refusal-unreadable-sheet-empty-sheets = 工作表都是空的。
refusal-unreadable-sheet-password = 文件有密码，请去掉密码再保存一份。
refusal-unreadable-sheet-markup = 这其实是网页，只是名字像表格。请用表格软件打开，另存为 .xlsx 或 CSV。
refusal-unreadable-sheet-no-workbook = 这个工作簿读不了，请另存为 .xlsx 或 CSV。
refusal-unreadable-sheet-unpacks-large = 解开后有 { $megabytes } MB，太大了。请分成几个文件，或另存为 CSV。
refusal-unreadable-sheet-cut-off = 文件末尾不完整，请另存为 UTF-8 或 .xlsx。
refusal-unreadable-sheet-not-text = 第 { $line } 行附近不是 { $encoding } 文字，请另存为 UTF-8 或 .xlsx。
refusal-unreadable-sheet-too-much-memory = 内容太多，读取时内存不够，请分成几个文件。
refusal-unreadable-sheet-too-much = 内容太多，请分成几个文件。
refusal-unreadable-sheet-too-costly = 读取太费时间或内存。请分成几个文件，或另存为 CSV。
refusal-unreadable-sheet-damaged = 文件损坏了。请打开后另存为 .xlsx 或 CSV。
refusal-unreadable-sheet-no-such-file = 文件不在了，请重新选择。
refusal-unreadable-sheet-a-directory = 这是文件夹，请选择里面的一个文件。
