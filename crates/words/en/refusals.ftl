# Why something is not done: half a sentence that begins in small letters and has no full stop.

refusal-forbidden = you have no right to { $right }
refusal-forbidden-here = you have no right to { $right } here
refusal-not-found = there is no such incident, or you may not see it
refusal-already-reported = this incident was reported already
refusal-already-acknowledged = this was acknowledged already
refusal-not-live = this incident is { $state }, so that can no longer be done
# $needs is one of the lines below
refusal-not-yet = this incident is { $state }; { $needs }
refusal-needs-resolution = resolve it first: say how it ended
refusal-needs-end = it must be over before its texts are erased
refusal-needs-desk = a call for help is not withdrawn: the desk looks into it and marks it
refusal-needs-steps = there is no queue with steps that it could go through; call somebody
refusal-needs-call = every step was tried as often as allowed; call somebody
refusal-erased = the personal texts of this incident were erased, so nothing more is recorded about it
refusal-nothing = nothing to do

refusal-merge-itself = an incident cannot be merged into itself
refusal-merge-other-way = others were merged into this one: merge the other way round
refusal-merge-not-merged = this incident is not merged into another
refusal-merge-nobody = nobody handles that incident any more, so nobody would come for this one
refusal-merge-full = this incident has absorbed as many as it may

refusal-exists = there is one of that id already, at version { $actual }, so none was made
refusal-changed = this was changed meanwhile: it is at version { $actual }, your edit was made at { $expected }
# $what is one of the lines below
refusal-unknown = there is no { $what }
refusal-unknown-person = person { $person }
refusal-unknown-active-person = active person { $person }
refusal-unknown-credential = such credential
refusal-unknown-store-near = store { $site } within your reach
refusal-unknown-person-near = active person { $person } within your reach

refusal-not-their-store = { $person } does not work in the store { $site }
refusal-on-shift = { $person } is on shift at { $site } already, since { $since }
refusal-not-on-shift = { $person } is not on shift at { $site }
