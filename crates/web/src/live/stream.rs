//! `GET /live`.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use outcry_domain::{Action, RegionId, Scope};
use outcry_ledger::Ledger;

use super::frame::{self, Frame, LiveEvent};
use super::hub::{CLOSING, Listening, Told, logs};
use super::token::{self, Places};
use crate::ask::Query;
use crate::house::Shared;
use crate::incident::hidden::hidden;
use crate::limits::{LIVE_PAGE, LIVE_REPLAY_MAX};
use crate::problem::Problem;
use crate::session::{Visitor, person_of};

/// Why a stream ends when the log cannot be read.
const UNREADABLE: &str = "closed: the log could not be read; connect again to resume";
/// Why a stream ends when its token no longer counts, or is of somebody who may see nothing any more.
const SIGNED_OUT: &str = "closed: signed out, or the role sees nothing any more; sign in again";

/// Every fact within reach, as it happens (`text/event-stream`). `event:` is the kind of the fact, `id:`
/// a token to resume with (`Last-Event-ID`, or `after` in the query): after a break every fact comes
/// once. First comes `hello`, every 5 seconds `tick`; `resync` means that the break was too long, or that
/// you may see more or less than before, and everything must be loaded anew.
#[utoipa::path(
    get,
    path = "/live",
    tag = "live",
    params(
        ("after" = Option<String>, Query, description = "The id of the last event that was heard"),
        ("Last-Event-ID" = Option<String>, Header, description = "The same, as browsers send it")
    ),
    responses((status = 200, description = "Facts without end", body = LiveEvent,
        content_type = "text/event-stream"))
)]
pub(crate) async fn live(
    State(counter): State<Shared>,
    visitor: Visitor,
    query: Query,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    visitor.needs(Action::Read)?;
    query.only(&["after"])?;
    let last = headers
        .get("last-event-id")
        .and_then(|value| value.to_str().ok());
    let token = last.or(query.text("after")).map(str::to_owned);
    let who = (
        person_of(&visitor.actor).cloned(),
        visitor.actor.role,
        visitor.scope(),
    );
    let most = counter.house.settings.live_streams_max;
    let listening = counter.house.live.listen(who, most)?;
    let body = Body::from_stream(told(counter, listening, visitor, token));
    let form = HeaderValue::from_static("text/event-stream");
    let buffering = [("x-accel-buffering", "no")];
    Ok((buffering, [(header::CONTENT_TYPE, form)], body).into_response())
}

fn told(
    counter: Shared,
    mut listening: Listening,
    mut visitor: Visitor,
    token: Option<String>,
) -> impl futures_util::Stream<Item = Result<Bytes, Infallible>> {
    async_stream::stream! {
        let ledger = counter.house.ledger.clone();
        let missed = token.map_or(Missed::None, |token| Missed::since(&token, &listening.places, &ledger));
        let resumed = matches!(missed, Missed::Some(_));
        let from = missed.begin(&listening.places);
        yield Ok(frame::hello(counter.now(), resumed, &from));
        if matches!(missed, Missed::TooMuch) {
            yield Ok(frame::resync());
        }
        let heard = from.clone();
        if resumed {
            let mut places = from;
            for (region, until) in &listening.places {
                loop {
                    let page = match replay(&ledger, &visitor, (region, *until), &mut places).await {
                        Ok(Some(page)) => page,
                        Ok(None) => break,
                        Err(()) => {
                            yield Ok(frame::ended(UNREADABLE));
                            return;
                        }
                    };
                    for text in page {
                        yield Ok(text);
                    }
                }
            }
        }
        let closing = listening.closing.clone();
        let mut known = None;
        loop {
            let told = tokio::select! {
                told = listening.queue.recv() => told,
                () = closing.cancelled() => {
                    yield Ok(frame::ended(CLOSING));
                    break;
                }
            };
            // Whatever comes next is for who they are by now.
            let settings = Some(ledger.organisation().sequence);
            let look = settings != known || matches!(told, Some(Told::Tick(_)));
            known = settings;
            if look && !renewed(&mut visitor, &listening, &counter) {
                yield Ok(frame::ended(SIGNED_OUT));
                break;
            }
            match told {
                Some(Told::Tick(text)) => yield Ok(text),
                Some(Told::Fact(frame)) if already(&heard, &frame) => {}
                Some(Told::Fact(frame)) => {
                    for text in texts(&frame, &visitor, &ledger).await.into_iter().flatten() {
                        yield Ok(text);
                    }
                }
                None => {
                    let why = listening.dropped.get().copied().unwrap_or(CLOSING);
                    yield Ok(frame::ended(why));
                    break;
                }
            }
        }
    }
}

