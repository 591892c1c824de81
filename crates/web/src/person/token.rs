//! `POST /people/{id}/token`.

use axum::extract::State;
use axum::response::Response;
use outcry_domain::PersonId;
use outcry_identity::{Kind, Token};
use serde::Serialize;

use super::way_in;
use crate::ask::{Ask, At, Nothing, Rfc3339};
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
    let shown = |token: &Token, expires_at| ApiToken {
        token: token.reveal().to_owned(),
        expires_at,
    };
    way_in::made((&counter, &visitor), id, &ask, Kind::Api, shown).await
}
