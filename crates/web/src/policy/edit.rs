//! `PUT /policies/{id}`.

use axum::response::Response;
use outcry_domain::organisation::{self, Event};
use outcry_domain::{Action, Organisation, PolicyId};
use serde::Deserialize;

use super::{Policy, Step, Whom};
use crate::problem::Problem;
use crate::setting::{Conditions, Edit, Put, Reader};

/// A policy as it shall be.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PolicyEdit {
    /// May be left out.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    id: Option<PolicyId>,
    #[schema(min_length = 1, max_length = 120)]
    name: String,
    /// 1 to 20.
    steps: Vec<Step>,
    #[schema(minimum = 5, maximum = 86400)]
    #[serde(deserialize_with = "crate::ask::seconds")]
    repeat_after_s: u32,
    /// As it was read; If-Match is what counts.
    #[serde(default, rename = "version")]
    _version: Option<u64>,
}

impl Edit for PolicyEdit {
    const ACTION: Action = Action::EditPolicies;

    type Id = PolicyId;
    type Shown = Policy;

    fn named(&self) -> Option<&PolicyId> {
        self.id.as_ref()
    }

    fn event(self, id: &PolicyId, _: &Organisation) -> Result<Event, Problem> {
        let step = |step: Step| organisation::Step {
            after_s: step.after_s,
            targets: step.targets.into_iter().map(Whom::target).collect(),
            channels: step.channels,
        };
        Ok(Event::Policy(organisation::Policy {
            id: id.clone(),
            name: self.name,
            steps: self.steps.into_iter().map(step).collect(),
            repeat_after_s: self.repeat_after_s,
        }))
    }

    fn shown(id: &PolicyId, reader: &Reader<'_>) -> Option<(Policy, u64)> {
        let held = reader.organisation.policies.get(id)?;
        Some((Policy::of(held), held.version))
    }
}

/// Change a policy, or make a new one. Incidents that are under way keep the policy they began with.
#[utoipa::path(
    put,
    path = "/policies/{id}",
    tag = "policies",
    params(
        ("id" = String, Path, description = "The policy"),
        Conditions
    ),
    request_body = PolicyEdit,
    responses(
        (status = 200, description = "Changed", body = Policy),
        (status = 201, description = "Made", body = Policy)
    )
)]
pub(crate) async fn edit(put: Put<PolicyEdit>) -> Result<Response, Problem> {
    put.record().await
}
