//! Changes of settings: one way for all nouns. Read the whole noun, with the same id in address and body,
//! put it in place, and answer with it as it then stands. The ledger decides, by the version that was read.

use std::fmt::Display;
use std::str::FromStr;

use axum::Json;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use outcry_domain::organisation::{Command, Event, permit};
use outcry_domain::{Action, Actor, Organisation, Time};
use outcry_words::phrase;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::ask::{Ask, At, Expected, etag};
use crate::house::Shared;
use crate::problem::Problem;
use crate::session::Visitor;

/// A noun of the settings as somebody wants it to be.
pub(crate) trait Edit: DeserializeOwned + Send {
    /// The right to change it.
    const ACTION: Action;

    /// What it is known by.
    type Id: FromStr<Err: Display> + PartialEq + Send + Sync;
    /// The noun as it is answered.
    type Shown: Serialize;

    /// The member of the body that repeats the id.
    const ID: &'static str = "id";

    /// The id in the body, which may be left out.
    fn named(&self) -> Option<&Self::Id>;

    /// The fact that puts it in place.
    fn event(self, id: &Self::Id, organisation: &Organisation) -> Result<Event, Problem>;

    /// The noun as it stands, with its version.
    fn shown(id: &Self::Id, reader: &Reader<'_>) -> Option<(Self::Shown, u64)>;
}

/// Who reads the settings, and when.
pub(crate) struct Reader<'a> {
    pub(crate) organisation: &'a Organisation,
    pub(crate) actor: &'a Actor,
    pub(crate) now: Time,
}

/// A whole request that puts a noun in place.
pub(crate) struct Put<E: Edit> {
    counter: Shared,
    visitor: Visitor,
    id: E::Id,
    expected: u64,
    edit: E,
}

impl<E: Edit> FromRequest<Shared> for Put<E> {
    type Rejection = Problem;

    async fn from_request(request: Request, counter: &Shared) -> Result<Self, Problem> {
        let (mut parts, body) = request.into_parts();
        let visitor = Visitor::from_request_parts(&mut parts, counter).await?;
        // Whoever may not change it learns nothing of what the change should look like.
        permit(&visitor.actor, E::ACTION)?;
        let At(id): At<E::Id> = At::from_request_parts(&mut parts, counter).await?;
        let Expected(expected) = Expected::from_request_parts(&mut parts, counter).await?;
        let ask = Ask::<E>::from_request(Request::from_parts(parts, body), counter).await?;
        let edit = ask.body;
        if edit.named().is_some_and(|named| *named != id) {
            let text = format!("must be the {} in the address, or be left out", E::ID);
            return Err(Problem::field(format!("/{}", E::ID), text));
        }
        Ok(Self {
            counter: Shared::clone(counter),
            visitor,
            id,
            expected,
            edit,
        })
    }
}

impl<E: Edit> Put<E> {
    /// Puts the noun in place and answers with it: 201 if it is new.
    pub(crate) async fn record(self) -> Result<Response, Problem> {
        let ledger = &self.counter.house.ledger;
        let moment = self.counter.moment(&self.visitor.actor);
        let command = Command::Put {
            event: self.edit.event(&self.id, &ledger.organisation())?,
            expected: Some(self.expected),
        };
        ledger.configure(command, &moment).await?;
        let status = match self.expected {
            0 => StatusCode::CREATED,
            _ => StatusCode::OK,
        };
        let reader = Reader {
            organisation: &ledger.organisation(),
            actor: &self.visitor.actor,
            now: moment.now,
        };
        let found = E::shown(&self.id, &reader);
        Ok((status, show(found)?).into_response())
    }
}

/// What every edit is asked beside its body.
#[derive(utoipa::IntoParams)]
#[into_params(parameter_in = Header)]
#[allow(dead_code)] // the names are read by the document
pub(crate) struct Conditions {
    /// The ETag that was read
    #[param(rename = "If-Match")]
    if_match: Option<String>,
    /// `*` makes a new one
    #[param(rename = "If-None-Match")]
    if_none_match: Option<String>,
}

/// A noun with its version as ETag.
pub(crate) fn show<T: Serialize>(found: Option<(T, u64)>) -> Result<Response, Problem> {
    let (value, version) = found.ok_or_else(|| Problem::not_found(phrase("answer-beyond")))?;
    Ok(([etag(version)], Json(value)).into_response())
}
