//! A sign-in link: a page with one button. Only the button signs in, so that programs which open
//! every link of a mail to look at it neither sign in nor use the link up.

use axum::extract::{Path, Request, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Redirect, Response};
use outcry_domain::organisation::{Command, Credential, CredentialKind, Person};
use outcry_domain::{Organisation, Time};
use outcry_identity::{Kind, Token, issue, needs_secure, session_cookie};

use super::home::home_of;
use super::prolong::lifetimes_of;
use crate::door::same_origin;
use crate::house::Shared;
use crate::page;
use crate::problem::Problem;

/// Ended credentials that one sign-in takes back at most.
const ENDED_MAX: usize = 50;

/// `GET /sign-in`: what to do without a link.
pub(crate) async fn sign_in_closed() -> Response {
    page::sign_in_closed().into_response()
}

/// `GET /sign-in/{secret}`: the page with the button.
pub(crate) async fn sign_in_page(
    State(counter): State<Shared>,
    Path(secret): Path<String>,
) -> Response {
    let organisation = counter.house.ledger.organisation();
    let link = known(&organisation, &secret, counter.now());
    match link {
        Some((person, _, _)) => {
            let name = person.name.open().unwrap_or_default();
            page::sign_in(name, person.role.words()).into_response()
        }
        None => page::sign_in_expired().into_response(),
    }
}

/// `POST /sign-in/{secret}`: opens a session and goes to the role's home. A link that ends by itself
/// is good once; one without an end (the demo's) stays.
pub(crate) async fn sign_in_open(
    State(counter): State<Shared>,
    Path(secret): Path<String>,
    request: Request,
) -> Result<Response, Problem> {
    same_origin(&request.into_parts().0)?;
    let organisation = counter.house.ledger.organisation();
    let Some((person, link, credential)) = known(&organisation, &secret, counter.now()) else {
        return Ok(page::sign_in_expired().into_response());
    };
    let actor = Organisation::actor(person);
    let moment = counter.moment(&actor);
    let lifetimes = lifetimes_of(actor.role, &counter);
    let (session, hash) = issue(Kind::Session, counter.secret());
    let issued = Credential {
        hash: hash.to_string(),
        kind: CredentialKind::Session,
        expires_at: lifetimes
            .expires_at_us(Kind::Session, moment.now.0)
            .map(Time),
    };
    let mut commands = vec![Command::Issue {
        person: person.id.clone(),
        credential: issued,
    }];
    if credential.expires_at.is_some() {
        commands.push(Command::Revoke {
            hash: link.hash().to_string(),
        });
    }
    commands.extend(ended(&organisation, person, moment.now));
    counter
        .house
        .ledger
        .configure_all(commands, &moment)
        .await?;
    let secure = needs_secure(&counter.house.settings.public_url);
    let cookie = session_cookie(&session, secure, lifetimes.seconds(Kind::Session));
    let mut response = Redirect::to(home_of(actor.role)).into_response();
    if let Ok(value) = HeaderValue::from_str(&cookie) {
        response.headers_mut().insert(header::SET_COOKIE, value);
    }
    Ok(response)
}

/// Takes back what ended by itself, so that it is not kept for ever.
fn ended(organisation: &Organisation, person: &Person, now: Time) -> Vec<Command> {
    let own = organisation.credentials.iter();
    own.filter(|(_, (holder, credential))| *holder == person.id && !credential.valid(now))
        .take(ENDED_MAX)
        .map(|(hash, _)| Command::Revoke { hash: hash.clone() })
        .collect()
}

fn known<'a>(
    organisation: &'a Organisation,
    secret: &str,
    now: Time,
) -> Option<(&'a Person, Token, &'a Credential)> {
    let token = Token::parse(secret).ok()?.only(Kind::SignIn).ok()?;
    let (person, credential) = organisation.bearer(&token.hash().to_string(), now)?;
    (credential.kind == CredentialKind::SignIn).then_some((person, token, credential))
}
