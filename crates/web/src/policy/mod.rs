//! Escalation policies: whom, over which channels, after how long.

mod edit;
mod list;

use outcry_domain::organisation::{self, Means, Target, Versioned, Width};
use outcry_domain::{PersonId, Role, ScheduleId};
use serde::{Deserialize, Serialize};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::house::Shared;

pub(crate) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(list::list))
        .routes(routes!(edit::edit))
}

/// An escalation policy.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub(crate) struct Policy {
    #[schema(example = "urgent")]
    id: String,
    name: String,
    /// In this order until somebody acknowledges.
    steps: Vec<Step>,
    /// After the last step, begin again after this many seconds.
    repeat_after_s: u32,
    /// Goes up with every change; the ETag.
    version: u64,
}

/// One step.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Step {
    /// Seconds after the step before; 5 or more, the first may be 0.
    #[schema(maximum = 86400)]
    #[serde(deserialize_with = "crate::ask::seconds")]
    after_s: u32,
    targets: Vec<Whom>,
    /// `desk`, `mail`, `webhook`.
    #[schema(value_type = Vec<String>, example = json!(["desk", "mail"]))]
    channels: Vec<Means>,
}

/// Whom a step is for.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case", try_from = "Said")]
pub(crate) enum Whom {
    /// Everybody of a role.
    Role {
        #[schema(value_type = String, example = "manager")]
        role: Role,
        /// `site`, `region` or `all`.
        #[schema(value_type = String, pattern = "^(site|region|all)$")]
        reach: Width,
    },
    /// Whoever is on call.
    OnCall {
        #[schema(value_type = String)]
        schedule: ScheduleId,
    },
    /// One person.
    Person {
        #[schema(value_type = String)]
        id: PersonId,
    },
}

/// Whom a step is for, as it is sent: read member by member, so that what does not fit is named.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Said {
    kind: Sort,
    #[serde(default)]
    role: Option<Role>,
    #[serde(default)]
    reach: Option<Width>,
    #[serde(default)]
    schedule: Option<ScheduleId>,
    #[serde(default)]
    id: Option<PersonId>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Sort {
    Role,
    OnCall,
    Person,
}

impl TryFrom<Said> for Whom {
    type Error = &'static str;

    fn try_from(said: Said) -> Result<Self, &'static str> {
        match (said.kind, said.role, said.reach, said.schedule, said.id) {
            (Sort::Role, Some(role), Some(reach), None, None) => Ok(Self::Role { role, reach }),
            (Sort::OnCall, None, None, Some(schedule), None) => Ok(Self::OnCall { schedule }),
            (Sort::Person, None, None, None, Some(id)) => Ok(Self::Person { id }),
            (Sort::Role, ..) => Err("must have role and reach, and nothing else beside kind"),
            (Sort::OnCall, ..) => Err("must have schedule, and nothing else beside kind"),
            (Sort::Person, ..) => Err("must have id, and nothing else beside kind"),
        }
    }
}

impl Policy {
    fn of(held: &Versioned<organisation::Policy>) -> Self {
        let policy = &held.value;
        let step = |step: &organisation::Step| Step {
            after_s: step.after_s,
            targets: step.targets.iter().map(Whom::of).collect(),
            channels: step.channels.clone(),
        };
        Self {
            id: policy.id.to_string(),
            name: policy.name.clone(),
            steps: policy.steps.iter().map(step).collect(),
            repeat_after_s: policy.repeat_after_s,
            version: held.version,
        }
    }
}

impl Whom {
    fn of(target: &Target) -> Self {
        match target.clone() {
            Target::Role { role, reach } => Self::Role { role, reach },
            Target::OnCall { schedule } => Self::OnCall { schedule },
            Target::Person { id } => Self::Person { id },
        }
    }

    fn target(self) -> Target {
        match self {
            Self::Role { role, reach } => Target::Role { role, reach },
            Self::OnCall { schedule } => Target::OnCall { schedule },
            Self::Person { id } => Target::Person { id },
        }
    }
}
