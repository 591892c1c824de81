//! Ids in the path.

use std::fmt::Display;
use std::str::FromStr;

use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;

use crate::house::Shared;
use crate::problem::{Problem, kind};

/// The id in the path.
#[derive(Debug, Clone)]
pub(crate) struct At<T>(pub(crate) T);

impl<T> FromRequestParts<Shared> for At<T>
where
    T: FromStr + Send,
    T::Err: Display,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, house: &Shared) -> Result<Self, Problem> {
        let wrong = |detail: String| Problem::parameter(kind::INVALID_PATH, "id", detail);
        let Path(text) = Path::<String>::from_request_parts(parts, house)
            .await
            .map_err(|_| wrong("must be UTF-8".to_owned()))?;
        text.parse().map(Self).map_err(|error: T::Err| {
            let words = error.to_string();
            wrong(words.chars().take(200).collect())
        })
    }
}
