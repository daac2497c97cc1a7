# 处理不了的事实。

desk-letters-means = 服务处理不了的事实停在这里，等您重试或放弃；它前后的都已处理。
desk-letters-what = 事实
desk-letters-service = 服务
desk-letters-since = 从
desk-letters-tries = 次数
desk-letters-reason = 原因
desk-letters-why-malformed = 写法不合约定，重试也没有用。
desk-letters-why-not-of-its-owner = 发它的不是有权说这件事的服务。
desk-letters-why-kills-process = 一处理它，程序就中断，反复如此。
desk-letters-why-failed = 程序处理它时出错。
desk-letters-none = 所有事实都处理了。
desk-letters-could-not = 处理不了。
desk-letters-durable = 持久订阅
desk-letters-fact = 事实编号
desk-letters-about = 关于
desk-letters-retry = 重试
desk-letters-retry-means = 服务现在再处理一次；若又失败，会留下并说明原因。
desk-letters-retried = 处理好了。
desk-letters-drop = 放弃
desk-letters-drop-means = 这个服务就当没听到它，直到同一事物的下一条事实补上。
desk-letters-drop-meant = 确定放弃，不再处理
desk-letters-drop-unsure = 请先勾选。
desk-letters-dropped = 已放弃。
desk-letters-body = 内容
desk-letters-stack = 出错位置

refusal-retry-failed-failed-again = 又失败了，仍留在这里。
refusal-retry-failed-not-followed = 这个版本不再处理这类事实。请放弃它，或换回能处理的版本。
refusal-too-old = 它所说的事物已不再保存，请放弃它。
