//! `POST /people/{id}/sign-in-link`.

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

/// A link that signs somebody in. Whoever has it can use it: give it to that person only.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct Link {
    url: String,
    /// Null: until it is taken back.
    expires_at: Option<Rfc3339>,
}

/// Make a sign-in link for somebody. Shown once; the same `Idempotency-Key`
/// gets it again for a while. The log keeps only its hash.
#[utoipa::path(
    post,
    path = "/people/{id}/sign-in-link",
    tag = "people",
    params(("id" = String, Path, description = "The person")),
    request_body = Nothing,
    responses((status = 201, description = "Made", body = Link))
)]
pub(crate) async fn sign_in_link(
    State(counter): State<Shared>,
    visitor: Visitor,
    At(id): At<PersonId>,
    ask: Ask<Nothing>,
) -> Result<Response, Problem> {
    let public_url = &counter.house.settings.public_url;
    let shown = |token: &Token, expires_at| Link {
        url: format!("{public_url}/sign-in/{}", token.reveal()),
        expires_at,
    };
    way_in::made((&counter, &visitor), id, &ask, Kind::SignIn, shown).await
}