/// Notes who somebody is by now; false once they may hear nothing more.
fn renewed(visitor: &mut Visitor, listening: &Listening, counter: &Shared) -> bool {
    let now = visitor.now(counter);
    let Some(actor) = now.filter(|actor| actor.may(Action::Read)) else {
        return false;
    };
    if actor != visitor.actor {
        listening.becomes(actor.role, Scope::of(&actor));
    }
    visitor.actor = actor;
    true
}

/// What somebody is told of a frame: first to load everything anew, where it changes what they may see.
async fn texts(frame: &Frame, visitor: &Visitor, ledger: &Ledger) -> [Option<Bytes>; 2] {
    let scope = visitor.scope();
    let anew = frame.changes(&visitor.actor.id) || frame.hides_from(&scope, ledger).await;
    let fact = match frame.is_for(&scope) {
        true => Some(frame.text(&scope, ledger).await),
        false => None,
    };
    [anew.then(frame::resync), fact]
}

/// Whether the client had heard it before it connected (from another process of the house).
fn already(heard: &Places, frame: &Frame) -> bool {
    heard
        .get(&frame.region)
        .is_some_and(|upto| *upto >= frame.sequence)
}

/// What a client has not heard.
enum Missed {
    None,
    /// After these places.
    Some(Places),
    TooMuch,
}

impl Missed {
    /// Where this client begins to hear.
    fn begin(&self, start: &Places) -> Places {
        match self {
            Self::Some(places) => places.clone(),
            Self::None | Self::TooMuch => start.clone(),
        }
    }

    fn since(token: &str, start: &Places, ledger: &Ledger) -> Self {
        let Some(heard) = token::read(token) else {
            return Self::TooMuch;
        };
        let known = logs(ledger);
        let mut gap = 0_u64;
        let mut places = BTreeMap::new();
        for region in known {
            let now = start.get(&region).copied().unwrap_or(0);
            // A region that is new since then begins at its beginning.
            let after = heard.get(&region).copied().unwrap_or(0);
            if after > now.max(ledger.head(&region)) {
                return Self::TooMuch;
            }
            gap = gap.saturating_add(now.saturating_sub(after));
            places.insert(region, after);
        }
        if gap > LIVE_REPLAY_MAX {
            return Self::TooMuch;
        }
        Self::Some(places)
    }
}

/// What somebody is told of the next page that they missed in a region, up to `until`; `None` when there
/// is no more, an error when the log cannot be read.
async fn replay(
    ledger: &Ledger,
    visitor: &Visitor,
    (region, until): (&RegionId, u64),
    places: &mut Places,
) -> Result<Option<Vec<Bytes>>, ()> {
    let after = places.get(region).copied().unwrap_or(0);
    let left = usize::try_from(until.saturating_sub(after)).unwrap_or(LIVE_PAGE);
    if left == 0 {
        return Ok(None);
    }
    let entries = ledger.facts_after(region, after, left.min(LIVE_PAGE)).await;
    let entries = entries.map_err(|error| {
        tracing::warn!(%error, "the live stream could not read the log");
    })?;
    if entries.is_empty() {
        return Ok(None);
    }
    let frames = frame::all(&entries, &ledger.organisation(), places);
    let seen = still_seen(frames, ledger, &visitor.scope()).await?;
    let mut told = Vec::with_capacity(seen.len());
    for frame in &seen {
        told.extend(texts(frame, visitor, ledger).await.into_iter().flatten());
    }
    Ok(Some(told))
}

/// The frames without those of incidents that became confidential since: they are no longer theirs to
/// see. The one that says so stays. An error when that cannot be told: nobody may take it for unseen.
async fn still_seen(
    frames: Vec<Arc<Frame>>,
    ledger: &Ledger,
    scope: &Scope,
) -> Result<Vec<Arc<Frame>>, ()> {
    // What was never for them is left out later, and needs no look.
    let about = |frame: &Arc<Frame>| {
        let about = frame.about.as_ref().filter(|_| frame.is_for(scope));
        about.map(|about| about.id)
    };
    let hidden = hidden(ledger, scope, frames.iter().filter_map(about)).await;
    let hidden = hidden.map_err(|error| {
        tracing::warn!(%error, "the live stream could not read an incident");
    })?;
    let seen = |frame: &Arc<Frame>| about(frame).is_none_or(|id| !hidden.contains(&id));
    Ok(frames.into_iter().filter(seen).collect())
}
