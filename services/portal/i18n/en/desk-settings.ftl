# What a site is set to.

desk-settings-change = Change
desk-settings-look = See what would change
desk-settings-save = Save
desk-settings-edit = Change it again
desk-settings-leave = Leave it
desk-settings-saved = Saved.
desk-settings-would-change = What would change
desk-settings-would-change-n =
    { $n ->
        [one] One thing would change
       *[other] { $n } things would change
    }
desk-settings-no-change = Nothing would change.
desk-settings-what = Setting
desk-settings-before = Now
desk-settings-after = Then
desk-settings-stale = Someone else has changed this meanwhile.
desk-settings-stale-means = What you see is the difference between theirs and yours. Saving now puts yours in the place of theirs.
refusal-managers-only = Only managers and admins of the site change this.
refusal-of-all-sites = This counts at every site and is not changed here.
desk-settings-for-all = every site

desk-settings-yes = yes
desk-settings-no = no
desk-settings-any = any
desk-settings-nothing = nothing
desk-settings-demanded = demanded
desk-settings-optional = optional
desk-settings-seconds =
    { $n ->
        [one] 1 second
       *[other] { $n } seconds
    }
desk-settings-minutes =
    { $n ->
        [one] 1 minute
       *[other] { $n } minutes
    }
desk-settings-hours =
    { $n ->
        [one] 1 hour
       *[other] { $n } hours
    }
desk-settings-days =
    { $n ->
        [one] 1 day
       *[other] { $n } days
    }
desk-settings-working-days =
    { $n ->
        [one] 1 working day
       *[other] { $n } working days
    }
desk-settings-metres = { $n } m
desk-settings-in-seconds = in seconds
desk-settings-in-minutes = in minutes
desk-settings-in-days = in days
desk-settings-id = Id
desk-settings-id-means = Letters, digits, and . _ : @ + - between them; it stays.

desk-settings-wrong-empty = Write something here.
desk-settings-wrong-phone = This is no telephone number. Write it as 021-5555 0110 or +86 21 5555 0110.
desk-settings-wrong-number = { $value } is no number from { $least } to { $most }.
desk-settings-wrong-span = { $value } is no span of time. Write 30m, 2h or 1d.
desk-settings-wrong-hours = { $value } are no hours. Write 08:00-12:00 13:30-18:00.
desk-settings-wrong-day = This line cannot be read: { $value }
desk-settings-wrong-country = Write a country such as CN, or DE-BY.
desk-settings-wrong-code = A code has small letters, digits, - and _, and begins with a letter or digit.
desk-settings-wrong-taken = There is a category { $value } already.
desk-settings-wrong-skill = { $value } is no skill. Write plumbing, or plumbing:2.
desk-settings-wrong-option = This line is no option: { $value }. Write code=name.
desk-settings-wrong-id = Give it an id of letters and digits.

desk-settings-site = Site
desk-settings-site-means = Counts at once, for everyone.
desk-settings-site-name = Name
desk-settings-site-zone = Time zone
desk-settings-site-zone-means = Such as Asia/Shanghai.
desk-settings-site-language = Language
desk-settings-site-phone = Telephone
desk-settings-site-phone-means = Where residents call, shown to them as it is written here.
desk-settings-site-see-unit = Residents see the other requests of their flat
desk-settings-site-object = Time to object
desk-settings-site-object-means = In working days, after which a resolved request closes by itself; left out, 72 hours.
desk-settings-site-object-usual = 72 hours
desk-settings-site-visits = A visit that staff set stands after
desk-settings-site-visits-means = In hours without an objection; 0 at once, left out only when the resident agrees.
desk-settings-site-visits-confirmed = when the resident agrees
desk-settings-site-visits-at-once = at once
desk-settings-site-danger = Words of danger
desk-settings-site-danger-means = One on each line. A report that has one becomes an emergency.

