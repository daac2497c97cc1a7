from collections import Counter
from datetime import UTC, datetime

from demo.compound import REQUESTS
from demo.reading import read_requests
from demo.remarks import Remark, amendment_body, desk_refuses, remarks_on, visit_body


def test_of_the_compounds_residents_some_say_each_kind_and_most_nothing() -> None:
    requests = list(read_requests(REQUESTS))

    said = [remarks_on(request, seed=1) for request in requests]

    kinds = Counter(planned.remark for remarks in said for planned in remarks)
    assert all(kinds[remark] >= 2 for remark in Remark)
    assert sum(not remarks for remarks in said) > len(requests) / 2
    assert said == [remarks_on(request, seed=1) for request in requests]
    decisions = {desk_refuses(request, seed=1) for request in requests}
    assert decisions == {True, False}


def test_a_comment_has_words_and_a_visit_lies_ahead() -> None:
    requests = list(read_requests(REQUESTS))
    texts = [
        planned.text
        for request in requests
        for planned in remarks_on(request, seed=1)
        if planned.remark is Remark.COMMENT
    ]
    now = datetime(2026, 1, 20, 8, 0, tzinfo=UTC)
    visit = visit_body(now)

    assert all(texts)
    assert now.isoformat() < visit["start"] < visit["end"]
    assert amendment_body("zh-CN") != amendment_body("en")
