//! Bodies: bounded in bytes and in time, hashed for the idempotency key, JSON where it is promised.

use std::time::Duration;

use aws_lc_rs::digest;
use axum::body::{Bytes, HttpBody};
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, header};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use outcry_domain::Actor;
use outcry_ledger::Once;
use serde::de::DeserializeOwned;

use super::{Key, json};
use crate::door::Place;
use crate::house::Shared;
use crate::limits::{BODY_BYTES_MAX, BODY_WAIT, CALL_BODY_WAIT, DRAINED_BYTES_MAX};
use crate::problem::{Problem, kind};

/// A body and, with an `Idempotency-Key`, what makes the request recognisable.
#[derive(Debug)]
pub(crate) struct Ask<T> {
    pub(crate) body: T,
    key: Option<Key>,
    hash: [u8; 32],
}

impl<T> Ask<T> {
    /// For the ledger: done once per actor and key.
    pub(crate) fn once(&self, actor: &Actor) -> Option<Once> {
        self.key.as_ref().map(|key| Once {
            principal: actor.id.to_string(),
            key: key.as_str().to_owned(),
            body_hash: self.hash,
        })
    }

    pub(crate) fn key(&self) -> Option<&Key> {
        self.key.as_ref()
    }

    pub(crate) fn hash(&self) -> [u8; 32] {
        self.hash
    }
}

impl<T: DeserializeOwned> FromRequest<Shared> for Ask<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &Shared) -> Result<Self, Problem> {
        let form = content_type(request.headers())?;
        let takes = |form: &str| form == "application/json" || form.ends_with("+json");
        if !form.as_deref().is_none_or(takes) {
            let text = format!("send application/json, not {}", form.unwrap_or_default());
            return Err(Problem::new(kind::UNSUPPORTED_MEDIA_TYPE, text));
        }
        let key = Key::of(request.headers())?;
        let place = place(&request);
        let whole = take(request, BODY_BYTES_MAX).await?;
        if form.is_none() && !whole.is_empty() {
            let text = "say what the body is: Content-Type: application/json";
            return Err(Problem::new(kind::UNSUPPORTED_MEDIA_TYPE, text));
        }
        let hash = hash(key.as_ref(), &place, &whole);
        let body = json::read(&whole)?;
        Ok(Self { body, key, hash })
    }
}

/// What came with a call for help, whatever it says that it is: nothing about it is refused.
#[derive(Debug)]
pub(crate) struct Call {
    /// Without the key if not all of the body came, so that the same call still counts when it
    /// comes again as a whole.
    pub(crate) ask: Ask<Bytes>,
    pub(crate) is_whole: bool,
}

impl Call {
    /// Waits for the body at most [`CALL_BODY_WAIT`]; of one that is too large nothing is kept.
    pub(crate) async fn of(request: Request) -> Self {
        let key = Key::of(request.headers()).unwrap_or_default();
        let place = place(&request);
        let (body, is_whole) = arrived(request).await;
        let key = key.filter(|_| is_whole);
        let hash = hash(key.as_ref(), &place, &body);
        let ask = Ask { body, key, hash };
        Self { ask, is_whole }
    }
}

fn place(request: &Request) -> String {
    format!("{} {}", request.method(), request.uri().path())
}

/// The bytes of a body up to `LIMIT`, with its content type.
#[derive(Debug)]
pub(crate) struct Raw<const LIMIT: usize> {
    pub(crate) bytes: Bytes,
    pub(crate) form: Option<String>,
    pub(crate) key: Option<Key>,
    pub(crate) hash: [u8; 32],
}

impl<const LIMIT: usize> FromRequest<Shared> for Raw<LIMIT> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &Shared) -> Result<Self, Problem> {
        let key = Key::of(request.headers())?;
        let form = content_type(request.headers())?;
        let bytes = take(request, LIMIT).await?;
        let hash = hash(key.as_ref(), form.as_deref().unwrap_or_default(), &bytes);
        Ok(Self {
            bytes,
            form,
            key,
            hash,
        })
    }
}