desk-settings-categories = Categories
desk-settings-category = Category
desk-settings-category-new = New category
desk-settings-category-means = Counts for reports from now on.
desk-settings-category-code = Code
desk-settings-code-means = Small letters and digits; it stays.
desk-settings-name-zh = Name, Chinese
desk-settings-name-en = Name, English
desk-settings-category-priority = Priority
desk-settings-category-nature = Nature
desk-settings-category-road = Who sees to it
desk-settings-category-minutes = Usual minutes
desk-settings-category-skills = Skills
desk-settings-skills-mean = Codes with commas between; a level from 1 to 5 after a colon.
desk-settings-category-questions = Questions
desk-settings-category-checklist = Checklist
desk-settings-checklist-means = What the technician ticks before the job is completed: one on each line, code=Chinese / English.
desk-settings-category-question = Question { $code }
desk-settings-questions-mean = A row without a code is no question.
desk-settings-question-code = Code of the question
desk-settings-question-kind = Answered by
desk-settings-question-zh = Question, Chinese
desk-settings-question-en = Question, English
desk-settings-question-options = Options
desk-settings-options-mean = Of a choice: one on each line, code=Chinese / English.
desk-settings-question-required = An answer is demanded
desk-settings-question-text = words
desk-settings-question-number = a number
desk-settings-question-choice = a choice
desk-settings-question-photo = a photo
desk-settings-category-remove = Take the category away
desk-settings-category-remove-means = Nothing can be reported under it from now on. Its requests stay as they are.
desk-settings-category-removed = The category was taken away.
desk-settings-nature-fault = fault
desk-settings-nature-complaint = complaint
desk-settings-nature-praise = praise
desk-settings-nature-suggestion = suggestion
desk-settings-nature-enquiry = enquiry
desk-settings-nature-request = request
desk-settings-road-dispatch = a technician
desk-settings-road-desk = the desk

desk-settings-rules = How jobs are handed out
desk-settings-rules-means = Counts for what is handed out from now on, and all that waits. Open offers keep their end.
desk-settings-rules-mode = Mode
desk-settings-rules-mode-means = By the plan technicians are asked one after the other, the best first.
desk-settings-rules-mode-of = Mode for { $category }
desk-settings-rules-mode-usual = as usual
desk-settings-mode-plan = by the plan
desk-settings-mode-pool = to be grabbed
desk-settings-mode-manual = by the desk
desk-settings-rules-pool = Time to grab a job
desk-settings-rules-lifetime = An offer stands, { $priority }
desk-settings-rules-fan-out = Technicians asked at once about an emergency
desk-settings-rules-fan-out-means = 0 leaves emergencies to the mode.
desk-settings-rules-interrupt = An emergency interrupts lower work
desk-settings-rules-cooling = Not asked again after a no, for
desk-settings-rules-retry = All are asked anew after
desk-settings-rules-overtime = Overtime that is taken for granted
desk-settings-rules-distance = Greatest distance
desk-settings-rules-distance-means = In metres; left out, any.
desk-settings-any-distance = any
desk-settings-rules-consent = The desk assigns without asking the technician
desk-settings-rules-by-category = By category
desk-settings-rules-certificates = Certificates
desk-settings-rules-certificates-of = Certificates for { $category }
desk-settings-rules-certificates-mean = Kinds of certificate that such work demands, with commas between.

desk-settings-policies = What is promised
desk-settings-policies-mean = The most specific one counts; where none is for a ticket, the default.
desk-settings-policies-none = The default promises count.
desk-settings-policy-new = New policy
desk-settings-policy-means = Counts for tickets that are opened from now on. Others keep what they were promised.
desk-settings-policy-for = For
desk-settings-policy-all = every ticket
desk-settings-policy-channel = Way it came
desk-settings-policy-channel-means = Such as app or phone; left out, any.
desk-settings-policy-targets = Promises
desk-settings-policy-targets-mean = 30m, 2h or 1d; a day of working time is a working day. Left out, nothing is promised.
desk-settings-counted-in = Counted in
desk-settings-wall = all hours
desk-settings-working = working hours
desk-settings-policy-stopped-by = What stops which clock
desk-settings-policy-stops = { $clock } is stopped by
desk-settings-policy-hold = On hold for
desk-settings-policy-warn = Warnings
desk-settings-policy-warn-means = Shares of the time in percent, with commas between.
desk-settings-policy-recompute = Another priority or category
desk-settings-from-start = timed anew from the start
desk-settings-from-change = timed from the change on
desk-settings-policy-order = Order
desk-settings-policy-order-means = Decides between policies that are equally specific, the lowest first.
desk-settings-policy-restarts = Reopening promises another visit
desk-settings-policy-honours = An agreed visit moves the arrival
desk-settings-policy-visits = At most by
desk-settings-policy-withdraw = Withdraw the policy
desk-settings-policy-withdraw-means = From now on the next specific one counts. Tickets that have it keep it.
desk-settings-policy-withdrawn = The policy was withdrawn.

