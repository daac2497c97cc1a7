### A resident's pages: reporting, tracking, messages, codes on walls.

## People

resident-at = at { $time }
resident-at-day = { $day } at { $time }
resident-technician = Your technician

## One word

resident-pill-waiting = Finding a technician
resident-pill-desk = With the office
resident-pill-answered = Answered
resident-pill-accepted = Accepted
resident-pill-travelling = On the way
resident-pill-working = Working
resident-pill-hold = On hold
resident-pill-your-turn = Your turn
resident-pill-late = Late
resident-pill-confirm = Please confirm
resident-pill-closed = Closed
resident-pill-cancelled = Cancelled
resident-pill-merged = Merged

## One sentence

resident-say-waiting = We are finding a technician. Somebody will be there by { $by }.
resident-say-waiting-again = We are sending a technician again. Somebody will be there by { $by }.
resident-say-waiting-fixed = We are finding a technician. It should be fixed by { $by }.
resident-say-waiting-visit = Agreed for { $from } to { $to }; we are finding a technician.
resident-say-waiting-plain = We are finding a technician.
resident-say-unassignable = No technician is free for this yet. The office is on it.
resident-say-asked = { $n ->
    [one] One question, so that the right tools come along.
   *[other] { $n } questions, so that the right tools come along.
  }
resident-say-visit-offered = We would come { $from } to { $to }. Is that all right?
resident-say-accepted = { $who } has accepted and should be there { $at }.
resident-say-accepted-due = { $who } has accepted and will be there by { $by }.
resident-say-accepted-visit = { $who } has accepted and comes { $from } to { $to }.
resident-say-accepted-plain = { $who } has accepted.
resident-say-travelling = { $home ->
    [yes] { $who } is on the way and should be with you { $at }.
   *[no] { $who } is on the way and should be there { $at }.
  }
resident-say-travelling-due = { $who } is on the way and will be there by { $by }.
resident-say-travelling-plain = { $who } is on the way.
resident-say-arrived = { $who } is here. It should be fixed by { $by }.
resident-say-arrived-plain = { $who } is here.
resident-say-working = { $who } is here and working. It should be fixed by { $by }.
resident-say-working-plain = { $who } is here and working.
resident-say-late-waiting = We are late, and sorry. The office is finding a technician.
resident-say-late-accepted = We are late, and sorry. { $who } has accepted.
resident-say-late-travelling = We are late, and sorry. { $who } is on the way.
resident-say-late-coming = We are late, and sorry. { $who } should be there { $at }.
resident-say-late-working = It is not fixed in time, and we are sorry. { $who } is still working.
resident-say-cancel-asked = You asked to cancel. The office is talking to the technician.
resident-say-hold = On hold for a moment. We will tell you when it goes on.
resident-say-hold-visit = On hold. Agreed for { $from } to { $to }.
resident-say-hold-you = We are waiting for your word.
resident-say-hold-you-note = We need your word: { $note }
resident-say-hold-no-access = Nobody answered { $at }. When are you in?
resident-say-hold-parts = { $clock ->
    [stops] Waiting for parts. The clock stands still.
   *[runs] Waiting for parts. The clock goes on.
  }
resident-say-hold-parts-until = { $clock ->
    [stops] Waiting for parts. Back { $at }; the clock stands still.
   *[runs] Waiting for parts. Back { $at }; the clock goes on.
  }
resident-say-hold-contractor = { $clock ->
    [stops] A specialist has to come along. The clock stands still.
   *[runs] A specialist has to come along. The clock goes on.
  }
resident-say-hold-contractor-until = { $clock ->
    [stops] A specialist comes along { $at }; the clock stands still.
   *[runs] A specialist comes along { $at }; the clock goes on.
  }
resident-say-hold-interrupted = { $clock ->
    [stops] An emergency comes first; we will be back. The clock stands still.
   *[runs] An emergency comes first; we will be back. The clock goes on.
  }
resident-say-hold-interrupted-until = { $clock ->
    [stops] An emergency comes first. Back { $at }; the clock stands still.
   *[runs] An emergency comes first. Back { $at }; the clock goes on.
  }
