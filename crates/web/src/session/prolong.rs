//! Keeps a shop-floor terminal signed in: its session ends so long after its last use, and not in the
//! middle of a shift. Sessions of people end when they were said to.

use std::sync::{Arc, OnceLock};

use axum::extract::{Request, State};
use axum::http::{HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;
use outcry_domain::organisation::Command;
use outcry_domain::{Role, Time};
use outcry_identity::{Kind, Lifetimes, Token, needs_secure, session_cookie};

use super::visitor::Holder;
use crate::house::Shared;

/// Where whoever looks up the session of a request leaves what was found: it is looked up once.
pub(super) type Found = Arc<OnceLock<(Token, Holder)>>;

/// Around every route. What changes something, a call for help above all, is not made to wait for it, and
/// what is for everybody is not asked who reads it: the page and the live stream of a terminal ask often
/// enough.
pub(crate) async fn prolong(
    State(counter): State<Shared>,
    mut request: Request,
    next: Next,
) -> Response {
    let found = Found::default();
    if request.method().is_safe() {
        request.extensions_mut().insert(found.clone());
    }
    let mut response = next.run(request).await;
    if let Some((token, holder)) = found.get()
        && let Some(cookie) = prolonged(&counter, token, holder)
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

/// The cookie of a session that from now on ends later; `None` if it stays as it is. Nobody waits for the fact: a
/// cookie that outlives its session opens nothing, and what did not come to be is tried again with the next request.
fn prolonged(counter: &Shared, token: &Token, holder: &Holder) -> Option<HeaderValue> {
    let of_terminal = holder.actor.role == Role::Terminal;
    let expires_at = holder.expires_at.filter(|_| of_terminal)?;
    let lifetimes = lifetimes_of(holder.actor.role, counter);
    let until = Time(lifetimes.prolonged_us(expires_at.0, counter.now().0)?);
    let command = Command::Prolong {
        hash: holder.hash.clone(),
        expires_at: until,
    };
    let moment = counter.moment(&holder.actor);
    let ledger = counter.house.ledger.clone();
    tokio::spawn(async move {
        if let Err(error) = ledger.configure(command, &moment).await {
            tracing::warn!(%error, "the session of a terminal could not be prolonged");
        }
    });
    let secure = needs_secure(&counter.house.settings.public_url);
    let cookie = session_cookie(token, secure, lifetimes.seconds(Kind::Session));
    HeaderValue::from_str(&cookie).ok()
}
