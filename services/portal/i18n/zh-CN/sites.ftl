# 页面看的是哪个项目。

sites-site = 项目
sites-all =
    { $n ->
        [0] 全部项目
       *[other] 全部 { $n } 个项目
    }
sites-show = 查看
sites-none = 您还没有项目。