resident-say-done = { $who } finished { $at }. Is it fixed?
resident-say-done-desk = We finished { $at }. Is it fixed?
resident-say-settled = We settled it { $at }. Is that all right?
resident-say-closed = Fixed { $at }, and you confirmed it.
resident-say-closed-settled = Settled { $at }, and you confirmed it.
resident-say-closed-unconfirmed = No objection came; closed { $at }.
resident-say-closed-by-others = Closed { $at }.
resident-say-cancelled-own = You cancelled this { $at }.
resident-say-cancelled = The office cancelled this { $at }.
resident-say-merged = The same as { $reference }; both go on as one.
resident-say-history = This is from the former system; it ended { $at }.
resident-say-desk = Received. The office will answer you.
resident-say-desk-due = Received. The office will answer you by { $by }.
resident-say-desk-thanks = Thank you. We will pass it on.
resident-say-desk-answered = The office answered { $at }; see below.
resident-say-desk-late = Our answer is late, and we are sorry. We are on it.

## Progress

resident-step-received = Received
resident-step-accepted = Accepted
resident-step-travelling = On the way
resident-step-working = Repair
resident-step-confirm = You confirm
resident-step-answered = Answered
resident-step-settled = You confirm

## Promises

resident-promise-response = Answer by
resident-promise-response-paused = Answer
resident-promise-answered = Answered
resident-promise-arrival = Promised: there by
resident-promise-arrival-paused = Arrival
resident-promise-arrived = Arrived
resident-promise-resolution = Fixed by
resident-promise-resolution-paused = Repair
resident-promise-fixed = Finished
resident-promise-settle = Settled by
resident-promise-settle-paused = Settling
resident-promise-settled = Settled
resident-promise-left = { $span } left
resident-promise-over = { $span } late
resident-promise-stands = stands still
resident-promise-by = promised by { $by }
resident-promise-kept = kept
resident-promise-late = { $span } late

resident-clocks = How the time counts
resident-clock-running = { $clock ->
    [response] Answer:
    [arrival] Arrival:
   *[resolution] All done:
  } by { $due }; the clock is running.
resident-clock-late = { $clock ->
    [response] Answer:
    [arrival] Arrival:
   *[resolution] All done:
  } was due by { $due } and is late. The office sees it and follows it up.
resident-clock-paused = { $clock ->
    [response] Answer:
    [arrival] Arrival:
   *[resolution] All done:
  } stands still, and goes on when work does.
resident-clock-kept = { $clock ->
    [response] Answer:
    [arrival] Arrival:
   *[resolution] All done:
  } { $at }, promised by { $due }: kept.
resident-clock-broken = { $clock ->
    [response] Answer:
    [arrival] Arrival:
   *[resolution] All done:
  } { $at }, promised by { $due }: late.
resident-clock-cancelled = { $clock ->
    [response] Answer:
    [arrival] Arrival:
   *[resolution] All done:
  } no longer needed, not counted.
resident-clock-unknown = { $clock ->
    [response] Answer:
    [arrival] Arrival:
   *[resolution] All done:
  } the former system left no time, not counted.
resident-clocks-means = The time counts from when we received it. Whether it stands still while we wait for parts or for you is the site's rule. What was late is recorded, and cannot be changed by anyone.
resident-clocks-none = Nothing was promised for this one.

## What happened

resident-line = What happened
resident-line-opened = We received your request
resident-line-opened-emergency = We received your request, as an emergency
resident-line-opened-other = Received
resident-line-imported = Taken over from the former system
resident-line-assigned = { $who } accepted
resident-line-started = { $who } set out
resident-line-unassigned = { $who } cannot come; we are finding another
resident-line-follow-up = { $who } was here; a second visit is needed
resident-line-held = On hold
resident-line-held-you = On hold, waiting for you
resident-line-held-parts = On hold, waiting for parts
resident-line-held-no-access = Nobody answered the door; on hold
resident-line-held-contractor = On hold, waiting for a specialist
resident-line-held-interrupted = On hold, an emergency comes first
resident-line-released = Going on
resident-line-resolved = { $who } finished the repair
resident-line-settled = The office settled it
resident-line-closed = Closed
resident-line-closed-own = You confirmed it
resident-line-closed-unconfirmed = No objection came; closed
resident-line-reopened = Opened again
resident-line-reopened-own = You said it is not fixed; opened again
resident-line-merged = Goes on as { $reference }
resident-line-joined = { $reference } is the same and goes on here
resident-line-unmerged = Not the same after all; goes on by itself
resident-line-cancelled = The office cancelled it
resident-line-cancelled-own = You cancelled it
resident-line-raised = “{ $danger }” was said: an emergency
resident-line-reclassified = The office changed the kind or the priority
resident-line-amended = The office changed the words
resident-line-amended-own = You changed the words
resident-line-cancel-requested = You asked to cancel; the office will say
resident-line-cancel-refused = The office: we go on
resident-line-visit-offered = The office would come { $from } to { $to }
resident-line-visit-agreed = Agreed: { $from } to { $to }
resident-line-visit-cancelled = The visit of { $from } was cancelled
resident-line-photo = The office added photos
resident-line-photo-own = You added photos
resident-line-photo-technician = { $who } added photos
resident-line-urged = Somebody asked again
resident-line-urged-own = You asked again
resident-line-rated = You rated it: speed { $speed }, quality { $quality }, manner { $manner }
resident-line-said-own = You said
resident-line-said-technician = { $who } said
resident-line-said-staff = The office said
resident-line-said-others = One who reported the same said
resident-before = before
resident-after = after
resident-photo-work = The technician’s photo
resident-photo = Photo
resident-done-what = What was done

