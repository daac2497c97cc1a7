### Pages of the desk: board, tickets, assigning, reporting for a caller, site plan.

## Pages

desk-board = Board
desk-all-sites = All sites
desk-wall-title = { $site }, requests
desk-wall-more = { $n } more
desk-ticket = Ticket
desk-new = For a caller
desk-search = Search
desk-search-hint = Reference, unit, words
desk-queue-label = By what falls due next
desk-legend = How to read it
desk-list-comma = { ", " }
desk-by-itself = By itself
desk-by-dispatch = Dispatch

## Numbers of the board

desk-count-open = Open
desk-count-on-hold = { $n } on hold
desk-count-next = next { $at }
desk-count-within-hour = within an hour
desk-count-longest = longest { $span }
desk-say-counts = { $open } open, { $breached } overdue, { $risk } due soon
desk-due-by = { $at } { $clock }
desk-due-none = No promise
desk-nothing-open = Nothing is open
desk-nothing-open-next = New requests appear by themselves.
desk-nothing-at-risk = Nothing falls due within the hour
desk-nothing-breached = Nothing is overdue
desk-nothing-unassignable = A technician can be found for everything
desk-nothing-unheard = Every resident has an answer
desk-unheard-sites = { $sites }: overdue requests are announced to no one.
desk-unheard-sites-means = A dispatcher or manager should listen to this site; see Me.
desk-road = For the desk
desk-wants-cancel = Wants to cancel
desk-wants-cancel-since = Asked at { $at } while work goes on. Please decide.

## Who sees to it

desk-who-cancel = asked at { $at }, please decide
desk-who-unassignable = { $n ->
    [one] the one technician cannot; see why
   *[other] none of { $n } can; see why
  }
desk-who-no-crew = the site has no technicians
desk-who-unheard = waits for an answer since { $at }
desk-who-asked = asked { $names }, until { $at }
desk-who-held = for { $span }
desk-who-held-by = { $name }, for { $span }
desk-who-comes = { $name }, about { $at }
desk-who-has-it = { $name }
desk-who-was-there = { $name } was there and comes again

## The crew

desk-crew-title = { $n ->
    [one] 1 on duty
   *[other] { $n } on duty
  }
desk-crew-none = No one is on duty now
desk-crew-jobs = { $n ->
    [one] 1 job
   *[other] { $n } jobs
  }
desk-crew-next = next { $place }
desk-crew-to = to { $place }
desk-crew-there = at { $place }
desk-crew-works = working at { $place }
desk-crew-paused = paused at { $place }
desk-crew-asked = asked about { $place }
desk-crew-elsewhere = at another site
desk-crew-free = free
desk-crew-until = until { $at }
desk-crew-all-day = on shift all day

## Keys

desk-key-move = up and down
desk-key-open = open
desk-key-assign = assign
desk-key-merge = merge
desk-key-search = search
desk-key-wall = wall
desk-key-all = All keys
desk-key-move-means = The next ticket, the one before
desk-key-open-means = Open this ticket
desk-key-assign-means = Assign a technician to it
desk-key-merge-means = Merge it into another
desk-key-search-means = Search tickets
desk-key-new-means = Report for a caller
desk-key-wall-means = Turn the board into a wall, and back
desk-key-all-means = Show this list

## Lists

desk-site = Site
desk-category = Category
desk-priority = Priority
desk-priority-usual = As usual for the category
desk-state = State
desk-nature = Nature
desk-nature-fault = Fault
desk-nature-complaint = Complaint
desk-nature-praise = Praise
desk-nature-suggestion = Suggestion
desk-nature-enquiry = Enquiry
desk-nature-request = Request
desk-any = Any
desk-order = Order
desk-order-newest = Newest first
desk-order-due = What falls due first
desk-more-filters = More filters
desk-reference = Reference
desk-reference-hint = such as DEMO-1042-K
desk-reporter = Reporter
desk-reporter-hint = The person's id in the records
desk-opened-from = Reported from
desk-opened-to = Reported until
desk-updated-from = Changed from
desk-updated-to = Changed until
desk-imported = History
desk-imported-yes = History only
desk-imported-no = Without history
desk-imported-short = History
desk-imported-as = { $id } in the former system
desk-show = Show
desk-clear-filters = Clear
desk-found-none = There is no such ticket
desk-found-none-next = Take away one filter and try again.
desk-next-due = next due
desk-opened = reported
desk-export = Export CSV
desk-saved-lists = Saved lists
desk-save-list = Save this list as
desk-save-list-hint = such as: leaks today
desk-save = Save
desk-forget-list = Forget “{ $name }”
desk-filter-name-needed = Give the list a name to save it.
desk-filters-full = At most { $n } lists can be saved. Forget one first.
desk-filters-wrong = These filters could not be read. Change them and try again.
desk-reference-misread = There is no such reference; one sign was misread or misheard. Please check it.

