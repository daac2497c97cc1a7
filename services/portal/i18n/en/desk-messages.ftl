# Messages that never arrived, and people whom nothing reaches.

desk-messages-failed = Never arrived
desk-messages-people = Unreachable people
desk-messages-people-means = Nothing but their inbox reaches them: no e-mail address that takes mail, no endpoint that is open. Call them, or write down an address.
desk-messages-person = Person
desk-messages-phone = Telephone
desk-messages-email = E-mail
desk-messages-undeliverable = returned { $since }
desk-messages-all-reached = Everyone can be reached.
desk-messages-unheard =
    { $n ->
        [one] At one site no one hears of the work.
       *[other] At { $n } sites no one hears of the work.
    }
desk-messages-unheard-means = What should warn the desk warns no one there.
desk-messages-what = Message
desk-messages-whom = To
desk-messages-when = When
desk-messages-why = Why not
desk-messages-by-mail = by e-mail
desk-messages-attempts =
    { $n ->
        [one] tried once
       *[other] tried { $n } times
    }
desk-messages-resend = Send again
desk-messages-endpoint = Endpoint
desk-messages-none-failed = Nothing was given up.
desk-messages-resent = Sent again. It shows here once more if it fails.
desk-messages-not-resent = There was nothing to send: it is over, or no longer for them.
desk-messages-why-exhausted = Gave up after many tries
desk-messages-why-disabled = The endpoint is switched off
desk-messages-why-removed = The endpoint was removed
desk-messages-why-address-removed = The address was removed
desk-messages-why-gone = The receiver wants nothing any more
desk-messages-why-undeliverable = There is no such address
desk-messages-why-refused = The mail server refused it
desk-messages-why-no-answer = no answer
desk-messages-why-answered = the answer was { $answer }
desk-messages-off-by-owner = by its owner
desk-messages-off-failing = nothing arrived for five days
