//! `POST /people/{id}/sign-in-link`.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use outcry_domain::organisation::{Command, Credential, CredentialKind};
use outcry_domain::{Action, PersonId, Time};
use outcry_identity::{Kind, issue};
use serde::Serialize;

use crate::ask::{Answer, Ask, At, Nothing, Rfc3339};
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

/// Make a sign-in link for somebody. It is shown once and kept nowhere.
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
    visitor.needs(Action::EditPeople)?;
    let work = async {
        let moment = counter.moment(&visitor.actor);
        let settings = &counter.house.settings;
        let (token, hash) = issue(Kind::SignIn, counter.secret());
        let ends_us = settings.lifetimes.expires_at_us(Kind::SignIn, moment.now.0);
        let credential = Credential {
            hash: hash.to_string(),
            kind: CredentialKind::SignIn,
            expires_at: ends_us.map(Time),
        };
        let command = Command::Issue {
            person: id,
            credential,
        };
        counter.house.ledger.configure(command, &moment).await?;
        let link = Link {
            url: format!("{}/sign-in/{}", settings.public_url, token.reveal()),
            expires_at: ends_us.map(Time).map(Into::into),
        };
        Ok(Answer::json(StatusCode::CREATED, &link))
    };
    let once = (&visitor.actor, ask.key(), ask.hash());
    counter.answers.once(once, work).await
}
