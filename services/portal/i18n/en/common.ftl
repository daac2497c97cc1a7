# Words of all pages: the frame, states, parts.

language-zh-cn = 中文
language-en = English

frame-name = Fettle
frame-skip = Skip to content
frame-back = Back
frame-navigation = Main navigation
frame-parts = Parts of this page

nav-home = Home
nav-my-tickets = Requests
nav-inbox = Messages
nav-me = Me
nav-today = Today
nav-pool = Pool
nav-board = Board
nav-tickets = Tickets
nav-map = Site plan
nav-messages = Messages
nav-people = People
nav-manager = Manager
nav-compliance = Compliance
nav-report = Report
nav-labels = Labels
nav-import = Import
nav-endpoints = Endpoints
nav-dead-letters = Dead letters
nav-settings = Settings

role-resident = Resident
role-technician = Technician
role-dispatcher = Dispatcher
role-manager = Manager
role-admin = Admin
role-integration = Integration

priority-emergency = Emergency
priority-urgent = Urgent
priority-normal = Normal
priority-low = Low

state-open = Waiting
state-assigned = Accepted
state-in-progress = Working
state-on-hold = On hold
state-resolved = To be confirmed
state-resolved-asks = Please confirm
state-closed = Closed
state-cancelled = Cancelled

hold-waiting-parts = Waiting for parts
hold-waiting-resident = Waiting for the resident
hold-no-access = No access
hold-waiting-contractor = Waiting for a contractor
hold-interrupted = An emergency first

job-waiting = Waiting
job-offered = Being offered
job-accepted = Accepted
job-travelling = On the way
job-on-site = On site
job-working = Working
job-paused = Paused
job-completed = Completed
job-follow-up = To come again
job-cancelled = Cancelled

warned-at-risk = Due soon
warned-breached = Overdue
warned-unassignable = No one can
warned-unheard = Unanswered

clock-response = Response
clock-arrival = Arrival
clock-resolution = Repair
clock-update = Answer

span-minutes = { $n } min
span-days = { $n } d
span-left = { $span } left
span-over = { $span } over
unit-seconds = s
unit-minutes = min

live-now = Live
live-stale = Disconnected. This is how it was at { $clock }; connecting again
live-fetching = Fetching

form-working = Sending
form-unsent = Not sent: there is no network. What you wrote is still here, please press again.
form-untaken = Not sent: it cannot be taken right now. What you wrote is still here, please press again in a moment.
form-optional = (optional)
form-wrong =
    { $n ->
        [one] One thing needs a change:
       *[other] { $n } things need a change:
    }
dialog-close = Close

photo-alt = Photo
photo-document = Document
timeline-earlier = What was earlier is not shown: this has grown very long.
photo-take = Take or choose a photo
photo-more = Add a photo

rate-1 = very poor
rate-2 = poor
rate-3 = fair
rate-4 = good
rate-5 = very good
rate-hint = 1 to 5 stars

count-less = One { $what } less
count-more = One { $what } more

steps-label = Progress
scroll-label = Scrolls sideways
pager-label = Pages
pager-newer = Newer
pager-older = Older
paper-printed = printed { $at } · { $who }

theme-auto = As the device
theme-light = Light
theme-dark = Dark

strip-running = { $name }: { $left } left
strip-paused = { $name }: paused, { $counted } counted
strip-late = { $name }: { $over } overdue
strip-met = { $name }: kept, took { $counted }
strip-met-late = { $name }: { $over } late
strip-cancelled = { $name }: cancelled, does not count
strip-unknown = { $name }: no promise
strip-paused-for = (paused for { $paused })
strip-short-paused = Paused
strip-short-late = { $span } late
strip-short-met = Kept
strip-short-cancelled = Not counted
legend-counted = Counted
legend-paused = Paused
legend-left = Left
legend-over = Over
legend-promise = Promise
legend-now = Now

ring-seconds =
    { $n ->
        [one] { $n } second left
       *[other] { $n } seconds left
    }
ring-minutes =
    { $n ->
        [one] { $n } minute left
       *[other] { $n } minutes left
    }

plan-way-now = Now
plan-way-later = After that
plan-busy = Technician at work
plan-free = Technician who is free
plan-means = Shape is priority, colour is the promise
chart-goal = Goal { $goal }

away-tickets = Tickets do not answer.
away-tickets-means = They come back by themselves, there is no need to reload.
away-dispatch = Dispatch does not answer.
away-dispatch-means = Requests are taken, and handed out when it is back.
away-sla = The clocks do not answer.
away-sla-means = They go on counting, and come back by themselves.
away-notify = Messages do not answer.
away-notify-means = They queue, and are sent when it is back.
away-unknown = It is not known whether it was done. Look whether anything has changed before you try again.
unsent = Not sent
work-checked = Checklist
work-not-done = Not done
unsent-means = It cannot be taken right now. Your words are below: press again in a few minutes, it does not count twice.
unsent-signed-out = You have been signed out, so it was not taken. Your words are below: sign in, come back to this page, and press again.
unsent-sign-in = Sign in, in another tab
unsent-foreign = It was not taken: you have signed in or out since that page was made, or it was open for too long. The words are below: press again if they are yours.
unsent-other-role = It was not taken: that page is for another role than the one you are signed in with now. The words are below: sign in as who wrote them, come back to this page, and press again.
unsent-as = You are signed in as { $name }.
unsent-photos = Choose your photos again.
unsent-again = Send again