## Meanwhile

resident-meanwhile = Meanwhile:
resident-advice-water = Turn off the main valve, under the sink or in the meter box, clockwise. Touch no sockets where the floor is wet.
resident-advice-electric = Do not touch what smokes or is hot. Switch off at the main if you can; not while you stand in water.
resident-advice-gas = No switches, no flames. Open the windows, close the valve, leave, and call from outside.
resident-advice-lift = Do not force the doors. Press the alarm and stand at the back. Do not pry from outside.
resident-advice-fire = Leave now, by the stairs, not the lift. Call 119.
resident-advice-falling = Do not walk below it or hold it up yourself. Keep people away.
resident-advice-person = If someone is hurt or does not answer, call 120 first.
resident-danger = What you wrote sounds like danger ({ $danger }): we treat it as an emergency.

## What to do

resident-urge = Ask again
resident-urge-again = Again after { $by }
resident-urged = The office has been told, and so has the technician, if one has accepted.
resident-urged-already = You asked a moment ago; the office knows.
resident-call = Call the office
resident-confirm = Yes, it is fine
resident-confirmed = Thank you. It is closed.
resident-confirmed-already = It was confirmed already.
resident-not-fixed = No, not yet…
resident-closes = Without an answer it closes { $at }.
resident-reopen-until = You can say that it is not fixed until { $by }.
resident-reopen = It is not fixed…
resident-reopen-title = What is not fixed yet?
resident-reopen-hint = The technician comes back knowing this.
resident-reopen-example = For instance: the pipe drips again
resident-reopen-send = Send it back
resident-reopened = Received; we are sending someone again.
resident-reopened-already = It is open again already.
resident-cancel = Cancel the request…
resident-cancel-title = Cancel this request?
resident-cancel-means = Nobody comes then. To have it repaired after all, report it again.
resident-cancel-means-desk = The office leaves it then. To bring it up again, write again.
resident-cancel-asks = The technician is on the way or at work, so the office has to agree first.
resident-cancel-reason = Why do you cancel?
resident-cancel-reason-example = For instance: I fixed it myself
resident-cancel-send = Cancel the request
resident-cancel-keep = Keep it
resident-cancelled = Cancelled.
resident-cancel-sent = The office has been asked, and will tell you.
resident-cancelled-already = It was cancelled already.
resident-comment = Add a sentence
resident-comment-example = For instance: the door is open, come in
resident-comment-send = Send
resident-comment-photo = Add photos
resident-commented = Sent.
resident-follow = Tell me of news
resident-unfollow = Tell me no more
resident-followed = You will be told of news.
resident-unfollowed = You will be told no more.
resident-share = Share with family…
resident-share-title = For those at home
resident-share-means = Who has this link sees this one request without a login, and can add to it, agree on a time and confirm. Send it only to people you trust.
resident-share-copy = Select it, copy it, and send it
resident-share-until = Good until { $by }

resident-appoint = Change the time
resident-appoint-first = Agree on a time
resident-appoint-title = When does it suit you?
resident-appoint-day = Day
resident-appoint-from = From
resident-appoint-to = To
resident-appoint-send = That time
resident-appointed = Agreed.
resident-appoint-now = Now agreed: { $from } to { $to }
resident-appoint-agree = That is fine
resident-appoint-other = Another time
resident-appoint-cancel = No fixed time
resident-visit-cancelled = The time was cancelled; the request goes on.
resident-calendar = Add to calendar
resident-calendar-summary = Technician: { $what }
resident-calendar-text = Reference { $reference }

resident-asked = Please tell us
resident-asked-why = { $why ->
    [not_a_number] has to be a number
    [too_small] is too small
    [too_large] is too large
    [not_an_option] choose one
    [not_a_photo] a photo, please
   *[unanswered] not answered yet
  }