desk-settings-calendars = Calendars
desk-settings-calendar = Calendar
desk-settings-calendars-none = The usual hours count: Monday to Friday, 08:00-12:00 and 13:30-18:00.
desk-settings-calendar-own = The site's own
desk-settings-calendar-new = New calendar
desk-settings-calendar-means = Counts for clocks that go on.
desk-settings-calendar-week = Week
desk-settings-always-open = Always open
desk-settings-closed = closed
desk-settings-calendar-holidays = Holidays of
desk-settings-holidays-mean = A country, such as CN, or DE-BY; left out, none.
desk-settings-calendar-days = Days that differ
desk-settings-days-mean = One on each line: date, then hours, or - for closed, or =6 for like a Saturday, then a name.
desk-settings-like = like { $weekday }
desk-settings-monday = Monday
desk-settings-tuesday = Tuesday
desk-settings-wednesday = Wednesday
desk-settings-thursday = Thursday
desk-settings-friday = Friday
desk-settings-saturday = Saturday
desk-settings-sunday = Sunday

desk-remark-no-such-site = There is no such site yet: this counts once there is.
desk-remark-unknown-category = The site has no category “{ $category }”: this is for no ticket.
desk-remark-no-such-nature = No category that this names is of the nature: this is for no ticket.
desk-remark-unknown-channel = No ticket comes by “{ $channel }”: this is for no ticket.
desk-remark-make-up-workdays-unknown = The make-up workdays of { $year } are not known here yet. Add them under “Days that differ” once they are announced.

desk-settings-fault-missing = Fill this in.
desk-settings-fault-string-too-short = Has to have at least { $min_length } characters.
desk-settings-fault-string-too-long = May have at most { $max_length } characters.
desk-settings-fault-string-pattern-mismatch = Is not written as it has to be.
desk-settings-fault-too-long = May have at most { $max_length } entries.
desk-settings-fault-greater-than-equal = Has to be at least { $ge }.
desk-settings-fault-greater-than = Has to be more than { $gt }.
desk-settings-fault-less-than-equal = May be at most { $le }.
desk-settings-fault-less-than = Has to be less than { $lt }.
desk-settings-fault-enum = Is none of the choices.
desk-settings-fault-unstorable = Has characters that cannot be kept.
desk-settings-fault-string-unicode = Has characters that cannot be kept.
desk-settings-fault-date-from-datetime-parsing = There is no such day.
desk-settings-fault-date-parsing = There is no such day.
desk-settings-fault-no-duration = A promise lasts more than no time and at most { $days } days.
desk-settings-fault-unknown-time-zone = There is no time zone “{ $zone }”. Write one such as Asia/Shanghai.
desk-settings-fault-unknown-holidays = The holidays of “{ $where }” are not known. Write a country's code, such as CN.
desk-settings-fault-hardly-open = A week has to have at least an hour of work; or tick that it is always open.
desk-settings-fault-date-twice = A day stands there twice.
desk-settings-fault-hours-and-weekday = A day has either hours of its own or those of a weekday, not both.
desk-settings-fault-no-such-calendar = This site has no calendar “{ $calendar }”.
desk-settings-fault-id-of-another-site = This is the id of another site. Choose another.
desk-settings-fault-named-twice = Stands there twice: { $codes }
desk-settings-fault-only-of-a-number = Only a question for a number has a range and a unit.
desk-settings-fault-range-reversed = The maximum must not be less than the minimum.
desk-settings-fault-only-of-a-choice = Only a question to choose from has options.
desk-settings-fault-no-options = A question to choose from needs at least one option.
