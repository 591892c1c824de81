# What things are called, wherever they are named.

## Kinds of incidents, at the beginning of a sentence or alone
category-theft = Theft
category-robbery = Robbery
category-burglary = Burglary
category-violence = Violence
category-threat = Threat or abuse
category-weapon = Weapon
category-sexual = Sexual offence
category-hate = Hate incident
category-damage = Damage
category-fraud = Fraud
category-suspicious = Suspicious behaviour
category-antisocial = Anti-social behaviour
category-dishonesty = Staff dishonesty
category-panic = Panic
category-other = Other

## A moment where it matters: $clock is hours and minutes, $zone what their time is called there, such as GMT
moment-local = { $day } { $month ->
    [1] Jan
    [2] Feb
    [3] Mar
    [4] Apr
    [5] May
    [6] Jun
    [7] Jul
    [8] Aug
    [9] Sep
    [10] Oct
    [11] Nov
   *[12] Dec
}, { $clock } { $zone }

## How soon somebody must look
priority-critical = Critical
priority-high = High
priority-medium = Medium
priority-low = Low

## What somebody is to the organisation
role-clerk = shop floor
role-manager = store manager
role-desk = dispatch desk
role-analyst = loss prevention
role-admin = administrator
role-terminal = terminal
role-integration = integration
role-system = Outcry

## What an incident is: "this incident is …"
state-reported = reported
state-open = open
state-acknowledged = acknowledged
state-responding = responding
state-resolved = resolved
state-closed = closed
state-merged = merged
state-false-alarm = a false alarm
state-withdrawn = withdrawn

## How it ended: "Resolved: …"
resolution-offender-detained = the person was detained
resolution-offender-left = the person left
resolution-goods-recovered = the goods were recovered
resolution-police-attended = the police attended
resolution-no-action = nothing had to be done
resolution-other = something else

## Why personal texts are erased: "Personal texts erased: …"
ground-requested = a person concerned asked for it
ground-retention-over = the time to keep it is over
ground-not-needed = it should not have been written down
ground-ordered = an authority ordered it

## What somebody may do: "you have no right to …"
action-report = file reports
action-panic = call for help
action-read = see incidents
action-read-confidential = see what colleagues reported in confidence
action-acknowledge = acknowledge incidents
action-comment = comment on incidents
action-reassign = hand incidents to somebody else
action-escalate = escalate incidents
action-respond = respond to incidents
action-resolve = resolve incidents
action-close = close incidents
action-false-alarm = mark false alarms
action-withdraw = withdraw reports
action-merge = merge incidents
action-override = overrule the assessment
action-publish-events = send till and sensor events
action-read-people = see people
action-edit-sites = edit stores
action-edit-people = edit people
action-edit-policies = edit queues, policies and schedules
action-edit-templates = edit report templates
action-edit-retention = change retention
action-erase = erase personal texts
action-export = export in bulk
action-shift = start and end your own shift
action-shift-others = start and end the shifts of others
action-run = run Outcry's own loops
