# Mails about one incident, and what is kept of an attempt to tell somebody.

letter-subject = [P{ $priority }] { $what } at { $place }: { $reference }
letter-what = { $what } at { $place }.
letter-reported = Reported { $time } (UTC).
letter-address = Address: { $address }
letter-acknowledge = Somebody must acknowledge it by { $time } (UTC).
letter-silent = Silent: do not call the store's public number, and do not arrive with a siren.
letter-open = Open it: { $url }
letter-reference = Reference { $reference }. Step { $step } of the escalation.
