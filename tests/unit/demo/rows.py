"""Made-up rows with the columns of the two cities."""

from pathlib import Path

SF_HEADER = (
    "unique_key,created_date,closed_date,status,agency_name,category,complaint_type,descriptor,"
    "incident_address,neighborhood,source,latitude,longitude"
)
HOUSTON_HEADER = (
    "CASE NUMBER,SR LOCATION,COUNTY,DISTRICT,NEIGHBORHOOD,TAX ID,TRASH QUAD,RECYCLE QUAD,"
    "TRASH DAY,HEAVY TRASH DAY,RECYCLE DAY,KEY MAP,MANAGEMENT DISTRICT,DEPARTMENT,DIVISION,"
    "SR TYPE,QUEUE,SLA,STATUS,SR CREATE DATE,DUE DATE,DATE CLOSED,OVERDUE,"
    "Title,x,y,LATITUDE,LONGITUDE,Channel Type"
)


def sf_row(
    *,
    key: str = "900001",
    opened: str = "2015-03-04 09:30:00+00:00",
    category: str = "SFHA Requests",
    kind: str = "Glazier",
    detail: str = "Glazier - Urgent",
    address: str = "12 MADE UP ST, Apt 7, SAN FRANCISCO, CA, 94199",
    at: str = "37.75,-122.41",
) -> str:
    what = f"Closed,Some Queue,{category},{kind},{detail}"
    return f'{key},{opened},,{what},"{address}",Nowhere,Phone,{at}'


def houston_row(
    *,
    case: str = "77-1",
    opened: str = "2016-05-06 07:08:09",
    kind: str = "Pothole",
    at: str = "29.7,-95.4",
) -> str:
    address = '"5 INVENTED RD, HOUSTON TX 77999"'
    what = f"Works,Street,{kind},Queue_1,18.0,Closed,{opened},,,,{kind} - 9"
    return f"{case},{address},HARRIS,A,,,,,,,,,,{what},1,2,{at},WEB"


def a_file(folder: Path, *lines: str, encoding: str = "utf-8") -> Path:
    path = folder / "requests.csv"
    path.write_text("\n".join(lines) + "\n", encoding=encoding)
    return path
