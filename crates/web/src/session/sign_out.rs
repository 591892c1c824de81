//! Signing out: the session ends as a fact, and the browser forgets what it kept; all but what somebody
//! reported and the browser has not yet sent.

use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Redirect, Response};
use outcry_domain::organisation::{Command, CredentialKind};
use outcry_identity::{clear_cookie, needs_secure};

use super::visitor::{Holder, holder, shown};
use crate::ask::Query;
use crate::door::same_origin;
use crate::house::Shared;
use crate::problem::Problem;

const CLEAR: HeaderName = HeaderName::from_static("clear-site-data");

/// What a browser forgets that has sent everything.
const ALL: HeaderValue = HeaderValue::from_static("\"cache\", \"cookies\", \"storage\"");
/// What a browser forgets that still has something to send.
const ALL_BUT_STORAGE: HeaderValue = HeaderValue::from_static("\"cache\", \"cookies\"");

/// `POST /sign-out`: whoever has no session is signed out already. With `?keep=storage` the browser's own
/// storage stays: the app asks so while reports wait in it, and clears the rest itself.
pub(crate) async fn sign_out(
    State(counter): State<Shared>,
    query: Query,
    request: Request,
) -> Result<Response, Problem> {
    query.only(&["keep"])?;
    let keeps = query.with("keep", "storage", |what| (what == "storage").then_some(()))?;
    let parts = request.into_parts().0;
    same_origin(&parts)?;
    if let Ok(Some((token, CredentialKind::Session))) = shown(&parts.headers)
        && let Some(Holder { actor, hash, .. }) = holder(&token, CredentialKind::Session, &counter)
    {
        let revoke = Command::Revoke { hash };
        let moment = counter.moment(&actor);
        counter.house.ledger.configure(revoke, &moment).await?;
    }
    let mut response = Redirect::to("/sign-in").into_response();
    let headers = response.headers_mut();
    let cookie = clear_cookie(needs_secure(&counter.house.settings.public_url));
    if let Ok(value) = HeaderValue::from_str(&cookie) {
        headers.insert(header::SET_COOKIE, value);
    }
    headers.insert(CLEAR, keeps.map_or(ALL, |()| ALL_BUT_STORAGE));
    Ok(response)
}
