"""Exports of other cities' portals, Excel's lists and Chinese headings, as requests."""

from pathlib import Path

import pytest

from demo.reading import read_requests
from tests.support.workbooks import write_workbook

BALTIMORE = (
    "SRRecordID,ServiceRequestNum,SRType,MethodReceived,CreatedDate,SRStatus,Agency,Address,"
    "ZipCode,Neighborhood,Latitude,Longitude\n"
    'a1,26-00000007,SW-Dirty Alley,API,2026/01/20 06:12:33+00,Closed,Solid Waste,"7 INVENTED ST, '
    'Baltimore City",21299,Nowhere,39.3,-76.6\n'
)
NEW_YORK = (
    "Unique Key,Created Date,Closed Date,Agency,Agency Name,{kind},{detail},Location Type,"
    "Incident Zip,Incident Address,Borough,Latitude,Longitude\n"
    "60000007,01/20/2026 06:12:33 PM,,HPD,Housing,HEAT/HOT WATER,ENTIRE BUILDING,RESIDENTIAL,"
    "10099,7 INVENTED AVENUE,BRONX,40.8,-73.9\n"
)
CHICAGO = (
    "SR_NUMBER,SR_TYPE,SR_SHORT_CODE,OWNER_DEPARTMENT,STATUS,CREATED_DATE,CLOSED_DATE,"
    "STREET_ADDRESS,CITY,ZIP_CODE,LATITUDE,LONGITUDE\n"
    "SR26-00000007,Street Light Out Complaint,SFD,CDOT,Open,01/20/2026 06:12:33 AM,,"
    "7 N INVENTED ST,,60699,41.9,-87.7\n"
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (BALTIMORE, ("26-00000007", "cleaning", "2026-01-20T06:12:33-05:00", "SW-Dirty Alley")),
        (
            NEW_YORK.format(kind="Complaint Type", detail="Descriptor"),
            ("60000007", "heating", "2026-01-20T18:12:33-05:00", "HEAT/HOT WATER"),
        ),
        (
            NEW_YORK.format(
                kind="Problem (formerly Complaint Type)",
                detail="Problem Detail (formerly Descriptor)",
            ),
            ("60000007", "heating", "2026-01-20T18:12:33-05:00", "HEAT/HOT WATER"),
        ),
        (
            CHICAGO,
            (
                "SR26-00000007",
                "electrical",
                "2026-01-20T06:12:33-06:00",
                "Street Light Out Complaint",
            ),
        ),
    ],
)
def test_a_portals_export_is_played_with_its_own_dates(
    tmp_path: Path, text: str, expected: tuple[str, ...]
) -> None:
    path = tmp_path / "export.csv"
    path.write_text(text)

    (request,) = read_requests(path)

    assert (
        request.source_id,
        request.category,
        request.opened_at.isoformat(),
        request.answers["type"],
    ) == expected
    assert request.where.lat is not None
    assert request.text == ""


def test_a_compounds_own_list_may_be_a_workbook_with_chinese_headings(tmp_path: Path) -> None:
    path = write_workbook(
        tmp_path / "报修.xlsx",
        {
            "一月": [
                ["梧桐苑一月报修台账"],
                ["序号", "报修时间", "报修人", "报修类别", "楼栋", "房号", "故障描述"],
                [1, "2026年1月20日 上午6:12", "王女士", "给排水", 5, 1803, "厨房冷水管冻住了"],
            ]
        },
    )

    (request,) = read_requests(path)

    assert (request.category, request.text) == ("plumbing", "厨房冷水管冻住了")
    assert (request.where.building, request.where.unit) == ("5", "1803")
    assert request.opened_at.isoformat() == "2026-01-20T06:12:00+08:00"


def test_a_column_that_is_called_otherwise_can_be_named(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("when,category,building,unit,what\n25/01/2026 06:12,lift,5,1803,stuck door\n")

    reading = read_requests(path, mapping={"opened_at": "when", "text": "what"})

    (request,) = reading
    assert (request.opened_at.day, request.text) == (25, "stuck door")
    assert [each.text for each in reading.table.remarks] == [
        "opened_at: dates are read as day/month/year, since 25/01/2026 06:12 can be nothing else"
    ]
