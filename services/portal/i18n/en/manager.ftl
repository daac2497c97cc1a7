# Pages of the manager: what was promised and kept.

manager-today = Today
manager-print = Print
manager-csv = CSV
manager-month = { $month } { $year }
manager-earlier-month = Month before
manager-later-month = Month after
manager-month-head = Month
manager-which-clock = Which promise
manager-to-compliance = All figures of the month

manager-reported = Reported
manager-reported-today = { $n } today
manager-open-now = Open now
manager-month-before = { $n } the month before
manager-kept-in-time = { $clock } in time
manager-before = { $percent }% before
manager-goal = goal { $goal }%
manager-none-decided = none decided yet
manager-none-decided-of = No { $clock } promise of this month is decided yet.
manager-of = { $n } of { $of }

manager-finding-none = Nothing promised in { $month } is decided yet.
manager-finding-kept = { $month } kept the goal: { $clock } lowest, at { $percent }% in time.
manager-finding-below = { $clock } was in time for { $percent }% in { $month }; the goal is { $goal }%.
manager-finding-below-most =
    { $n ->
        [one] { $clock } was in time for { $percent }% in { $month }, below { $goal }%; { $category } was late once, most of all.
       *[other] { $clock } was in time for { $percent }% in { $month }, below { $goal }%; { $category } was late { $n } times, most of all.
    }
manager-trend-label = Share of promises kept, month by month until { $month }. The table beside has the numbers.
manager-trend-table = Kept in time, by month
manager-by-category = { $clock } late, by category: { $category } most
manager-bars-label = Share of late { $clock } by category. The table beside has the numbers.
manager-category-table = { $clock } by category, { $month }
manager-by-priority = { $clock } by priority
manager-by-site = { $clock } by site
manager-why-broken =
    { $n ->
        [one] Why { $clock } was late once
       *[other] Why { $clock } was late { $n } times
    }
manager-none-broken = No promise was broken.
manager-how-counted = How this is counted
manager-imported = From the former system
manager-behind =
    { $n ->
        [one] One ticket that changed is not counted yet; it will be in a moment.
       *[other] { $n } tickets that changed are not counted yet; they will be in a moment.
    }

manager-category = Category
manager-priority = Priority
manager-clock = Promise
manager-ticket = Ticket
manager-share = In time
manager-took = Took on average
manager-late = Late on average
manager-late-by = Late by
manager-paused-share = Paused
manager-due = Due
manager-stopped = Done
manager-still-waited-for = still waited for
manager-why = Why
manager-times = Times
manager-mostly = Mostly

manager-outcome-kept = Kept
manager-outcome-broken = Broken
manager-outcome-running = Running
manager-outcome-paused = Paused
manager-outcome-cancelled = Not wanted any more
manager-outcome-unknown = Unknown

manager-cause-on-hold = On hold, and the clock went on
manager-cause-at-desk = With the desk
manager-cause-reopened = Reopened after it was resolved
manager-cause-not-taken = No technician had taken it
manager-cause-not-there = The technician was not there yet
manager-cause-not-done = The technician was there, it was not done
manager-cause-unknown = Not known

manager-opened-between = Reported from { $first } to { $last }
manager-no-promises = There is no such promise in this time.
manager-all-broken = All that were broken

manager-broken-today = Broken today
manager-none-broken-today = All of today's promises stand
manager-handed-out-today = How today's jobs came to technicians
manager-handed-out = How jobs came to technicians
manager-jobs = Jobs
manager-at-first = Taken at the first offer
manager-offers-a-job = Offers for each job
manager-minutes-to-accept = Until a technician took it
manager-declined = Offers declined
manager-expired = { $n } ran out
manager-assigned = Assigned by the desk
manager-returned = Given back
manager-completed = Completed
manager-follow-ups = { $n } to come again
manager-unassignable = No one can take

manager-period-today = Today
manager-period-week = This week
manager-report-today = Report for { $day }
manager-report-week = Report for { $first } to { $last }
manager-report-promised =
    { $n ->
        [one] One ticket was reported; this became of what was promised
       *[other] { $n } tickets were reported; this became of what was promised
    }
manager-report-why = Why promises were broken
manager-report-categories = By category
manager-report-broken = Every promise that was broken
manager-report-only = The newest { $n } are listed.
