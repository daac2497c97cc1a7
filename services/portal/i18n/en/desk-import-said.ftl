# What is wrong in a list and how to mend it, by the services' codes.

desk-import-column-building = Building
desk-import-column-entrance = Entrance
desk-import-column-room = Room
desk-import-column-id = Id
desk-import-column-name = Name
desk-import-column-phone = Phone
desk-import-column-email = E-mail
desk-import-column-roles = Roles
desk-import-column-until = Moved out
desk-import-column-skills = Skills
desk-import-column-certificate = Certificate
desk-import-column-expires-on = Expires
desk-import-column-shift = Shift
desk-import-column-date = Date
desk-import-column-start = Start
desk-import-column-rating = Rating
desk-import-column-reporter-id = Reporter id
desk-import-column-resolved-at = Resolved
desk-import-column-cancelled-at = Cancelled

desk-import-said-missing = Is missing: fill it in.
desk-import-said-too-long = Has { $chars } characters; { $most } are the most.
desk-import-said-no-number = Is no number, such as 89.5.
desk-import-said-no-whole-number = Is no whole number.
desk-import-said-too-small = Is less than { $least }.
desk-import-said-too-large = Is more than { $most }.
desk-import-said-no-flag = Is neither yes nor no: write 是 or 否, √ or ×, Y or N.
desk-import-said-no-choice = Is not known here. Known are: { $known }
desk-import-said-no-date = Is no date, or no day that there is: write it as 2026-01-31.
desk-import-said-no-likely-date = Lies before 1900 or after 2199.
desk-import-said-no-email = Is no e-mail address, such as wang@example.com.
desk-import-said-no-phone = Is no telephone number, such as 138 0013 8000 or +852 2123 4567.
desk-import-said-no-chinese-phone = Is no number in China, of 11 digits or with its area code. Write one of elsewhere with its country: +852 2123 4567.
desk-import-said-no-e164 = Has to have 7 to 15 digits with its country, such as +8613800138000.
desk-import-said-several-numbers = Has several numbers: keep one of them.
desk-import-said-shortened = Was shortened by the spreadsheet: format the column as text and write it again.
desk-import-said-made-a-date = Was made a date by the spreadsheet (1-2 becomes 1月2日): format the column as text, then write it again.
desk-import-said-lost-zero = May have lost a zero, since { $sample } has one: format the column as text and write { $whole }, or take the zeros off the others.
desk-import-said-doubtful-blank = Is blank, and the value above it may not be meant: write it in every row.
desk-import-said-broken-quotes = The quotes of this row do not add up.
desk-import-said-width-differs = This row has { $values } values for { $columns } columns.
desk-import-said-twice = Stands there more than once: in row { $rows } too.
desk-import-said-twice-and-more = Stands there more than once: in row { $rows } and others too.
desk-import-said-no-person = Neither a number nor a telephone says who this is: write one of them.

desk-import-said-same-unit = Is { $unit } in each of the rows { $rows }: keep one of them.
desk-import-said-too-many-buildings = Would be more than { $most } buildings of a site.
desk-import-said-too-many-units = Would be more than { $most } units of building { $building }: list the rest as another building, such as { $building }B.
desk-import-said-missing-building = Is missing: say which building the room is in.
desk-import-said-several-buildings = May be one of { $buildings }: write the building's code.
desk-import-said-no-building-code = Has to be of digits, letters and Chinese characters, 20 at most.
desk-import-said-room-or-entrance = May be room { $room }, or that of entrance { $entrance }: write building, entrance and room in columns of their own.
desk-import-said-more-than-room = Has more in it than a room: write 1202.
desk-import-said-names-another = Names another building or entrance than the columns beside it.
desk-import-said-no-room-code = Has to be of digits and Latin letters, 20 at most, such as 1202.
desk-import-said-other-spelling = May be { $unit }, as the site or another row has it: write both the same.
desk-import-said-entrance-in-one = May be { $unit }, as the site or another row has it: name the entrance in both, or in neither.

desk-import-said-no-unit = Is no unit of the site: take over its units first, or mend the row.
desk-import-said-several-units = May be one of { $units }: write building, entrance and room.
desk-import-said-unknown-role = “{ $role }” is not known here. Known are: { $known }
desk-import-said-roles-not-yours = Roles are for managers, admins and integrations to say: leave the column out.
desk-import-said-same-home = Is { $unit } of the same person in each of the rows { $rows }: keep one of them.
desk-import-said-too-many-homes = Would be more than { $most } homes of one person.
desk-import-said-wrong-record = The record of this person has something wrong in it: mend that first.
desk-import-said-out-before-in = Has to be after the day of moving in. Of those who have moved out, name both days.
desk-import-said-differing-rows = Differs between the rows { $rows } of one person: keep one value.
desk-import-said-wrong-contact = No message can reach this: look at how it is written.
desk-import-said-of-another-site = Is a person of another site, whose staff say how they are reached.

