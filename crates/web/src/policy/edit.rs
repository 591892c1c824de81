//! `PUT /policies/{id}`.

use axum::extract::State;
use axum::response::Response;
use outcry_domain::PolicyId;
use outcry_domain::organisation::{self, Event};
use serde::Deserialize;

use super::{Policy, Step, Whom};
use crate::ask::{Ask, At, Expected};
use crate::house::Shared;
use crate::problem::Problem;
use crate::session::Visitor;
use crate::setting::{put, same_id};

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
    repeat_after_s: u32,
    /// As it was read; If-Match is what counts.
    #[serde(default, rename = "version")]
    _version: Option<u64>,
}

/// Change a policy, or make a new one. Incidents that are under way keep the policy they began with.
#[utoipa::path(
    put,
    path = "/policies/{id}",
    tag = "policies",
    params(
        ("id" = String, Path, description = "The policy"),
        ("If-Match" = Option<String>, Header, description = "The ETag that was read"),
        ("If-None-Match" = Option<String>, Header, description = "`*` makes a new one")
    ),
    request_body = PolicyEdit,
    responses(
        (status = 200, description = "Changed", body = Policy),
        (status = 201, description = "Made", body = Policy)
    )
)]
pub(crate) async fn edit(
    State(counter): State<Shared>,
    visitor: Visitor,
    At(id): At<PolicyId>,
    expected: Expected,
    ask: Ask<PolicyEdit>,
) -> Result<Response, Problem> {
    let edit = ask.body;
    same_id(&id, edit.id.as_ref())?;
    let step = |step: Step| organisation::Step {
        after_s: step.after_s,
        targets: step.targets.into_iter().map(Whom::target).collect(),
        channels: step.channels,
    };
    let policy = organisation::Policy {
        id: id.clone(),
        name: edit.name,
        steps: edit.steps.into_iter().map(step).collect(),
        repeat_after_s: edit.repeat_after_s,
    };
    put(
        &counter,
        &visitor,
        expected,
        Event::Policy(policy),
        |organisation| {
            let held = organisation.policies.get(&id)?;
            Some((Policy::of(held), held.version))
        },
    )
    .await
}
