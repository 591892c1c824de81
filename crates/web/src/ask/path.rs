//! Ids in the path.

use std::fmt::Display;
use std::str::FromStr;

use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::request::Parts;

use crate::house::Shared;
use crate::problem::{Problem, kind};

/// The id in the path; the first, where there are two.
#[derive(Debug, Clone)]
pub(crate) struct At<T>(pub(crate) T);

/// The second id in the path.
#[derive(Debug, Clone)]
pub(crate) struct Of<T>(pub(crate) T);

impl<T> FromRequestParts<Shared> for At<T>
where
    T: FromStr + Send,
    T::Err: Display,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, house: &Shared) -> Result<Self, Problem> {
        read(0, parts, house).await.map(Self)
    }
}

impl<T> FromRequestParts<Shared> for Of<T>
where
    T: FromStr + Send,
    T::Err: Display,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, house: &Shared) -> Result<Self, Problem> {
        read(1, parts, house).await.map(Self)
    }
}

async fn read<T>(place: usize, parts: &mut Parts, house: &Shared) -> Result<T, Problem>
where
    T: FromStr,
    T::Err: Display,
{
    let wrong = |name: &str, detail: String| {
        let detail: String = detail.chars().take(200).collect();
        Problem::parameter(kind::INVALID_PATH, name, detail)
    };
    let all = RawPathParams::from_request_parts(parts, house)
        .await
        .map_err(|_| wrong("id", "must be UTF-8".to_owned()))?;
    let (name, text) = all.iter().nth(place).unwrap_or(("id", ""));
    text.parse()
        .map_err(|error: T::Err| wrong(name, error.to_string()))
}
