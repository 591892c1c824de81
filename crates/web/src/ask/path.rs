//! Ids in the path.

use std::fmt::Display;
use std::str::FromStr;

use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::request::Parts;

use crate::house::Shared;
use crate::problem::{Problem, kind};

/// An id in the path: the first, or that at `PLACE`.
#[derive(Debug, Clone)]
pub(crate) struct At<T, const PLACE: usize = 0>(pub(crate) T);

impl<T, const PLACE: usize> FromRequestParts<Shared> for At<T, PLACE>
where
    T: FromStr + Send,
    T::Err: Display,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, house: &Shared) -> Result<Self, Problem> {
        let wrong = |name: &str, detail: String| {
            let detail: String = detail.chars().take(200).collect();
            Problem::parameter(kind::INVALID_PATH, name, detail)
        };
        let all = RawPathParams::from_request_parts(parts, house)
            .await
            .map_err(|_| wrong("id", "must be UTF-8".to_owned()))?;
        let (name, text) = all.iter().nth(PLACE).unwrap_or(("id", ""));
        text.parse()
            .map(Self)
            .map_err(|error: T::Err| wrong(name, error.to_string()))
    }
}
