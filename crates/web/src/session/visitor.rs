//! Looks up whoever shows a token: the person, and what they may do.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, header};
use outcry_domain::organisation::CredentialKind;
use outcry_domain::{Action, Actor, ActorId, Organisation, Scope, Time};
use outcry_identity::{Token, bearer, session_from};
use outcry_words::{phrase, say};

use super::prolong::Found;
use crate::door::{Stranger, calls_for_help, same_origin};
use crate::house::Shared;
use crate::problem::{Problem, kind};

/// Somebody who has proven who they are.
#[derive(Debug, Clone)]
pub(crate) struct Visitor {
    pub(crate) actor: Actor,
    credential: String,
}

impl Visitor {
    /// What they may read.
    pub(crate) fn scope(&self) -> Scope {
        Scope::of(&self.actor)
    }

    /// Who they are by now; nobody, once the token they came with no longer counts.
    pub(crate) fn now(&self, counter: &Shared) -> Option<Actor> {
        let organisation = counter.house.ledger.organisation();
        let held = organisation.bearer(&self.credential, counter.now());
        held.map(|(person, _)| Organisation::actor(person))
    }

    /// Refuses whoever has no such right; the table is the domain's.
    pub(crate) fn needs(&self, action: Action) -> Result<(), Problem> {
        if self.actor.may(action) {
            return Ok(());
        }
        let refusal = outcry_domain::incident::Refusal::Forbidden(action);
        Err(refusal.into())
    }
}

impl FromRequestParts<Shared> for Visitor {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, counter: &Shared) -> Result<Self, Problem> {
        let Some((token, kind)) = shown(&parts.headers)? else {
            return Err(Problem::new(
                kind::NOT_SIGNED_IN,
                "send an API token (Authorization: Bearer …), or open a sign-in link",
            ));
        };
        let changes = !parts.method.is_safe();
        if kind == CredentialKind::Session && changes {
            same_origin(parts)?;
        }
        let holder = holder(&token, kind, counter)
            .ok_or_else(|| Problem::new(kind::NOT_SIGNED_IN, phrase("answer-token-ended")))?;
        if let Some(stranger) = parts.extensions.get::<Arc<Stranger>>() {
            stranger.is_known();
        }
        if changes && !calls_for_help(parts) {
            meant(&parts.headers, &holder.actor, counter)?;
        }
        if kind == CredentialKind::Session
            && let Some(found) = parts.extensions.get::<Found>()
        {
            // Whoever asks a second time has found the same.
            let _ = found.set((token, holder.clone()));
        }
        let Holder { actor, hash, .. } = holder;
        Ok(Self {
            actor,
            credential: hash,
        })
    }
}

/// Whoever looks at a page, signed in or not.
#[derive(Debug, Clone)]
pub(crate) struct Guest(pub(crate) Option<Visitor>);

impl FromRequestParts<Shared> for Guest {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, counter: &Shared) -> Result<Self, Problem> {
        let known = Visitor::from_request_parts(parts, counter).await;
        Ok(Self(known.ok()))
    }
}

/// The token that a request shows, and what it must be for.
pub(super) fn shown(headers: &HeaderMap) -> Result<Option<(Token, CredentialKind)>, Problem> {
    let refused =
        |error: outcry_identity::ParseError| Problem::new(kind::NOT_SIGNED_IN, error.to_string());
    if let Some(value) = headers.get(header::AUTHORIZATION) {
        let text = value.to_str().unwrap_or_default();
        let token = bearer(text).map_err(refused)?;
        return Ok(Some((token, CredentialKind::Api)));
    }
    let cookies = headers
        .get_all(header::COOKIE)
        .into_iter()
        .filter_map(|value| value.to_str().ok());
    let token = session_from(cookies).map_err(refused)?;
    Ok(token.map(|token| (token, CredentialKind::Session)))
}

/// Whom a sender takes itself for: in the browser of a page somebody else may have signed in meanwhile.
const PERSON: HeaderName = HeaderName::from_static("outcry-person");

/// Refuses what is sent for somebody else, if it says for whom it is sent.
fn meant(headers: &HeaderMap, actor: &Actor, counter: &Shared) -> Result<(), Problem> {
    let id = person_of(actor).map(|id| id.as_str().as_bytes());
    let mut named = headers.get_all(PERSON).iter();
    if named.all(|named| Some(named.as_bytes()) == id) {
        return Ok(());
    }
    let now = counter.house.ledger.organisation().name_of(&actor.id);
    let text = say("answer-other-person", [("now", now.into())]);
    Err(Problem::new(kind::OTHER_PERSON, text))
}

/// Who holds a token, and until when.
#[derive(Debug, Clone)]
pub(super) struct Holder {
    pub(super) actor: Actor,
    /// Of the token.
    pub(super) hash: String,
    pub(super) expires_at: Option<Time>,
}

/// Who holds a token of that kind now.
pub(super) fn holder(token: &Token, kind: CredentialKind, counter: &Shared) -> Option<Holder> {
    let organisation = counter.house.ledger.organisation();
    let hash = token.hash().to_string();
    let (person, credential) = organisation.bearer(&hash, counter.now())?;
    (credential.kind == kind).then(|| Holder {
        actor: Organisation::actor(person),
        expires_at: credential.expires_at,
        hash,
    })
}

/// The person that an actor is.
pub(crate) fn person_of(actor: &Actor) -> Option<&outcry_domain::PersonId> {
    match &actor.id {
        ActorId::Person(id) => Some(id),
        ActorId::Device(_) | ActorId::System(_) => None,
    }
}
