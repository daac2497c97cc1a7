moment-today = today
moment-tomorrow = tomorrow
moment-yesterday = yesterday
moment-day = { $day } { $month }
moment-day-of-year = { $day } { $month } { $year }
moment-day-clock = { $day } { $clock }
moment-minutes = { $count } min
moment-hours = { $count } h
moment-days = { $count ->
    [one] { $count } day
   *[other] { $count } days
}
moment-and = { $large } { $small }
moment-month-1 = January
moment-month-2 = February
moment-month-3 = March
moment-month-4 = April
moment-month-5 = May
moment-month-6 = June
moment-month-7 = July
moment-month-8 = August
moment-month-9 = September
moment-month-10 = October
moment-month-11 = November
moment-month-12 = December
