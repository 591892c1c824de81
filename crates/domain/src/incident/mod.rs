//! An incident: what the organisation handles. Folded from its events; decides every command.
//! Never knows where its facts are kept, who is told over which wire, or what time it is.

mod acknowledge;
mod answers;
pub mod assess;
mod check;
mod comment;
pub mod context;
mod deliver;
mod dismiss;
mod draft;
mod enrich;
mod erase;
mod escalate;
mod event;
mod fold;
#[cfg(test)]
pub(crate) mod given;
mod merge;
mod notify;
mod numbers;
mod overrule;
mod panic;
mod place;
mod reassign;
mod refusal;
mod report;
mod resolve;
mod respond;
mod state;
mod summary;
pub mod words;

use std::sync::Arc;

pub use assess::{Assessment, Reason, ReasonKind, Scored};
pub use context::Context;
pub use deliver::{Delivery, DeliveryState, Outcome};
pub use draft::{Answer, Channel, Draft, Flags, Given, Item, Report};
pub use erase::Ground;
pub use escalate::{Escalation, StepState, Why};
pub use event::Event;
pub use notify::{Planned, Recipient};
pub use numbers::Number;
pub use overrule::{Override, Word};
pub use refusal::Refusal;
pub use resolve::Resolution;
pub use state::{Incident, State};
pub use summary::{Counts, Summary};

use crate::{Action, DeliveryId, IncidentId, Moment, Organisation, PersonId, Personal, Scope};

/// What may be asked of an incident.
#[derive(Debug, Clone)]
#[allow(missing_docs)] // the fields carry the names of the API
pub enum Command {
    /// Somebody reports. Opens the incident.
    Report(Draft),
    /// Somebody calls for help. Opens the incident; passes no classifier.
    Panic(Draft),
    /// Live context was found, and the score that follows from it.
    Enrich {
        context: Box<Context>,
        scored: Option<Box<Scored>>,
    },
    /// A person overrules the assessment.
    Override(Override),
    Acknowledge,
    Comment {
        text: Personal,
    },
    Reassign {
        to: PersonId,
    },
    /// A person moves the escalation on.
    Escalate {
        reason: Option<Personal>,
    },
    Respond {
        note: Option<Personal>,
    },
    Resolve {
        resolution: Resolution,
        note: Option<Personal>,
    },
    Close,
    FalseAlarm {
        note: Option<Personal>,
    },
    Withdraw {
        note: Option<Personal>,
    },
    /// This incident is the same as that one, which whoever says so must be able to see as well.
    Merge {
        into: Arc<Incident>,
    },
    Unmerge,
    /// The other side of a merge, recorded on the incident that stays.
    Absorb {
        other: IncidentId,
    },
    /// The other side of an unmerge.
    Release {
        other: IncidentId,
    },
    /// The personal texts must go, for ever.
    Erase {
        ground: Ground,
    },
    /// Somebody looks at it on a screen.
    Seen,
    /// A deadline may have passed.
    Elapse,
    /// This became of some deliveries.
    Deliver {
        outcomes: Vec<(DeliveryId, Outcome)>,
    },
}

impl Command {
    /// The right that it needs.
    pub fn action(&self) -> Action {
        match self {
            Self::Report(_) => Action::Report,
            Self::Panic(_) => Action::Panic,
            Self::Override(_) => Action::Override,
            Self::Acknowledge => Action::Acknowledge,
            Self::Comment { .. } => Action::Comment,
            Self::Reassign { .. } => Action::Reassign,
            Self::Escalate { .. } => Action::Escalate,
            Self::Respond { .. } => Action::Respond,
            Self::Resolve { .. } => Action::Resolve,
            Self::Close => Action::Close,
            Self::FalseAlarm { .. } => Action::FalseAlarm,
            Self::Withdraw { .. } => Action::Withdraw,
            Self::Merge { .. } | Self::Unmerge => Action::Merge,
            Self::Erase { .. } => Action::Erase,
            Self::Seen => Action::Read,
            Self::Enrich { .. }
            | Self::Absorb { .. }
            | Self::Release { .. }
            | Self::Elapse
            | Self::Deliver { .. } => Action::Run,
        }
    }
}

/// Decides a command on an incident that does not exist yet.
pub fn open(
    command: Command,
    moment: &Moment,
    organisation: &Organisation,
) -> Result<Vec<Event>, Refusal> {
    let events = match command {
        Command::Report(draft) => report::report(draft, moment, organisation),
        Command::Panic(draft) => panic::panic(draft, moment, organisation),
        _ => Err(Refusal::NotFound),
    }?;
    Ok(notify::with_plans(None, events, moment, organisation))
}

impl Incident {
    /// Decides a command. The events are what then happened; none of them is applied yet.
    pub fn decide(
        &self,
        command: Command,
        moment: &Moment,
        organisation: &Organisation,
    ) -> Result<Vec<Event>, Refusal> {
        let action = command.action();
        let report = &self.report;
        let may = moment.actor.may_at(action, &report.region, &report.site);
        // Nobody has a say in what they may not see.
        let hidden = self.category().confidential() && !self.within(&Scope::of(&moment.actor));
        if !may || hidden {
            return Err(Refusal::Forbidden(action));
        }
        // What is said after the key is gone could not be kept.
        if self.erased.is_some() && !matches!(action, Action::Run | Action::Read) {
            return Err(Refusal::Erased);
        }
        let events = match command {
            Command::Report(_) | Command::Panic(_) => Err(Refusal::AlreadyReported),
            Command::Enrich { context, scored } => {
                enrich::enrich(self, *context, scored, moment, organisation)
            }
            Command::Override(change) => overrule::overrule(self, change, moment, organisation),
            Command::Acknowledge => acknowledge::acknowledge(self),
            Command::Comment { text } => comment::comment(self, text),
            Command::Reassign { to } => reassign::reassign(self, to, organisation),
            Command::Escalate { reason } => escalate::by_hand(self, reason, moment, organisation),
            Command::Respond { note } => respond::respond(self, note),
            Command::Resolve { resolution, note } => resolve::resolve(self, resolution, note),
            Command::Close => resolve::close(self),
            Command::FalseAlarm { note } => dismiss::false_alarm(self, note),
            Command::Withdraw { note } => dismiss::withdraw(self, note, moment),
            Command::Merge { into } => merge::merge(self, &into, &moment.actor),
            Command::Unmerge => merge::unmerge(self),
            Command::Absorb { other } => merge::absorb(self, other),
            Command::Release { other } => merge::release(self, other),
            Command::Erase { ground } => erase::erase(self, ground),
            Command::Seen => deliver::seen(self, moment),
            Command::Elapse => escalate::elapse(self, moment, organisation),
            Command::Deliver { outcomes } => deliver::deliver(self, outcomes, moment),
        }?;
        Ok(notify::with_plans(Some(self), events, moment, organisation))
    }
}

/// Longest free text, in characters: comments, notes and reasons.
pub(crate) const NOTE_CHARS_MAX: usize = 4_000;

/// A note within its limit, or why not.
fn note(text: Option<Personal>, pointer: &str) -> Result<Option<Personal>, Refusal> {
    match text.as_ref().and_then(Personal::open) {
        Some(open) if open.chars().count() > NOTE_CHARS_MAX => Err(Refusal::invalid(
            pointer,
            outcry_words::say("check-note", [("most", NOTE_CHARS_MAX.into())]),
        )),
        Some(open) if open.trim().is_empty() => Ok(None),
        _ => Ok(text),
    }
}
