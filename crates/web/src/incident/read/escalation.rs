//! Who is told and when, as the API writes it.

use outcry_domain::Organisation;
use outcry_domain::incident::{self, Incident, StepState};
use outcry_domain::organisation::{Means, Target, Width};
use outcry_words::say;
use serde::Serialize;

use super::super::shape::{Named, one_of};
use crate::ask::{Listed, Rfc3339};

/// One delivery.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct Delivery {
    /// The same for every attempt: the dedupe key.
    id: String,
    /// The step that it belongs to, from 0.
    step: usize,
    #[schema(schema_with = channel_schema)]
    channel: &'static str,
    recipient: Named,
    #[schema(schema_with = delivery_schema)]
    state: &'static str,
    attempts: u32,
    /// What the provider said last.
    provider_text: Option<String>,
    planned_at: Rfc3339,
    updated_at: Rfc3339,
}

/// Where the escalation stands.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct Escalation {
    policy: String,
    steps: Vec<Step>,
    /// How often the policy has started; 0 is the first time.
    round: u32,
    /// When the next step fires; null once acknowledged or ended, and after the last step of the last round.
    next_at: Option<Rfc3339>,
}

/// One step.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = EscalationStep)]
struct Step {
    index: usize,
    /// Seconds after the step before.
    after_s: u32,
    /// In words.
    targets: Vec<String>,
    channels: Vec<&'static str>,
    #[schema(schema_with = step_schema)]
    state: &'static str,
    at: Option<Rfc3339>,
}

fn channel_schema() -> utoipa::openapi::schema::Object {
    one_of(["desk", "mail", "webhook"])
}

fn delivery_schema() -> utoipa::openapi::schema::Object {
    one_of(["planned", "sent", "accepted", "delivered", "seen", "failed"])
}

fn step_schema() -> utoipa::openapi::schema::Object {
    one_of(["done", "next", "waiting", "skipped"])
}

/// A page of the deliveries, the latest planned first: those before that place in the order of planning.
pub(crate) fn deliveries(
    incident: &Incident,
    organisation: &Organisation,
    before: Option<u64>,
    limit: usize,
) -> Listed<Delivery> {
    let mut all: Vec<&incident::Delivery> = incident.deliveries.values().collect();
    all.sort_by_key(|delivery| (delivery.planned_at, delivery.round, delivery.step));
    let end = before.and_then(|place| usize::try_from(place).ok());
    let end = end.unwrap_or(usize::MAX).min(all.len());
    let begin = end.saturating_sub(limit);
    let shown = |delivery: &&incident::Delivery| Delivery {
        id: delivery.id.to_string(),
        step: delivery.step,
        channel: delivery.channel.as_str(),
        recipient: Named::person(&delivery.person, organisation),
        state: delivery.state.as_str(),
        attempts: delivery.attempts,
        provider_text: delivery.provider_text.clone(),
        planned_at: delivery.planned_at.into(),
        updated_at: delivery.updated_at.into(),
    };
    Listed {
        items: all[begin..end].iter().rev().map(shown).collect(),
        next: (begin > 0).then(|| begin.to_string()),
    }
}

impl Escalation {
    pub(super) fn of(incident: &Incident, organisation: &Organisation) -> Option<Self> {
        let escalation = incident.escalation.as_ref()?;
        let next = incident.next_step().map(|(_, step)| step);
        let next_at = next.and_then(|_| incident.next_step_at());
        let step = |index: usize, step: &outcry_domain::organisation::Step| {
            let (became, at) = escalation.log.get(index).copied().unwrap_or_default();
            let state = match became {
                _ if next == Some(index) => "next",
                StepState::Done => "done",
                StepState::Skipped => "skipped",
                StepState::Waiting => "waiting",
            };
            let at = if state == "next" { next_at } else { at };
            Step {
                index,
                after_s: step.after_s,
                targets: step
                    .targets
                    .iter()
                    .map(|target| words(target, organisation))
                    .collect(),
                channels: step.channels.iter().copied().map(Means::as_str).collect(),
                state,
                at: at.map(Into::into),
            }
        };
        Some(Self {
            policy: escalation.policy.to_string(),
            steps: escalation
                .steps
                .iter()
                .enumerate()
                .map(|(index, at)| step(index, at))
                .collect(),
            round: escalation.round,
            next_at: next_at.map(Into::into),
        })
    }
}

/// Whom a step is for, as a person says it.
fn words(target: &Target, organisation: &Organisation) -> String {
    match target {
        Target::Role { role, reach } => {
            let with = [("role", role.words().into())];
            match reach {
                Width::Site => say("step-role-store", with),
                Width::Region => say("step-role-region", with),
                Width::All => say("step-role-everywhere", with),
            }
        }
        Target::OnCall { schedule } => {
            let name = organisation.schedules.get(schedule);
            let name = name.map_or(schedule.as_str(), |held| held.value.name.as_str());
            say("step-on-call", [("schedule", name.into())])
        }
        Target::Person { id } => Named::person(id, organisation).name,
    }
}