## Places

desk-place-unit = { $building } { $unit }
desk-place-entrance-unit = { $building }, entrance { $entrance }, { $unit }
desk-place-unknown = Place not known
desk-place-unit-label = Unit
desk-place-spot-label = Public place
desk-place-address-label = More about the place
desk-place-candidates = May be: { $places }
desk-no-spot = Not a public place

## A ticket

desk-no-words = No words
desk-reported = { $at } { $channel ->
    [phone] by phone
    [qr] by QR code
    [page] by web page
    [iot] by a device
    [inspection] on an inspection
    [import] imported
   *[other] in the app
  }
desk-entered-by = entered by { $name }
desk-cycle = cycle { $n }
desk-unheard-for = Unanswered for { $span }
desk-needs-info = Needs answers
desk-missing-answers = { $n ->
    [one] One question is not answered
   *[other] { $n } questions are not answered
  }
desk-windows = At home:
desk-visit-offered-at = Visit offered from { $start } to { $end }, not agreed yet
desk-visit-agreed-at = Visit agreed from { $start } to { $end }
desk-merged-into = This was merged into { $reference }.
desk-merged-open = Open that ticket
desk-call-back = Please call back.
desk-call-back-means = The resident gave a low rating.
desk-danger = Danger was mentioned:
desk-holder-barred = { $name } does not meet the job's rules any more. See whether another should go.
desk-contacts-away = Contacts cannot be fetched right now.
desk-print = Print
desk-clocks = Clocks
desk-clocks-none = Nothing was promised
desk-story = What happened
desk-for-staff = for staff only
desk-offers = Offers
desk-offers-none = No one was asked yet
desk-messages = Messages
desk-messages-none = No one was told yet
desk-col-time = Time
desk-col-whom = To
desk-col-result = Result
desk-col-message = Message
desk-col-where = Where
desk-col-due = Due
desk-col-who = Who
desk-offer = { $state ->
    [accepted] accepted { $at }
    [declined] declined { $at }
    [expired] no answer by { $at }
    [withdrawn] withdrawn { $at }
   *[open] open until { $at }
  }
desk-offer-by = assigned by { $name }
desk-message-stale = too late, not sent
desk-message-read = read { $at }
desk-message-unread = unread
desk-delivery = { $channel ->
    [email] e-mail
    [webhook] webhook
   *[other] { $channel }
  } { $state ->
    [delivered] delivered
    [failed] failed
    [dropped] dropped
   *[other] on its way
  }

desk-clock-running = By { $due }.
desk-clock-late = Fell due at { $due } and is not done.
desk-clock-kept = Done at { $at }, promised by { $due }.
desk-clock-broken = Done at { $at } only, promised by { $due }.
desk-clock-paused = Stands still now.
desk-clock-cancelled = No longer wanted, does not count.
desk-clock-pause = Stood still for { $span }: { $reason ->
    [resolved] resolved, to be confirmed
    [desk] with the desk
    [waiting_resident] waiting for the resident
    [waiting_parts] waiting for parts
    [no_access] no access
    [waiting_contractor] waiting for a contractor
    [interrupted] an emergency first
   *[other] on hold
  }.
desk-clock-pause-by = Stood still for { $span }: { $reason ->
    [waiting_resident] waiting for the resident
    [waiting_parts] waiting for parts
    [no_access] no access
    [waiting_contractor] waiting for a contractor
    [interrupted] an emergency first
   *[other] on hold
  }, by { $who }.

## What happened

desk-story-opened = { $who } reported it
desk-story-imported = { $who } took it over from the former system
desk-story-accepted = { $who } accepted the job
desk-story-accepted-as-ticket = { $who } accepted the job
desk-story-set-out = { $who } set out
desk-story-arrived = { $who } arrived
desk-story-began = { $who } began to work
desk-story-started = { $who } began
desk-story-resumed = { $who } went on
desk-story-completed = { $who } completed the job
desk-story-follow-up = { $who } has to come again
desk-story-returned = { $who } returned the job
desk-story-withdrawn = The desk took the job from { $who }
desk-story-unassigned = { $who } has it no more; another is looked for
desk-reason-assigned-to-other = It was given to another
desk-reason-windows-overlap = The time that was agreed overlaps another visit of theirs
desk-reason-technician-gone = They no longer work here
desk-story-job-cancelled = The job was cancelled
desk-story-earlier-work = A job of an earlier cycle changed
desk-story-held = { $who } put it on hold: { $reason ->
    [waiting_resident] waiting for the resident
    [waiting_parts] waiting for parts
    [no_access] no access
    [waiting_contractor] waiting for a contractor
    [interrupted] an emergency first
   *[other] no reason given
  }
