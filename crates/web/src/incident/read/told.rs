//! What happened to an incident, told so that a person can read it.

use outcry_domain::incident::{Event, words};
use outcry_domain::{self as domain, ActorId, Fact, IncidentId, Organisation, Personal, Scope};
use outcry_ledger::{Error, Ledger, Part};
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::super::hidden::{hidden, other};
use super::super::shape::Named;
use super::readable;
use crate::ask::{Listed, Rfc3339};

/// One thing that happened.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = TimelineEntry)]
pub(crate) struct Told {
    sequence: u64,
    at: Rfc3339,
    #[schema(example = "incident.acknowledged")]
    kind: &'static str,
    actor: Actor,
    /// The sentence that a person reads.
    words: String,
    /// What is more to say about it; depends on the kind.
    #[schema(value_type = Object)]
    detail: Map<String, Value>,
}

/// Who did something.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub(crate) struct Actor {
    /// `person`, `device` or `system`.
    pub(crate) kind: &'static str,
    pub(crate) id: String,
    pub(crate) name: String,
}

impl Actor {
    pub(crate) fn of(actor: &ActorId, organisation: &Organisation) -> Self {
        let Named { id, name } = Named::actor(actor, organisation);
        let kind = match actor {
            ActorId::Person(_) => "person",
            ActorId::Device(_) => "device",
            ActorId::System(_) => "system",
        };
        Self { kind, id, name }
    }
}

/// Words that somebody added.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = CommentMade)]
pub(crate) struct Comment {
    at: Rfc3339,
    by: Named,
    text: String,
}

/// A page of what happened, newest first: what is before that version of the incident. Another incident
/// that is hidden from the reader is not named.
pub(crate) async fn timeline(
    ledger: &Ledger,
    reader: &Scope,
    id: IncidentId,
    (before, limit): (Option<u64>, usize),
) -> Result<Listed<Told>, Error> {
    let part = Part {
        before,
        kind: None,
        // One more says whether there is another page.
        limit: limit + 1,
    };
    let mut facts = ledger.story(id, part).await?;
    let more = facts.len() > limit;
    facts.truncate(limit);
    let next = facts.last().filter(|_| more);
    let next = next.map(|fact| fact.version.to_string());
    let organisation = ledger.organisation();
    let others = events(&facts).filter_map(|(_, event)| other(event));
    let hidden = hidden(ledger, reader, others).await?;
    let told = |(fact, event): (&Fact, &Event)| {
        let hides = other(event).is_some_and(|other| hidden.contains(&other));
        let (words, detail) = match hides {
            true => (words::without_other(event, &organisation), Map::new()),
            false => (words::of(event, &organisation), detail(event)),
        };
        Told {
            sequence: fact.sequence,
            at: fact.at.into(),
            kind: event.kind(),
            actor: Actor::of(&fact.doer(), &organisation),
            words,
            detail,
        }
    };
    let items = events(&facts).map(told).collect();
    Ok(Listed { items, next })
}

/// Comments oldest first, from facts newest first.
pub(super) fn comments(facts: &[Fact], organisation: &Organisation) -> Vec<Comment> {
    let mut comments: Vec<Comment> = events(facts)
        .filter_map(|(fact, event)| match event {
            Event::Commented { text } => Some(Comment {
                at: fact.at.into(),
                by: Named::actor(&fact.actor, organisation),
                text: readable(text),
            }),
            _ => None,
        })
        .collect();
    comments.reverse();
    comments
}

fn events(facts: &[Fact]) -> impl Iterator<Item = (&Fact, &Event)> {
    facts.iter().filter_map(|fact| match &fact.event {
        domain::Event::Incident(event) => Some((fact, event)),
        domain::Event::Organisation(_) => None,
    })
}

/// What stands beside the sentence.
fn detail(event: &Event) -> Map<String, Value> {
    match said(event).or_else(|| decided(event)) {
        Some(Value::Object(members)) => members.into_iter().filter(|(_, v)| !v.is_null()).collect(),
        _ => Map::new(),
    }
}

/// What a person said.
fn said(event: &Event) -> Option<Value> {
    let open = |text: &Option<Personal>| text.as_ref().and_then(|t| t.open().map(str::to_owned));
    Some(match event {
        Event::Commented { text } => json!({"text": text.open()}),
        Event::Responding { note } | Event::FalseAlarm { note } | Event::Withdrawn { note } => {
            json!({"note": open(note)})
        }
        Event::Resolved { resolution, note } => {
            json!({"resolution": resolution, "note": open(note)})
        }
        Event::Overridden(word) => json!({
            "category": word.said.category,
            "risk": word.said.risk,
            "queue": word.said.queue,
            "reason": word.said.reason.open(),
        }),
        Event::Reassigned { to } => json!({"to": to}),
        Event::Erased { ground } => json!({"ground": ground}),
        Event::Merged { into: other }
        | Event::Unmerged { from: other }
        | Event::Absorbed { other }
        | Event::Released { other } => {
            json!({"incident": other, "reference": other.reference()})
        }
        Event::Escalated {
            round,
            step,
            why,
            reason,
        } => {
            json!({"round": round, "step": step, "why": why, "reason": open(reason)})
        }
        _ => return None,
    })
}

/// What the house found out and decided.
fn decided(event: &Event) -> Option<Value> {
    Some(match event {
        Event::Assessed(believed) => json!({
            "risk": believed.risk,
            "category": believed.category,
            "confidence": believed.confidence,
            "model": believed.model,
        }),
        Event::Routed {
            queue,
            priority,
            acknowledge_by,
            resolve_by,
            ..
        } => json!({
            "queue": queue,
            "priority": priority,
            "acknowledge_by": acknowledge_by.rfc3339(),
            "resolve_by": resolve_by.rfc3339(),
        }),
        Event::Notified {
            round,
            step,
            deliveries,
            beyond,
            desk,
        } => {
            json!({"round": round, "step": step, "deliveries": deliveries.len(), "not_allowed": beyond, "desk": desk})
        }
        Event::Delivered {
            delivery,
            state,
            text,
            ..
        } => {
            json!({"delivery": delivery, "state": state, "text": text})
        }
        Event::Retried { delivery } => json!({"delivery": delivery}),
        Event::Breached { resolve } => json!({"resolve": resolve}),
        _ => return None,
    })
}