desk-import-said-known-elsewhere = This number is known at another site: ask its staff, or take another number.
desk-import-said-known-with-other-zeros = May be { $other }, whom the site has: write both the same.
desk-import-said-no-technician = Is no technician of the site: take over technicians first, or mend the row.
desk-import-said-unknown-skill = “{ $skill }” is not known here. Known are the codes { $codes }, and the names { $names }
desk-import-said-too-many-skills = Has more than { $most } skills.
desk-import-said-unknown-certificate = Is not known here. Known are { $names }, and the codes that the site’s rules name, such as { $codes }
desk-import-said-too-many-certificates = Would be more than { $most } certificates of one technician.
desk-import-said-ends-before-issue = Lies before the day of issue, { $issued_on }.
desk-import-said-no-shift = Has no shift: name weekdays, or a date, and what is worked then.
desk-import-said-missing-shift = Is missing: write a shift, its times, or “off”.
desk-import-said-unknown-shift = The times of “{ $shift }” are not known: write 08:00-16:00, or above the headings “{ $shift } 08:00-16:00”.
desk-import-said-empty-shift = Has to end at another time than it begins.
desk-import-said-too-many-shifts = Would be more than { $leaves } leaves or { $shifts } shifts of one technician.

desk-import-said-before-2000 = Lies before the year 2000.
desk-import-said-in-future = Lies in the future.
desk-import-said-before-earlier = { $step ->
    [opened] Lies before the report
    [assigned] Lies before it was assigned
    [arrived] Lies before the arrival
    [started] Lies before the work began
    [resolved] Lies before it was done
   *[other] Lies before the step ahead of it
  } ({ $at } UTC). A date without a time is the beginning of its day.
desk-import-said-rates-open = Rates what has not ended.
desk-import-said-unprintable = Has characters that cannot be shown.
desk-import-said-open-with-end = Says that it ended, and the state that it did not.
desk-import-said-closed-and-cancelled = Says that it was cancelled, and the state that it ended.
desk-import-said-cancelled-and-done = Says that it was done, and the row that it was cancelled.
desk-import-said-missing-end = Is missing: write when it was done, or closed.
desk-import-said-missing-cancelled-at = Is missing: write when it was cancelled.

desk-import-said-encoding = Read as { $encoding } text.
desk-import-said-room-lengths = { $column }: rooms have three digits and four ({ $short }, { $long }), and are taken as they are. If { $short } was 0{ $short }, format the column as text and write the zeros.
desk-import-said-both-date-orders = { $column }: days and months stand in both orders ({ $day_first }, { $month_first }). Read as month/day/year; what cannot be is named below. Write them as 2026-01-31.
desk-import-said-day-first = { $column }: read as day/month/year, since { $proof } can be nothing else.
desk-import-said-month-first = { $column }: read as month/day/year, since { $proof } can be nothing else.
desk-import-said-guessed-date-order = { $column }: dates such as { $sample } do not tell whether the month or the day is first. Read as month/day/year; if that is wrong, write them as 2026-01-31.
desk-import-said-good-from-today = Certificates that do not say since when are taken as good from { $day } on.
desk-import-said-guessed-shift = { $shift } is taken as { $start }–{ $end }, since no title says its times.

refusal-list-too-long = This list is too long: { $most } at a time are the most. Send it in parts.
refusal-readers-busy = Other lists are being read. Try again soon.
refusal-unreadable-sheet = { $detail }
refusal-unreadable-sheet-unknown-columns = Columns are missing: { $needed }. The headings that were read: { $found }
refusal-unreadable-sheet-repeated-column = Several columns have the same heading: { $columns }
refusal-unreadable-sheet-no-column = There is no column { $columns }.
refusal-unreadable-sheet-no-field = There is no field “{ $fields }”. There are: { $known }
refusal-unreadable-sheet-too-many-columns = { $columns } columns are not known here, and { $most } are the most: take some out.
refusal-unreadable-sheet-too-many-rows = There are more than { $most } rows: split it into several files.
refusal-unreadable-sheet-no-sheet = There is no sheet “{ $sheet }”. There are: { $sheets }
refusal-unreadable-sheet-empty = The file is empty.
refusal-unreadable-sheet-empty-sheets = Its sheets are empty.
refusal-unreadable-sheet-password = The file is protected by a password: save it without one.
refusal-unreadable-sheet-markup = It is a web page under a spreadsheet’s name. Open it, and save it as .xlsx or as CSV.
refusal-unreadable-sheet-no-workbook = This workbook cannot be read: save it as .xlsx or as CSV.
refusal-unreadable-sheet-unpacks-large = It unpacks to { $megabytes } MB, which is too much: split it, or save it as CSV.
refusal-unreadable-sheet-cut-off = The end of the file is missing: save it as UTF-8 or as .xlsx.
refusal-unreadable-sheet-not-text = Near line { $line } there is no { $encoding } text: save it as UTF-8 or as .xlsx.
refusal-unreadable-sheet-too-much-memory = There is more in it than memory for it: split it into several files.
refusal-unreadable-sheet-too-much = There is too much in it: split it into several files.
refusal-unreadable-sheet-too-costly = Reading it takes too much time or memory: split it, or save it as CSV.
refusal-unreadable-sheet-damaged = The file is damaged: open it, and save it anew as .xlsx or as CSV.
refusal-unreadable-sheet-no-such-file = The file is gone. Choose it again.
refusal-unreadable-sheet-a-directory = This is a folder: choose one file in it.
