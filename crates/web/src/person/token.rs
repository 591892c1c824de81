//! `POST /people/{id}/token`.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use outcry_domain::{Action, PersonId};
use outcry_identity::Kind;
use serde::Serialize;

use super::issued;
use crate::ask::{Answer, Ask, At, Nothing, Rfc3339};
use crate::house::Shared;
use crate::problem::Problem;
use crate::session::Visitor;

/// A token that a program shows with every request. Whoever has it may do what that person may.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct ApiToken {
    #[schema(example = "oc_api_…")]
    token: String,
    /// Null: until it is taken back.
    expires_at: Option<Rfc3339>,
}

/// Make an API token for somebody, such as a connected system. Shown once; the same `Idempotency-Key`
/// gets it again for a while. The log keeps only its hash.
#[utoipa::path(
    post,
    path = "/people/{id}/token",
    tag = "people",
    params(("id" = String, Path, description = "The person or connected system")),
    request_body = Nothing,
    responses((status = 201, description = "Made", body = ApiToken))
)]
pub(crate) async fn token(
    State(counter): State<Shared>,
    visitor: Visitor,
    At(id): At<PersonId>,
    ask: Ask<Nothing>,
) -> Result<Response, Problem> {
    visitor.needs(Action::EditPeople)?;
    let work = async {
        let (token, ends) = issued(&counter, &visitor, id.clone(), Kind::Api).await?;
        let made = ApiToken {
            token: token.reveal().to_owned(),
            expires_at: ends.map(Into::into),
        };
        Ok(Answer::json(StatusCode::CREATED, &made).way_in(id))
    };
    let once = (&visitor.actor, ask.key(), ask.hash());
    counter.answers.once(once, work).await
}
