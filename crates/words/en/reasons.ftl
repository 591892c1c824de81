# Why an incident was assessed as it was: what a report, its store and the tills say, and what the rules demand.
# An assessment keeps its reasons as they were said on the day.

reason-said = mentions "{ $quote }"
reason-denied = says there was no "{ $quote }"

reason-as-theft = reported as theft
reason-as-robbery = reported as robbery
reason-as-burglary = reported as burglary
reason-as-violence = reported as violence
reason-as-threat = reported as threat or abuse
reason-as-weapon = reported as weapon
reason-as-sexual = reported as a sexual offence
reason-as-hate = reported as a hate incident
reason-as-damage = reported as damage
reason-as-fraud = reported as fraud
reason-as-suspicious = reported as suspicious behaviour
reason-as-antisocial = reported as anti-social behaviour
reason-as-dishonesty = reported as staff dishonesty
reason-as-other = reported as something else

reason-from-terminal = came from the shop-floor terminal
reason-from-phone = came by phone
reason-from-api = came from a connected system
reason-from-mail = came by e-mail
reason-from-portal = came through the public form
reason-at-night = happened at night
reason-in-the-morning = happened in the morning
reason-in-the-afternoon = happened in the afternoon
reason-in-the-evening = happened in the evening

# $value is in whole units of the store's currency
reason-value = value about { $value }
reason-busy-store = { $count } incidents at this store in 30 days
reason-violent-store = { $count ->
    [1] one violent incident at this store in 30 days
   *[other] { $count } violent incidents at this store in 30 days
}

reason-refund-then = refund at till { $till } at the same time
reason-refund-minute-before = refund at till { $till } about a minute before
reason-refund-minute-after = refund at till { $till } about a minute after
# $minutes is a number below ten in words, or in digits
reason-refund-minutes-before = refund at till { $till } { $minutes } minutes before
reason-refund-minutes-after = refund at till { $till } { $minutes } minutes after
reason-number = { $number ->
    [2] two
    [3] three
    [4] four
    [5] five
    [6] six
    [7] seven
    [8] eight
    [9] nine
   *[other] { $number }
}
reason-item-refunded = { $count ->
    [1] a reported item was refunded around that time
   *[other] { $count } reported items were refunded around that time
}
reason-item-sold = { $count ->
    [1] a reported item was paid for around that time
   *[other] { $count } reported items were paid for around that time
}
reason-voids = { $count } sales were cancelled at the till around that time
reason-no-sales = the till was opened { $count } times without a sale around that time

## What the rules demand, and why a person must look first
reason-never-below = { $category } is never below { $risk }
reason-weapon = A weapon was seen
reason-injury = Somebody is hurt
reason-force = Force was used
reason-still-here = They are still in the store
reason-sensitive = { $category } is sensitive: a person decides where it goes
reason-unsure = The score is unsure ({ $percent } %)
