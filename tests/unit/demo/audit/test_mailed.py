from dataclasses import replace

from demo.audit.client_log import Mail
from demo.audit.ledger import EMAIL, Delivery, Ledger, Message
from demo.audit.lost import lost
from demo.audit.mailed import MAX_KEPT, mismailed, unmailed
from tests.unit.demo.audit.evidence import T, good_ledger, good_log

MESSAGE = Message(
    id="m9", recipient="li", kind="ticket.received", cause="c", ticket=T, state="said"
)
DELIVERY = Delivery(
    id="d9", message="m9", endpoint="e9", owner="li", state="delivered", channel=EMAIL
)
MAIL = Mail(message_id="m9", to="li@example.com", language="en", subject="Received")
LEDGER = Ledger(messages=(MESSAGE,), deliveries=(DELIVERY,))


def wrong(*mails: Mail) -> list[str]:
    found = mismailed(LEDGER, mails, addresses={"li": "li@example.com"}, languages={"li": "en"})
    return [str(each) for each in found]


def test_a_mail_that_came_to_its_persons_address_in_their_language_is_no_finding() -> None:
    assert list(unmailed(LEDGER, [MAIL])) == []
    assert wrong(MAIL) == []


def test_a_mail_that_is_said_to_be_delivered_and_is_not_there_is_lost() -> None:
    [missing] = unmailed(LEDGER, [])
    webhook = Ledger(deliveries=(replace(DELIVERY, channel="webhook"),))

    assert str(missing) == "m9: said to be mailed to li, and no mail is there"
    assert list(unmailed(webhook, [])) == []


def test_where_the_folder_is_full_a_mail_may_have_been_there() -> None:
    others = [replace(MAIL, message_id=f"m-{number}") for number in range(MAX_KEPT)]

    assert list(unmailed(LEDGER, others)) == []


def test_a_mail_to_another_person_in_another_language_or_of_no_message_is_named() -> None:
    assert wrong(replace(MAIL, to="wang@example.com")) == [
        f"{T}: ticket.received for li was mailed to wang@example.com"
    ]
    assert wrong(replace(MAIL, language="zh-CN")) == [
        f"{T}: the mail of ticket.received to li is in zh-CN, not en"
    ]
    assert wrong(replace(MAIL, message_id="m0")) == [
        "m0: a mail to li@example.com is of no message"
    ]


def test_a_mail_does_not_have_to_come_in_by_webhook() -> None:
    ledger, log = good_ledger(), good_log()
    mailed = replace(DELIVERY, owner=log.received[0].owner)

    def findings(delivery: Delivery) -> int:
        return len(lost(replace(ledger, deliveries=(*ledger.deliveries, delivery)), log))

    assert findings(mailed) == 0
    assert findings(replace(mailed, channel="webhook")) == 1
