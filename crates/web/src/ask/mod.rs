//! What a request asks: its body, its path, its query and its conditions, each read strictly, with
//! an answer that names what does not fit.

mod answers;
mod body;
mod condition;
mod json;
mod key;
mod path;
mod query;
mod seconds;
mod time;
mod words;

pub(crate) use answers::{Answer, Answers};
pub(crate) use body::{Ask, Call, Raw};
pub(crate) use condition::{Expected, etag};
pub(crate) use key::Key;
pub(crate) use path::At;
pub(crate) use query::{Listed, Query, page};
pub(crate) use seconds::seconds;
pub(crate) use time::Rfc3339;
pub(crate) use words::syntax;

/// A body with nothing in it: `{}`.
#[derive(Debug, Default, serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Nothing {}
