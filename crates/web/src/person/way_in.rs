//! A way in for somebody: what a sign-in link and an API token have in common.

use axum::http::StatusCode;
use axum::response::Response;
use outcry_domain::organisation::{Command, Credential, CredentialKind};
use outcry_domain::{Action, PersonId, Time};
use outcry_identity::{Kind, Token, issue};
use serde::Serialize;

use crate::ask::{Answer, Ask, Nothing, Rfc3339};
use crate::house::Shared;
use crate::problem::Problem;
use crate::session::Visitor;

/// Makes a way in and answers with what `shown` makes of it and of when it ends: once per
/// `Idempotency-Key`, and for as long as it is good.
pub(super) async fn made<T: Serialize>(
    (counter, visitor): (&Shared, &Visitor),
    person: PersonId,
    ask: &Ask<Nothing>,
    kind: Kind,
    shown: impl FnOnce(&Token, Option<Rfc3339>) -> T,
) -> Result<Response, Problem> {
    visitor.needs(Action::EditPeople)?;
    let work = async {
        let (token, ends) = issued(counter, visitor, person.clone(), kind).await?;
        let shown = shown(&token, ends.map(Into::into));
        Ok(Answer::json(StatusCode::CREATED, &shown).way_in(person))
    };
    let once = (&visitor.actor, ask.key(), ask.hash());
    counter.answers.once(once, work).await
}

/// A new credential of that person and when it ends. The log keeps its hash: the token is the only copy.
async fn issued(
    counter: &Shared,
    visitor: &Visitor,
    person: PersonId,
    kind: Kind,
) -> Result<(Token, Option<Time>), Problem> {
    let moment = counter.moment(&visitor.actor);
    let (token, hash) = issue(kind, counter.secret());
    let lifetimes = &counter.house.settings.lifetimes;
    let expires_at = lifetimes.expires_at_us(kind, moment.now.0).map(Time);
    let credential = Credential {
        hash: hash.to_string(),
        kind: match kind {
            Kind::Api => CredentialKind::Api,
            Kind::Session => CredentialKind::Session,
            Kind::SignIn => CredentialKind::SignIn,
        },
        expires_at,
    };
    let command = Command::Issue { person, credential };
    counter.house.ledger.configure(command, &moment).await?;
    Ok((token, expires_at))
}