resident-asked-send = Answer
resident-answered = Thank you; it has been passed on.
resident-hold-answer = Your word

resident-rate = How did it go?
resident-rate-speed = Speed
resident-rate-quality = Quality
resident-rate-manner = Manner
resident-rate-words = Anything to add?
resident-rate-send = Send rating
resident-rated = Thank you for your rating.
resident-rated-low = Thank you for saying so; the office will call you.
resident-rated-is = You rated it: speed { $speed }, quality { $quality }, manner { $manner }

## This one

resident-ticket = Request
resident-reference = Reference
resident-place = Place
resident-kind = Kind
resident-site = Site
resident-building-unit = { $building }, { $unit }
resident-building-entrance-unit = { $building }, entrance { $entrance }, { $unit }
resident-merged-see = See { $reference }

## Just sent

resident-sent = Sent.
resident-sent-photos = Not every photo was taken
resident-sent-photo = A photo
resident-sent-photos-again = Your request has been sent. You can add another photo below.
resident-photo-too-large = This photo is { $size } MB, the limit is { $limit } MB.
resident-photo-too-many = At most { $limit } at once.
resident-photo-full = There are eight already.
resident-photo-not-one = It is neither a photo nor a PDF.
resident-photo-broken = It cannot be opened; it may not have come whole.
resident-photo-pixels = It has too many pixels; please take a smaller one.
resident-photo-later = It could not be taken just now; please add it later.
resident-alike = Is it the same thing?
resident-alike-own = You reported { $at }: { $reference }
resident-alike-other = Reported by others { $at }: { $reference }
resident-alike-use-own = Yes, use that one
resident-alike-same = It is the same
resident-alike-not = No, mine is another
resident-alike-comment = The same as { $reference }.
resident-alike-told = The office has been told, and will join the two.
resident-alike-kept = Good; they stay apart.
resident-alike-reason = The same as { $reference }

## Home

resident-home = My home
resident-hello = Hello, { $name }
resident-hello-plain = Hello
resident-report = Report
resident-report-go = Report a problem
resident-open = Under way
resident-open-none = Nothing is under way
resident-open-none-next = Something broken? A photo is enough.
resident-recent = Finished lately
resident-all = All requests
resident-tickets = My requests
resident-tickets-none = No requests yet
resident-tickets-living = Under way
resident-tickets-over = Finished
resident-tickets-everything = All
resident-unread = { $n ->
    [one] One new message
   *[other] { $n } new messages
  }

## Reporting

resident-photo-title = What is broken? Show the technician
resident-photo-first = Take or choose a photo
resident-photo-why = A picture brings the right tools along
resident-photo-hint = If a photo does not get through, your report goes first and the photo follows.
resident-photo-kept = kept
resident-photo-remove = Remove this photo
resident-category = What kind is it?
resident-category-more = Other kinds
resident-category-desk = No repair: complaints, praise, suggestions, questions
resident-question-photo = Add a photo
resident-question-range = { $min } to { $max }
resident-where = Where is it?
resident-where-home = My home { $place }
resident-where-scanned = Scanned: { $place }
resident-where-last = Last time: { $place }
resident-where-other = Elsewhere…
resident-where-scan-hint = Scan the code on a door or in the lift, and the place is filled in.
resident-where-building = Building
resident-where-unit = Flat
resident-where-unit-example = For instance: 1202
resident-where-spot = Public place
resident-where-words = Or in your own words
resident-where-words-example = For instance: the street lamp behind building 3
resident-where-none = none
resident-text = In one sentence
resident-text-example = For instance: the kitchen pipe burst, water runs into the corridor
resident-access = How do we get in?
resident-access-any = Any way
resident-access-call = Call first
resident-access-knock = Knock, somebody is in
resident-access-key = Nobody in, ask the office for the key
resident-access-said-call = Please call before you come.
resident-access-said-knock = Somebody is in, just knock.
resident-access-said-key = Nobody is in, please ask the office for the key.
resident-danger-hint = Trapped people, a smell of gas, fire: leave first, then call.
resident-send = Send the report
resident-choose-site = Which site?

resident-kept-means = There is no signal; it is sent by itself later. You may close this page, the next one you open sends it.
resident-kept-n = { $n ->
    [one] One report waiting
   *[other] { $n } reports waiting
  }
