# The sentence for each fact of an incident, on its timeline and on the live stream. No full stop.

# $category is the kind of incident
timeline-reported-terminal = { $category } reported from the terminal
timeline-reported-phone = { $category } reported by phone
timeline-reported-api = { $category } reported by a connected system
timeline-reported-mail = { $category } reported by mail
timeline-reported-portal = { $category } reported on the public portal
timeline-reported-button = { $category } reported from the button
timeline-reported-panel = { $category } reported from the alarm panel
# $told is one of the above; $fields lists names of fields
timeline-put-right = { $told } (did not fit, and was put right or left out: { $fields })

timeline-enriched = Store records: { $receipts }, { $matches }, { $cameras }, { $people }
timeline-receipts = { $count ->
    [one] { $count } receipt
   *[other] { $count } receipts
}
timeline-some-receipts = { $listed } of { $all } receipts
timeline-matches = { $count ->
    [one] { $count } match
   *[other] { $count } matches
}
timeline-cameras = { $count ->
    [one] { $count } camera
   *[other] { $count } cameras
}
timeline-people = { $count ->
    [one] { $count } person on shift
   *[other] { $count } people on shift
}

timeline-assessed = Risk { $risk } ({ $category })
# $why is a sentence
timeline-checkpoint = Risk { $risk }: a person must look. { $why }
timeline-overridden = Assessment overruled
timeline-routed = Sent to the { $queue } queue
timeline-routed-checkpoint = Sent to the queue { $queue }: a person decides where it goes

timeline-acknowledged = Acknowledged
timeline-commented = Comment
timeline-responding = Responding
timeline-reassigned = Handed to { $person }
timeline-late-acknowledge = Not acknowledged in time
timeline-late-resolve = Not resolved in time
timeline-resolved = Resolved: { $resolution }
timeline-closed = Closed
timeline-false-alarm = Marked as a false alarm
timeline-withdrawn = Withdrawn by the store
timeline-erased = Personal texts erased: { $ground }

timeline-merged = Merged into { $incident }
timeline-unmerged = No longer merged into { $incident }
timeline-absorbed = { $incident } is part of this
timeline-released = { $incident } is no longer part of this
# The same for whoever may not know which incident it is
timeline-merged-hidden = Merged into another incident
timeline-unmerged-hidden = No longer merged into another incident
timeline-absorbed-hidden = Another incident is part of this
timeline-released-hidden = Another incident is no longer part of this

timeline-escalated-due = Escalated to step { $step }: nobody has acknowledged
timeline-escalated-empty = Escalated to step { $step }: the step before reached nobody
timeline-escalated-failed = Escalated to step { $step }: somebody could not be reached
timeline-escalated-breach = Escalated to step { $step }: the time to acknowledge is over
timeline-escalated-overdue = Escalated to step { $step }: it is not resolved in time
timeline-escalated-hand = Escalated to step { $step }: somebody asked for it
timeline-escalated-unmerged = Escalated to step { $step }: it is on its own again
timeline-exhausted = Nobody could be reached and no step is left to try: call somebody
timeline-retried = Trying again to reach somebody

timeline-messages = { $count ->
    [one] { $count } message
   *[other] { $count } messages
}
# $messages is the line above
timeline-notified = Step { $step }: { $messages } planned
timeline-notified-desk = Step { $step } reaches nobody: { $messages } to the desk instead
timeline-notified-nobody = Step { $step } reaches nobody
# $told is one of the three above; $people lists names, the last of them perhaps "2 more"
timeline-not-told = { $told } (not told, for they may not see this incident: { $people })
timeline-more-people = { $count } more

timeline-over-desk = Screen
timeline-over-mail = Mail
timeline-over-webhook = Webhook
# $over is one of the three above
timeline-delivery-planned = { $over } to { $person }: will be tried again
timeline-delivery-sent = { $over } to { $person }: sent
timeline-delivery-accepted = { $over } to { $person }: accepted by the provider
timeline-delivery-delivered = { $over } to { $person }: delivered
timeline-delivery-seen = { $over } to { $person }: seen
timeline-delivery-failed = { $over } to { $person }: could not be delivered

## What happened to the organisation, on the live stream
timeline-settings = Settings changed
timeline-shift-started = { $person } is on shift
timeline-shift-ended = { $person } has ended the shift
