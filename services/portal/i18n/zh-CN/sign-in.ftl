# The ways in: links, passwords, a company's own issuer.

sign-in-title = 物业报修
sign-in-what-for = 报修、进度、评价
sign-in-by-link = 用登录链接
sign-in-contact = 手机号或邮箱
sign-in-contact-like = 138 0000 0000
sign-in-send-link = 发登录链接给我
sign-in-link-hint = 链接发到您登记的邮箱，15 分钟内有效，只能用一次。不需要密码。
sign-in-staff = 员工登录
sign-in-account = 账号或邮箱
sign-in-password = 密码
sign-in-enter = 登录
sign-in-by-issuer = 用 { $name } 登录
sign-in-sent-title = 链接已发出
sign-in-sent = 如果有这个账号，链接已发出，15 分钟内有效。
sign-in-sent-hint = 在邮箱里点开就行，换一台设备也可以。没收到？看看垃圾邮件，或请物业登记您的邮箱。
sign-in-again = 再发一次
sign-in-link-ready = 链接有效，按一下就登录。
sign-in-others-ended = 这是您第一次用自己的方式登录。此前用别人转交的链接开始的登录都已结束，其间设的密码也已作废。
sign-in-link-once = 链接只能用一次。这不是您要的链接？关掉本页就行。

sign-in-password-short = 密码太短，最少 10 个字符。
sign-in-password-long = 密码太长，最多 200 个字符。
sign-in-password-easy = 这个密码太容易猜到，请换一个。几个不相干的词连在一起就很好。
sign-in-password-own = 密码里不要有自己的名字、账号、邮箱或手机号。

refusal-no-contact = 请写手机号或邮箱。
refusal-wrong-password =
    { $left ->
        [0] 账号或密码不对。暂时不能再试，请 15 分钟后再来，或改用登录链接。
       *[other] 账号或密码不对。还可以试 { $left } 次，或改用登录链接。
    }
refusal-too-many-tries = 试的次数太多了，请 { $minutes } 分钟后再试。
refusal-busy = 登录的人太多，请过几秒再试。
refusal-link-over = 链接用过了，或已过期。再要一个，一分钟就到。
refusal-mail-off = 这里没有开通邮件，发不了链接。请用密码登录，或找物业。
refusal-notify-away = 通知服务暂时没有回应，链接没有发出。请过一会儿再试，或用密码登录。
refusal-no-account = 公司账号没有问题，但这里还没有您的账号。请找管理员开通。
refusal-not-recognised = 没能从公司账号确认您是谁，请再试一次。
refusal-issuer-away = 公司账号登录暂时没有回应，请过一会儿再试，或改用登录链接。
error-no-such-link = 这个链接打不开：可能不完整，或已经失效。
error-too-many-tries = 试的次数太多了，请过一会儿再试。
error-link-over = 链接用过了，或已过期。