resident-kept-away = It cannot be taken right now; it is kept on this phone and sent later by itself.
resident-kept-signed-out = You have been signed out; it is kept on this phone and sent by itself once you have signed in again.
resident-kept-sign-in = Sign in
resident-kept-refused = Not accepted:
resident-kept-large = It is too large for the way to us. Report it again with fewer photos, or call the desk.
resident-kept-unsaid = It was stopped on the way to us, and no reason was given. Try again, over another network if you can, or call the desk.
resident-kept-again = Try again
resident-kept-drop = Do not send
resident-kept-sent = Sent
resident-no-script-away = It cannot be sent right now; your words are below. Please press again in a few minutes, it is not reported twice. If it is urgent, call.

## Wrong

resident-wrong-category = Please choose a kind. If you are not sure, choose “Other”.
resident-wrong-text = Please write a sentence or take a photo.
resident-wrong-text-long = Too long: { $n } characters, at most { $limit }.
resident-wrong-place = Please say where it is.
resident-wrong-place-long = The place is too long, at most { $limit } characters.
resident-wrong-code = There is no place with this code; it may have been replaced. Please choose the place.
resident-wrong-answer = This answer is too long, at most { $limit } characters.
resident-wrong-reason = Please say why.
resident-wrong-marks = Please give all three marks.
resident-wrong-day = Please choose a day, from when and to when.
resident-wrong-day-past = That time is over.
resident-wrong-day-order = It has to end after it begins.
resident-wrong-day-far = At most a year ahead.
resident-wrong-comment = Please write a sentence or add a photo.

## Refused

resident-no-illegal = That is not possible now: it has moved on, see above.
resident-no-full = This request is full; please report another.
resident-no-too-late-reopen = More than 14 days have passed. Please report it anew.
resident-no-too-late-rate = More than 30 days have passed; it cannot be rated any more.
resident-no-rated = This was rated already.
resident-no-not-reporter = Only who reported it can rate it.
resident-no-yourself = You settled this yourself; others confirm and rate it.
resident-no-visit = There is no time to agree to.
resident-no-changed = It has just changed; please look again.
resident-no-only-read = You may read this request, and not change it.
resident-no-many = Too many people follow it already.
resident-no-busy = Too many requests; please try again in a few seconds.

## Messages

resident-inbox = Messages
resident-inbox-none = No messages yet
resident-inbox-none-next = You will be told of news.
resident-inbox-unread = new
resident-inbox-read = Mark as read
resident-inbox-read-all = Mark all as read
resident-inbox-old = no longer true

## Links

resident-link-stranger = This link is for you; no login is needed.
resident-link-old = This link does not work any more
resident-link-old-means = It may have expired, been replaced, or been cut when it was copied. Ask who sent it for another, or call the office.

## Codes on walls

resident-scan-title = Report by code
resident-scan-what = This is
resident-scan-report = Something broken here? One sentence is enough, no login.
resident-scan-name = Your name
resident-scan-phone = Phone
resident-scan-phone-hint = For the technician who cannot find the place; for nothing else
resident-scan-sent = Received. This page shows how it goes; please bookmark it.
resident-scan-limit = Several reports came from here a moment ago. Please try again later; if it is urgent, call.
resident-scan-unknown = There is no place with this code
resident-scan-unknown-means = The label may have been replaced. Scan another one, or call the office.
resident-scan-phone-wrong = Please look at the phone number again.
resident-scan-away = Reports cannot be taken right now. Please try again in a few minutes; if it is urgent, call.

## Labels

resident-labels = Labels
resident-labels-title = Labels of places
resident-labels-means = For doors, lifts and machines. Whoever scans one says at once where it is, and can report it.
resident-labels-spots = Public places
resident-labels-buildings = Buildings
resident-labels-units = Flats
resident-labels-print = Print this page
resident-labels-print-means = With your browser, on A4, not scaled, { $n } a page.
resident-labels-poster = Poster
resident-labels-poster-of = As a poster
resident-labels-none = There is no such place
resident-labels-none-next = Add buildings and public places under Settings, and they have labels.
resident-labels-revoke = New code
resident-labels-revoke-means = For a label that was lost or copied: the old code ends at once.
resident-labels-revoked = It has a new code; please print this label again.
resident-label-scan = Scan to report
resident-label-scan-means = no login
resident-poster-title = Something broken? Scan this
resident-poster-1 = Open the camera or WeChat and scan
resident-poster-2 = Take a photo, write a sentence
resident-poster-3 = See at once who comes, and when
resident-poster-urgent = Trapped people, a smell of gas, fire: leave first, then call.
resident-poster-code = Code { $code }
