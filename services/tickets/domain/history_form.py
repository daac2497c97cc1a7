"""The form of a list of tickets of a former system."""

from collections.abc import Mapping
from dataclasses import replace

from services.tickets.domain.site import Site
from shared.contracts.tickets import Priority
from shared.contracts.tickets import TicketState as State
from shared.importing.columns import BUILDING, ENTRANCE, PHONE, ROOM
from shared.importing.form import Field, ImportForm, Kind

_OPEN = (
    *("待处理", "待派单", "待受理", "待接单", "待维修", "新建", "已受理", "已派单", "已接单"),
    *("处理中", "进行中", "维修中", "挂起", "暂停", "未完成", "open", "new", "pending", "accepted"),
    *("assigned", "in progress", "in_progress", "processing", "on hold", "on_hold"),
)
_CLOSED = (
    *("已完成", "完成", "已完工", "完工", "已解决", "已关闭", "关闭", "已结束", "结束", "已办结"),
    *("办结", "待评价", "已评价", "待回访", "已回访", "closed", "resolved", "done", "completed"),
    *("complete", "finished", "fixed"),
)
_CANCELLED = (
    *("已取消", "取消", "已作废", "作废", "已撤销", "撤销", "已撤单", "cancelled", "canceled"),
    *("void", "withdrawn"),
)
_PRIORITIES = {
    **dict.fromkeys(("特急", "非常紧急", "emergency", "critical"), Priority.EMERGENCY),
    **dict.fromkeys(("紧急", "加急", "急", "高", "urgent", "high"), Priority.URGENT),
    **dict.fromkeys(("普通", "一般", "正常", "中", "normal", "medium"), Priority.NORMAL),
    **dict.fromkeys(("低", "不急", "low"), Priority.LOW),
}
_RATINGS = {
    **dict.fromkeys(("非常满意", "很满意", "very satisfied"), 5),
    **dict.fromkeys(("满意", "satisfied"), 4),
    **dict.fromkeys(("一般", "neutral"), 3),
    **dict.fromkeys(("不满意", "dissatisfied"), 2),
    **dict.fromkeys(("非常不满意", "很不满意", "very dissatisfied"), 1),
    **{f"{n}{mark}": n for n in range(1, 6) for mark in ("", ".0", "分", "星")},
}


def _moment(name: str, *headings: str, filled: bool = False) -> Field:
    return Field(name=name, headings=headings, kind=Kind.MOMENT, needed=filled, filled=filled)


TICKETS = ImportForm(
    name="tickets",
    fields=(
        Field(
            name="external_id",
            headings=(
                *("工单号", "Ticket number", "工单编号", "报修单号", "报修编号", "单号", "编号"),
                *("Number", "No.", "Ticket no.", "Ticket", "Id", "Ticket id", "Reference"),
            ),
            kind=Kind.ID,
            needed=True,
            filled=True,
            max_chars=100,
        ),
        Field(
            name="state",
            headings=("状态", "State", "工单状态", "处理状态", "Status"),
            kind=Kind.CHOICE,
            choices={
                **dict.fromkeys(_OPEN, State.OPEN.value),
                **dict.fromkeys(_CLOSED, State.CLOSED.value),
                **dict.fromkeys(_CANCELLED, State.CANCELLED.value),
            },
        ),
        Field(
            name="category",
            headings=("类别", "Category", "报修类别", "报修类型", "分类", "类型", "Type"),
        ),
        Field(
            name="priority",
            headings=("优先级", "Priority", "紧急程度"),
            kind=Kind.CHOICE,
            choices={said: meant.value for said, meant in _PRIORITIES.items()},
        ),
        Field(name="title", headings=("标题", "Title", "主题", "报修事项", "Subject")),
        Field(
            name="description",
            headings=(
                *("描述", "Description", "报修内容", "内容", "问题描述", "故障描述", "详情"),
                *("Details", "Problem"),
            ),
            max_chars=4000,
        ),
        replace(BUILDING, fills_down=False),
        replace(ENTRANCE, fills_down=False),
        replace(ROOM, needed=False, filled=False),
        Field(
            name="place",
            headings=("地点", "Place", "位置", "地址", "报修地点", "Location", "Address"),
        ),
        Field(
            name="reporter",
            headings=("报修人", "Reporter", "姓名", "业主", "住户", "联系人", "Reported by"),
            max_chars=100,
        ),
        Field(
            name="reporter_id",
            headings=("报修人编号", "Reporter id", "住户编号", "用户标识"),
            kind=Kind.ID,
            max_chars=255,
        ),
        PHONE,
        Field(
            name="technician",
            headings=(
                *("维修人", "Technician", "维修工", "维修人员", "师傅", "处理人", "接单人"),
                *("Handyman", "Assignee"),
            ),
            max_chars=100,
        ),
        _moment("opened_at", *("报修时间", "Opened", "提交时间", "创建时间", "报修日期"),
                *("登记时间", "Created", "Opened at", "Created at", "Reported at"), filled=True),
        _moment("answered_at", *("响应时间", "Answered", "受理时间", "回复时间", "Answered at")),
        _moment("assigned_at", *("派单时间", "Assigned", "接单时间", "派工时间", "Assigned at")),
        _moment("arrived_at", *("到达时间", "Arrived", "上门时间", "到场时间", "Arrived at")),
        _moment("started_at", *("开工时间", "Started", "开始时间", "维修开始时间", "Started at")),
        _moment("resolved_at", *("完成时间", "Resolved", "完工时间", "解决时间", "维修完成时间"),
                *("Completed", "Resolved at", "Completed at", "Done at")),
        _moment("closed_at", *("关闭时间", "Closed", "办结时间", "结束时间", "Closed at")),
        _moment("cancelled_at", *("取消时间", "Cancelled", "撤销时间", "作废时间", "Cancelled at")),
        Field(
            name="rating",
            headings=("评分", "Rating", "评价", "满意度", "Score", "Stars"),
            kind=Kind.CHOICE,
            choices={said: str(meant) for said, meant in _RATINGS.items()},
        ),
    ),
    key=("external_id",),
)  # fmt: skip


def example(site: Site) -> Mapping[str, str | tuple[str, str]]:
    """Return a row of a template."""
    categories = [each.code for each in site.categories]
    return {
        "external_id": "WX-2025-0001",
        "state": ("已完成", "closed"),
        "category": categories[0] if categories else "other",
        "title": ("厨房漏水", "Leak in the kitchen"),
        "description": ("厨房水管接头漏水", "The pipe under the sink leaks"),
        "reporter": ("王小明", "Wang Ming"),
        "phone": "138 0013 8000",
        "technician": ("李师傅", "Li Wei"),
        "opened_at": "2025-03-01 09:12",
        "assigned_at": "2025-03-01 09:20",
        "arrived_at": "2025-03-01 10:05",
        "resolved_at": "2025-03-01 10:50",
        "closed_at": "2025-03-02 18:00",
        "rating": ("5分", "5"),
    }
