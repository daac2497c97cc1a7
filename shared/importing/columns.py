"""Columns that lists of several services have, under the headings that people give them."""

from uuid import UUID

from shared.ids import derived_id
from shared.importing.form import Field, ImportForm, Kind
from shared.importing.rows import SheetRow
from shared.importing.wrong import WrongCell

BUILDING = Field(
    name="building",
    headings=(
        "楼栋", "Building", "楼栋号", "楼号", "栋", "栋号", "幢", "幢号", "楼", "楼幢", "楼宇",
        "座", "Block", "Tower", "Building no.", "Block no.",
    ),
    kind=Kind.ID,
    fills_down=True,
    max_chars=40,
)  # fmt: skip
ENTRANCE = Field(
    name="entrance",
    headings=("单元", "Entrance", "单元号", "门洞", "Staircase", "Entrance no."),
    kind=Kind.ID,
    fills_down=True,
    max_chars=20,
)
ROOM = Field(
    name="room",
    headings=(
        "房号", "Room", "室号", "房间号", "房间", "房屋", "房屋编号", "门牌号", "户号", "Unit",
        "Flat", "Apartment", "Apt", "Room no.", "Room number", "Unit no.", "Unit number",
        "Flat no.",
    ),
    kind=Kind.ROOM,
    needed=True,
    filled=True,
    max_chars=60,
)  # fmt: skip
NAME = Field(
    name="name",
    headings=(
        "姓名", "Name", "业主", "业主姓名", "住户", "住户姓名", "师傅", "联系人", "Resident",
        "Full name", "Owner",
    ),
    max_chars=100,
)  # fmt: skip
PHONE = Field(
    name="phone",
    headings=(
        "手机", "Phone", "联系电话", "电话", "手机号", "手机号码", "电话号码", "联系方式",
        "联系手机", "Mobile", "Telephone", "Phone number", "Mobile number", "Mobile phone", "Tel",
    ),
    kind=Kind.PHONE,
    max_chars=40,
)  # fmt: skip
EMAIL = Field(
    name="email",
    headings=(
        "邮箱", "E-mail", "电子邮箱", "电子邮件", "邮件地址", "Email", "Mail", "Email address",
        "E-mail address",
    ),
    kind=Kind.EMAIL,
    max_chars=254,
)  # fmt: skip
PERSON = Field(
    name="id",
    headings=("编号", "Id", "工号", "住户编号", "人员编号", "员工编号", "用户标识", "Number"),
    kind=Kind.ID,
    max_chars=255,
)

RECIPIENTS = ImportForm(
    name="recipients", fields=(PERSON, NAME, PHONE, EMAIL), group=("id", "phone")
)
"""How people are reached: of any list that has them, whatever else it has."""

_PEOPLE = UUID("6f1f7a52-6a1d-5d0e-9c0b-2f5f6f3f9a11")


def person_of(row: SheetRow, site_id: str) -> str:
    """Return the id of the person in a row: the one that stands there, else one made from the site
    and their telephone number, the same in each service and each time. Raises WrongCell where
    neither is there.
    """
    if (id := row.text("id")) is not None:
        return id
    if (phone := row.text("phone")) is not None:
        return person_by_phone(phone, site_id)
    raise WrongCell(
        "phone", "no_person", "has neither: a person is told by their number or their telephone"
    )


def person_by_phone(phone: str, site_id: str) -> str:
    """Return the id of the person with that telephone at the site."""
    return str(derived_id(_PEOPLE, site_id, phone))