desk-story-released = { $who } released it
desk-story-said = { $who } said
desk-story-answered = { $who } answered the resident
desk-story-noted = { $who } wrote down
desk-story-wrote = { $who } wrote to the resident
desk-story-photo = { $who } sent a photo
desk-story-paper = { $who } sent a document
desk-story-urged = { $who } urged, { $times ->
    [one] once
   *[other] { $times } times
  }
desk-story-danger = { $who } wrote words of danger
desk-story-amended = { $who } changed { $what ->
    [title] the title
    [description] the words
    [place] the place
    [preferred_windows] when they are at home
    [answers] the answers
    [followers] who follows it
   *[other] the ticket
  }
desk-story-reclassified = { $who } changed category or priority{ $priority ->
    [emergency] , now an emergency
    [urgent] , now urgent
    [normal] , now normal
    [low] , now low
   *[other] { "" }
  }
desk-story-merged = { $who } merged { $reference } into it
desk-story-unmerged = { $who } took { $reference } out of it
desk-story-merged-into = { $who } merged it into { $reference }
desk-story-unmerged-again = { $who } took it out, it is open again
desk-story-resolved = { $who } resolved it
desk-story-closed = { $who } confirmed that it is fixed
desk-story-expired = No objection in time, closed
desk-story-cancelled = { $who } cancelled it
desk-story-reopened = { $who } reopened it
desk-story-cancel-asked = { $who } wants to cancel
desk-story-cancel-refused = { $who } decided to go on
desk-story-visit = { $who } agreed a visit from { $start } to { $end }
desk-story-visit-offered = { $who } offered a visit from { $start } to { $end }
desk-story-visit-cancelled = { $who } cancelled the visit
desk-story-rated = { $who } rated it: speed { $speed }, quality { $quality }, manner { $manner }
desk-story-other = { $who } changed something

## To whom

desk-work = Who does it
desk-work-none = There is no job
desk-work-desk = For the desk; no technician is sent
desk-work-minutes = Time worked
desk-comes-at = about { $at }
desk-assign-title = Assign · { $place }
desk-assign-who = Assign to
desk-assign-means = { $n ->
    [one] One technician
   *[other] { $n } technicians, the best first
  }
desk-assign-all = All { $n }, with reasons
desk-assign-none = No technician can go now
desk-assign-barred = Barred, and why
desk-assign-unable = { $n ->
    [one] One more cannot
   *[other] { $n } more cannot
  }
desk-assign-held = This is on hold; no one is asked until it is released.
desk-assign-asked = { $by } has asked { $name }.
desk-assign-asked-until = The answer may come until { $at }. Assign another, and { $name } is asked no more.
desk-assign-not-now = A technician has it. Withdraw it first to assign another.
desk-assign-unknown = The choice cannot be fetched right now; it comes back by itself.
desk-best = Best
desk-needs = needs { $skills }
desk-has-it = { $name } has it
desk-due-until = by { $at }
desk-force-title = Assign { $name } all the same
desk-force-reason = Why
desk-force-means = It stands on the ticket, and the technician reads it.
desk-not-after-all = Not after all

## What to do

desk-do = What to do
desk-do-assign = Assign
desk-do-force = All the same…
desk-do-force-now = Assign all the same
desk-do-withdraw = Withdraw the job
desk-do-withdraw-offer = Withdraw the offer
desk-do-hold = Hold
desk-do-release = Release
desk-do-visit = Offer a visit
desk-do-visit-cancel = Cancel the visit of { $start }
desk-do-classify = Category or priority
desk-do-place = Place
desk-do-resolve = Resolve
desk-do-reopen = Reopen
desk-do-merge = Merge
desk-do-merge-into = Merge into { $reference }
desk-do-unmerge = Take out
desk-do-cancel = Cancel it
desk-do-refuse-cancel = Go on
desk-do-report = Report
desk-hold-reason = Waiting for
desk-note = Note
desk-reason = Reason
desk-classify-reason = Needed for another priority.
desk-visit-day = Day
desk-visit-start = From
desk-visit-end = To
desk-visit-means = The resident is offered it; it is agreed when they confirm or do not object.
desk-resolve-note = How it was settled
desk-resolve-means = It is resolved without a completed job, and the resident reads this.
desk-cancel-means = The resident reads this.
desk-reply = Reply
desk-reply-to = Reply to { $name }
desk-reply-who = For whom
desk-reply-public = The resident sees it
desk-reply-internal = Staff only
desk-send = Send

