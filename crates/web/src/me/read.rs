//! `GET /me`.

use axum::Json;
use axum::extract::State;
use outcry_domain::{Action, Reach};
use serde::Serialize;

use crate::ask::Rfc3339;
use crate::house::Shared;
use crate::incident::read::{PersonRef, somebody};
use crate::person::ReachOf;
use crate::problem::Problem;
use crate::session::Visitor;
use crate::shift::{OnShift, on_shift};
use crate::site::Site;

/// Who you are and what you may do.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct Me {
    person: PersonRef,
    reach: ReachOf,
    /// Your store, if your reach is one store.
    site: Option<Site>,
    /// Who is at work there, as the rota says or as they said themselves.
    on_shift: Vec<OnShift>,
    /// What you may do within your reach.
    #[schema(value_type = Vec<String>, example = json!(["report", "panic", "comment"]))]
    can: Vec<Action>,
    server_time: Rfc3339,
}

/// Who is signed in, and what they may do.
#[utoipa::path(
    get,
    path = "/me",
    tag = "me",
    responses((status = 200, description = "You", body = Me))
)]
pub(crate) async fn read(
    State(counter): State<Shared>,
    visitor: Visitor,
) -> Result<Json<Me>, Problem> {
    let organisation = counter.house.ledger.organisation();
    let now = counter.now();
    let actor = &visitor.actor;
    let site = match &actor.reach {
        Reach::Site(id) => organisation.sites.get(id),
        Reach::Region(_) | Reach::All => None,
    };
    let on_shift = match site {
        Some(site) => on_shift(&counter, &site.value.id, &organisation).await,
        None => Vec::new(),
    };
    Ok(Json(Me {
        person: somebody(&actor.id, &organisation),
        reach: ReachOf::of(&actor.reach),
        site: site.map(Site::of),
        on_shift,
        can: Action::ALL
            .into_iter()
            .filter(|action| actor.may(*action))
            .collect(),
        server_time: now.into(),
    }))
}
