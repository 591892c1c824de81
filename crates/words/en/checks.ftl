# What a field must be that does not fit. It stands beside the field: no capital letter, no full stop.

## Of anything
check-name = must be 1 to { $most } characters that can be seen, on one line
check-text = must be at most { $most } characters, none of them hidden
check-no-person = there is no person { $person }
check-no-region = there is no region { $region }
check-no-store = there is no store { $site }
check-no-site = there is no site { $site } within your reach
check-no-queue = there is no queue { $queue }
check-no-policy = there is no policy { $policy }
check-no-schedule = there is no schedule { $schedule }

## Of a report
check-panic-elsewhere = a panic is posted to /api/v1/panic
check-future = lies in the future (it is { $now } here); check the clock or leave it out
check-long-ago = lies more than two years back; check the year
check-no-area = { $store } has no area { $area }
check-no-device = { $store } has no device { $device }
check-narrative = must be at most { $most } characters; attach the rest as a comment
check-reporter = is nobody whom you may name here: name somebody of this store, or leave it out
check-items = at most { $most } items
check-item-name = must be 1 to 200 characters that can be seen, on one line
check-item-sku = must be 1 to 64 characters, or left out
check-item-quantity = must be 1 to 100000
check-item-value = must be 0 to 10000000000, in pence or cents
check-answer-unknown = this category does not ask that; it asks: { $questions }
check-answer-yes-no = must be true or false
check-answer-number = must be a whole number from 0 to 1000000
check-answer-choice = must be one of: { $answers }
check-answer-many = must be a list of: { $answers }
check-answer-text = must be text of at most { $most } characters

## Of what is done to an incident
check-comments = this incident has { $most } comments already, and no more are kept
check-comment = must be 1 to { $most } characters
check-note = must be at most { $most } characters
check-overrule-nothing = say which of category, risk and queue is different
check-overrule-risk = must be 0 to 100
check-overrule-reason = say why, in 1 to { $most } characters
check-hand-unseen = that person may not see this incident
check-hand-unable = that person may neither respond to incidents nor resolve them; choose somebody who may

## Of a region and a store
check-name-of-log = this name is taken by the log of the settings
check-not-put = credentials are issued, not put
check-shift-not-put = shifts are started and ended, not put
check-store-stays = a store stays in its region, { $region }, where its incidents are on record; make a new store in the other one
check-time-zone = must be an IANA time zone such as Europe/London
check-hold = must be 500 to 1500 milliseconds (0.5 to 1.5 seconds)
check-parts = at most { $most } areas and devices each
check-areas-same = two areas have the same id
check-devices-same = two devices have the same id
check-phone = must be a number with its country, such as +441632960123: a plus sign and 7 to 15 digits
check-device-area = names the area { $area }, which this store does not have

## Of an on-call schedule
check-turns = at most { $most } people and stand-ins
check-turn-short = a turn is at least one hour (3600)
check-turn-ends = must be later than its beginning

## Of a person
check-person-id = must have a letter or a digit, and must not be system, which is Outcry itself
check-person-system = system is Outcry itself; nobody can be it
check-last-administrator = this is the last administrator of the whole organisation; make somebody else one first
check-contacts = at most { $most } contacts
check-contact = must be a mail address for mail, or a http(s) URL for a webhook; the desk needs none

## Of a queue and an escalation policy
check-acknowledge-short = must be 5 seconds or more
check-resolve-short = must not be shorter than the time to acknowledge
check-last-queue = this is the last queue that takes calls for help; first make another one with priority 1 and no checkpoint
check-steps = must have 1 to { $most } steps
check-repeat = must be 5 to 86400 seconds
check-step-after = must be 5 to 86400 seconds after the step before
check-targets-none = needs somebody
check-targets = at most { $most }
check-target-twice = is there twice; name it once
check-target-system = nobody is Outcry itself; choose a role that people have
check-channels-none = needs at least one channel
check-channel-twice = names a channel twice; name it once

## Of a report template
check-tile = must be 1 to 6, or nothing
check-tile-taken = { $name } is on tile { $tile }; take it off that tile first
check-questions = at most { $most } questions
check-questions-same = two questions have the same id
check-label = needs an id of 1 to 40 characters and a short label
check-answers = needs 1 to 40 options
check-answers-same = two answers have the same id
check-flag = words raise no flag; ask for yes or no, a number or chips