## Merging

desk-merge-title = Merge { $reference }
desk-merge-means = { $reference } is cancelled; its people follow the other ticket and hear of it.
desk-merge-none = Nothing similar is open
desk-merge-others = May be the same
desk-merge-reference = Reference of the other
desk-merge-not-now = This ticket cannot be merged now.

## For a caller

desk-person-guest = Guest, by a label
desk-person-caller = Caller
desk-caller-number = Caller's number
desk-caller-find = Find
desk-caller-which = Which person
desk-caller-new = This number is not known. It is stored with the report.
desk-caller-name = Name
desk-number-wrong = This is no telephone number. Please check it.
desk-where = Unit
desk-where-hint = Of a public place, leave it empty
desk-what = What is the matter
desk-choose = Please choose

## Site plan

desk-map-all = All
desk-map-emergencies = Emergencies only
desk-map-label = { $site }: { $tickets } open, { $n } on duty. The table beside it says the same
desk-map-places = By building
desk-map-building = { $building } · { $n }
desk-map-nowhere = In no building · { $n }
desk-map-more = { $n } more

## Done

desk-said-answered = Sent, the resident is told.
desk-said-noted = Written down for staff.
desk-said-held = On hold.
desk-said-released = Released.
desk-said-cancelled = Cancelled, the resident is told.
desk-said-goes-on = It goes on, the resident is told.
desk-said-resolved = Resolved, the resident is told.
desk-said-reopened = Open again.
desk-said-unmerged = Taken out and open again.
desk-said-merged = Merged. This is the ticket that goes on.
desk-said-visit = Offered to the resident.
desk-said-visit-cancelled = Visit cancelled, the resident is told.
desk-said-classified = Changed, the clocks follow.
desk-said-place = Place changed.
desk-said-assigned = Assigned.
desk-said-assigned-other-hours = Assigned. The resident asked for other hours: call them first.
desk-said-asked-other-hours = Offered, waiting for the answer. The resident asked for other hours: call them first.
desk-said-asked = Offered, waiting for the answer.
desk-said-withdrawn = Withdrawn.
desk-said-no-job = This ticket has no job to assign.
desk-said-reported = Reported.
desk-said-reported-as-new = Reported as a new caller: who was looked up was not found under this number at this site, or too long ago. Look the number up again.
desk-said-reported-without-number = Reported, but the caller's number was not stored.
desk-said-maybe-twice = Reported. The same may have been reported before; see whether to merge.
desk-said-filter-saved = The list is saved.
desk-said-filter-deleted = The list is forgotten.

## Not done

desk-refused-step = Not done: it is { $state ->
    [open] waiting
    [assigned] accepted
    [in_progress] being worked on
    [on_hold] on hold
    [resolved] resolved
    [closed] closed
    [cancelled] cancelled
    [waiting] waiting
    [offered] being offered
    [accepted] accepted
    [travelling] on the way
    [on_site] on site
    [working] being worked on
    [paused] paused
    [completed] completed
   *[other] in another state
  } now.
desk-refused-changed = Not saved: it was changed after you opened it. See how it is now and change it again.
desk-refused-meanwhile = Meanwhile:
desk-refused-look-again = This is how it is now.
desk-refused-reason = Please give a reason.
desk-refused-text = Please write something.
desk-refused-note = Please say how it was settled.
desk-refused-visit = Please choose a day and times to come.
desk-refused-place = Please give a unit, a public place or words.
desk-refused-category = Please choose a category.
desk-refused-no-one = Please choose a technician.
desk-refused-no-ticket = There is no such ticket. Please check the reference.
desk-refused-full = Not done: the ticket has grown too long. Open another.
desk-refused-many-duplicates = Not merged: too many people follow that ticket.
desk-refused-too-late = Not reopened: it was resolved more than 14 days ago. Open another.
desk-refused-no-visit = There is no visit to cancel.
desk-refused-not-eligible = Not assigned: a rule bars this technician. See why.
desk-refused-asked = Not assigned: { $by } has just asked { $name }. To ask another all the same, assign once more.
desk-refused-at-capacity = Not assigned: this technician has just taken as many as they can hold.
desk-refused-overlap = Not assigned: it would meet another visit that this technician agreed.
desk-refused-gone = There is no such ticket, or it is not yours to see.
desk-refused-forbidden = You may not do this.
desk-refused-wrong = Not done: something is filled in wrong. Please check it.
desk-refused-twice = It is being done. Wait a moment and look again.
