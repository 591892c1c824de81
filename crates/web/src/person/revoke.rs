//! `POST /people/{id}/revoke`.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use outcry_domain::organisation::{Command, Event};
use outcry_domain::{Action, PersonId};
use serde::Serialize;

use crate::ask::{Answer, Ask, At, Nothing};
use crate::house::Shared;
use crate::problem::Problem;
use crate::session::Visitor;

/// What was taken back.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct Ended {
    /// How many sessions, sign-in links and API tokens that were still good.
    ended: usize,
}

/// End every session of somebody, and take back their sign-in links and API tokens.
#[utoipa::path(
    post,
    path = "/people/{id}/revoke",
    tag = "people",
    params(("id" = String, Path, description = "The person or connected system")),
    request_body = Nothing,
    responses((status = 200, description = "All ended", body = Ended))
)]
pub(crate) async fn revoke(
    State(counter): State<Shared>,
    visitor: Visitor,
    At(id): At<PersonId>,
    ask: Ask<Nothing>,
) -> Result<Response, Problem> {
    visitor.needs(Action::EditPeople)?;
    let work = async {
        let moment = counter.moment(&visitor.actor);
        let command = Command::RevokeAll { person: id.clone() };
        let ledger = &counter.house.ledger;
        let before = ledger.organisation();
        let done = ledger.configure(command, &moment).await?;
        let was_good = |event: &&Event| match event {
            // What is not known from before was made since, so it was good.
            Event::CredentialRevoked { hash } => before
                .credentials
                .get(hash)
                .is_none_or(|(_, held)| held.valid(moment.now)),
            _ => false,
        };
        let ended = done.iter().filter(was_good).count();
        counter.answers.forget(&id);
        Ok(Answer::json(StatusCode::OK, &Ended { ended }))
    };
    let once = (&visitor.actor, ask.key(), ask.hash());
    counter.answers.once(once, work).await
}
