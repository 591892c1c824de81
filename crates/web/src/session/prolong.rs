//! Keeps a shop-floor terminal signed in: its session ends so long after its last use, and not in the
//! middle of a shift. Sessions of people end when they were said to.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;
use outcry_domain::organisation::{Command, CredentialKind};
use outcry_domain::{Organisation, Role, Time};
use outcry_identity::{Kind, Lifetimes, needs_secure, session_cookie};

use super::visitor::shown;
use crate::house::Shared;

/// Around every route. What changes something, a call for help above all, is not made to wait for it:
/// the page and the live stream of a terminal ask often enough.
pub(crate) async fn prolong(
    State(counter): State<Shared>,
    request: Request,
    next: Next,
) -> Response {
    let later = match request.method().is_safe() {
        true => prolonged(&counter, request.headers()).await,
        false => None,
    };
    let mut response = next.run(request).await;
    if let Some(cookie) = later
        && !response.headers().contains_key(header::SET_COOKIE)
    {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    response
}

/// How long the sessions of a role last.
pub(super) fn lifetimes_of(role: Role, counter: &Shared) -> Lifetimes {
    let lifetimes = counter.house.settings.lifetimes;
    match role {
        Role::Terminal => lifetimes.of_terminal(),
        _ => lifetimes,
    }
}

/// The cookie of a session that from now on ends later; `None` if it stays as it is.
async fn prolonged(counter: &Shared, headers: &HeaderMap) -> Option<HeaderValue> {
    let Ok(Some((token, CredentialKind::Session))) = shown(headers) else {
        return None;
    };
    let hash = token.hash().to_string();
    let now = counter.now();
    let (actor, expires_at) = {
        let organisation = counter.house.ledger.organisation();
        let (person, credential) = organisation.bearer(&hash, now)?;
        let of_terminal =
            credential.kind == CredentialKind::Session && person.role == Role::Terminal;
        let expires_at = credential.expires_at.filter(|_| of_terminal)?;
        (Organisation::actor(person), expires_at)
    };
    let lifetimes = lifetimes_of(actor.role, counter);
    let until = Time(lifetimes.prolonged_us(expires_at.0, now.0)?);
    let command = Command::Prolong {
        hash,
        expires_at: until,
    };
    let moment = counter.moment(&actor);
    if let Err(error) = counter.house.ledger.configure(command, &moment).await {
        // It is tried again with the next request, for weeks.
        tracing::warn!(%error, "the session of a terminal could not be prolonged");
        return None;
    }
    let secure = needs_secure(&counter.house.settings.public_url);
    let cookie = session_cookie(&token, secure, lifetimes.seconds(Kind::Session));
    HeaderValue::from_str(&cookie).ok()
}
