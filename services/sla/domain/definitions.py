"""What each figure of compliance means, in the words that stand beside it."""

from collections.abc import Mapping
from enum import StrEnum

from services.sla.domain.outcomes import Cause


class Language(StrEnum):
    CHINESE = "zh-CN"
    ENGLISH = "en"


DEFINITIONS: Mapping[Language, Mapping[str, str]] = {
    Language.ENGLISH: {
        "counted": (
            "Promises about tickets opened in the period, on days in their site's time zone. "
            "A period that is not of whole months leaves out tickets that were deleted since."
        ),
        "kept": "Stopped in time.",
        "broken": "Fell due before it stopped; also while it is still waited for.",
        "running": "Goes on, and is not due yet.",
        "paused": "Stands still by the policy.",
        "cancelled": "No longer wanted: the ticket was cancelled, or no technician had to come.",
        "unknown": "A former system did not say when it stopped.",
        "kept_percent": "What was kept, of kept and broken together, in percent.",
        "minutes": "Mean minutes by the wall clock from start to stop, kept and broken together.",
        "late_minutes": "Mean minutes from due to stop of what was broken and has stopped.",
        "paused_percent": (
            "Share of the time from start to stop in which the clock stood still: the ticket was "
            "on hold for a reason that stops it, resolved until reopened, or with the desk."
        ),
        "imported": (
            "Tickets that had ended in a former system, timed by its dates; Fettle promised them "
            "nothing."
        ),
        "behind": "Tickets that changed over a minute ago and are not counted as they stand yet.",
        "causes": "How the ticket stood when a broken promise fell due, the first that is so.",
        Cause.ON_HOLD: "The ticket was on hold for a reason that does not stop the clock.",
        Cause.AT_DESK: "The desk had it.",
        Cause.REOPENED: "It had been resolved before, and was reopened.",
        Cause.NOT_TAKEN: "No technician had taken it on yet.",
        Cause.NOT_THERE: "A technician had taken it on, and was not there yet.",
        Cause.NOT_DONE: "A technician had been there, and it was not done.",
        Cause.UNKNOWN: "It is not known.",
    },
    Language.CHINESE: {
        "counted": (
            "统计期内（按项目所在时区的日期）开单的报修的时限。"
            "统计期不是整月时，不含此后已删除的报修单。"
        ),
        "kept": "按时完成。",
        "broken": "到期时还没有完成，包括现在仍在等的。",
        "running": "计时中，还没有到期。",
        "paused": "按策略暂停计时。",
        "cancelled": "不再需要：报修单已取消，或不需要师傅上门。",
        "unknown": "原系统没有记录完成时间。",
        "kept_percent": "按时的占按时与超时之和的百分比。",
        "minutes": "从开始到完成的平均分钟数（自然时间），按时与超时合计。",
        "late_minutes": "超时且已完成的，从到期到完成的平均分钟数。",
        "paused_percent": (
            "从开始到完成的时间里停表的占比：因会停表的原因暂停、解决后又重开、或转到调度台。"
        ),
        "imported": "原系统里已结束的报修单，按原系统的日期计算；Fettle 没有对它们作过承诺。",
        "behind": "一分钟前已有变化、还没有计入的报修单。",
        "causes": "超时的时限到期那一刻报修单的情况，取第一个符合的。",
        Cause.ON_HOLD: "正在暂停，而暂停的原因不停表。",
        Cause.AT_DESK: "在调度台手里。",
        Cause.REOPENED: "曾经解决，后又重开。",
        Cause.NOT_TAKEN: "还没有师傅接单。",
        Cause.NOT_THERE: "师傅已接单，还没有到场。",
        Cause.NOT_DONE: "师傅到过场，还没有修好。",
        Cause.UNKNOWN: "原因未知。",
    },
}
