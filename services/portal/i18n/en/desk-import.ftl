# Lists that a company keeps.

desk-import-list = Take over a list
desk-import-kind = What it lists
desk-import-places = Buildings and units
desk-import-residents = Residents
desk-import-technicians = Technicians
desk-import-rota = Rota
desk-import-tickets = Old tickets
desk-import-file = File
desk-import-file-means = Excel or CSV as it is, at most 50 MB. Titles above the headings and merged cells do no harm.
desk-import-sheet = Sheet
desk-import-sheet-means = By name or number, where a workbook has several.
desk-import-map = Columns that are called otherwise
desk-import-map-means = One on each line: field = heading in the file.
desk-import-preview = See what would be
desk-import-apply = Take it over
desk-import-kept = Nothing was changed yet. The file is kept for an hour.
desk-import-again = Ask again
desk-import-again-means = The list may still be at work. Asking again takes nothing twice.
desk-import-no-file = Choose a file.
desk-import-too-large = This file is larger than 50 MB. Send it in parts.
desk-import-gone = The file is no longer kept here. Choose it again.
desk-import-was-taken = { $file } was taken over
desk-import-would-be = This would become of { $file }
desk-import-nothing-new = { $file } has nothing new
desk-import-has-bad =
    { $n ->
        [one] { $file } has one bad row
       *[other] { $file } has { $n } bad rows
    }
desk-import-rows = Rows
desk-import-created = New
desk-import-changed = Changed
desk-import-unchanged = As before
desk-import-bad = Bad
desk-import-contacts = How they are reached: { $created } new, { $changed } changed.
desk-import-ignored = Columns that are not read: { $columns }
desk-import-problems = What is wrong, row by row
desk-import-row = Row
desk-import-column = Column
desk-import-whole-row = The whole row
desk-import-value = Value
desk-import-why = What to do
desk-import-unlisted = { $n } more are not listed.
desk-import-skip-bad =
    { $n ->
        [one] Leave the bad row out and take the others
       *[other] Leave the { $n } bad rows out and take the others
    }
desk-import-skip-bad-means = Otherwise nothing is taken while a row is bad.
desk-import-templates = Templates
desk-import-templates-mean = Headings and an example row to write over.
desk-import-excel = Excel
desk-import-csv = CSV