/// What makes a request the same as another one: where it goes, and what it says. Without a key
/// nobody asks.
fn hash(key: Option<&Key>, place: &str, bytes: &[u8]) -> [u8; 32] {
    let mut hash = [0; 32];
    if key.is_some() {
        let mut context = digest::Context::new(&digest::SHA256);
        context.update(place.as_bytes());
        context.update(b"\n");
        context.update(bytes);
        hash.copy_from_slice(context.finish().as_ref());
    }
    hash
}

/// The media type without its parameters, in lower case. JSON is UTF-8 (RFC 8259 section 8.1): what says
/// that it is something else would be read wrongly.
fn content_type(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    if headers.contains_key(header::CONTENT_ENCODING) {
        return Err(Problem::new(
            kind::UNSUPPORTED_MEDIA_TYPE,
            "Content-Encoding is not taken; send the body as it is, and leave the header out",
        ));
    }
    let Some(text) = headers.get(header::CONTENT_TYPE) else {
        return Ok(None);
    };
    let whole: String = String::from_utf8_lossy(text.as_bytes())
        .chars()
        .take(200)
        .collect::<String>()
        .to_ascii_lowercase();
    let mut parts = whole.split(';').map(str::trim);
    let form = parts.next().unwrap_or_default();
    let charset = parts
        .filter_map(|part| part.split_once('='))
        .find(|(name, _)| name.trim() == "charset")
        .map(|(_, value)| value.trim().trim_matches('"'));
    match charset {
        None | Some("utf-8" | "utf8") => Ok(Some(form.to_owned())),
        Some(_) => Err(Problem::new(
            kind::UNSUPPORTED_MEDIA_TYPE,
            "only charset=utf-8 is taken; send the body in UTF-8 and leave charset out",
        )),
    }
}

async fn take(mut request: Request, limit: usize) -> Result<Bytes, Problem> {
    let place = request.extensions_mut().remove::<Place>();
    let body = request.into_body();
    let size = body.size_hint();
    if size.lower() > limit as u64 {
        return Err(too_large(limit));
    }
    let exact = size.exact().and_then(|bytes| usize::try_from(bytes).ok());
    let collect = Limited::new(body, limit).collect();
    let collect = tokio::time::timeout(BODY_WAIT, collect);
    let collected = match place {
        Some(place) => place.arrival(exact.unwrap_or(limit), collect).await?,
        None => collect.await,
    };
    match collected {
        Ok(Ok(whole)) => Ok(whole.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(too_large(limit)),
        Ok(Err(_)) => Err(Problem::new(
            kind::BAD_REQUEST,
            "the body ended before its announced length, or its chunks are broken",
        )),
        Err(_) => Err(Problem::new(
            kind::TIMED_OUT,
            format!("the body did not arrive within {}", seconds(BODY_WAIT)),
        )),
    }
}

/// As much of a body as comes in time, and whether that is all of it.
async fn arrived(request: Request) -> (Bytes, bool) {
    let waits = request.headers().contains_key(header::EXPECT);
    let mut body = request.into_body();
    let declared = body.size_hint().lower();
    if declared > DRAINED_BYTES_MAX || (waits && declared > BODY_BYTES_MAX as u64) {
        return (Bytes::new(), false);
    }
    let (mut kept, mut size) = (Vec::new(), 0);
    let read = async {
        while let Some(frame) = body.frame().await {
            let Ok(frame) = frame else { return false };
            let Ok(data) = frame.into_data() else {
                continue;
            };
            size += data.len() as u64;
            if size > DRAINED_BYTES_MAX {
                return false;
            }
            if size > BODY_BYTES_MAX as u64 {
                kept = Vec::new();
            } else {
                kept.extend_from_slice(&data);
            }
        }
        true
    };
    let ended = tokio::time::timeout(CALL_BODY_WAIT, read).await;
    let is_whole = ended.unwrap_or(false) && size <= BODY_BYTES_MAX as u64;
    (kept.into(), is_whole)
}

fn seconds(wait: Duration) -> String {
    format!("{} seconds", wait.as_secs())
}

fn too_large(limit: usize) -> Problem {
    Problem::new(
        kind::TOO_LARGE,
        format!("the body may be at most {limit} bytes long here"),
    )
}
