# What a request is told that failed, and small words of answers: no capital letter, no full stop.

answer-acknowledged = { $who } acknowledged this on { $at }
answer-busy = more is waiting to be recorded than can be kept waiting
answer-stopped = the record takes nothing more until the restart
answer-no-record = the record did not answer
answer-token-ended = this token is unknown, has expired or was taken back
answer-beyond = it does not exist, or lies beyond what you may see
# $fields says of the first three what is wrong with them
answer-more-fields = { $fields }; and { $count ->
    [one] { $count } more field
   *[other] { $count } more fields
}
answer-not-their-store = does not work in this store
answer-no-incident = there is no such incident
answer-nothing-here = there is nothing at this address
answer-other-person = nothing was done: { $now } is signed in here now
answer-elsewhere = the request does not come from a page of this server
answer-calls = too many calls for help of yours are under way
answer-connections = too many connections are open
answer-own-streams = you have { $own } live streams open, and { $most } is the most for one person; close one, or let all windows and programs share one
answer-all-streams = all { $most } live streams of this installation are taken; try again in { $seconds } seconds, or ask whoever runs it to raise the limit
answer-full = as many requests as possible are being handled
answer-arriving = too much is on its way already
answer-slow = no answer within { $seconds } seconds
answer-failed = the request could not be handled

## What stands where a personal text was
personal-erased = Personal text erased

## Whom a step of an escalation policy is for. $role is what somebody is, such as "store manager"
step-role-store = { $role } of the store
step-role-region = { $role } of the region
step-role-everywhere = { $role } everywhere
step-on-call = on call: { $schedule }
