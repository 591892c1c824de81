//! A strict webhook receiver: takes only calls that are signed as Standard Webhooks 1.0 says, and
//! remembers under which ids each notification came.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use aws_lc_rs::hmac;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;

/// What signs the calls: 32 bytes that only this run uses.
const KEY: &[u8; 32] = b"a key that only this proof needs";
/// Every so many new notifications the first attempt is turned away, so that it comes again.
const TURNED_AWAY_EVERY: usize = 16;

/// One person told of one step of one incident.
#[derive(Clone, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd)]
struct Notification {
    incident: String,
    recipient: String,
    step: u64,
}

#[derive(Deserialize)]
struct Call {
    id: String,
    data: Notification,
}

#[derive(Debug, Default)]
struct Heard {
    /// The ids (dedupe keys) under which each notification came.
    ids: BTreeMap<Notification, BTreeSet<String>>,
    turned_away: BTreeSet<String>,
    told: BTreeSet<String>,
    complaint: Option<String>,
}

/// The receiver, listening on this machine until dropped.
#[derive(Debug)]
pub struct Receiver {
    address: SocketAddr,
    heard: Arc<Mutex<Heard>>,
    server: tokio::task::JoinHandle<()>,
}

impl Receiver {
    /// Listens on a free port.
    pub async fn start() -> std::io::Result<Self> {
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let heard = Arc::new(Mutex::new(Heard::default()));
        let router = axum::Router::new()
            .route("/", post(hear))
            .with_state(Arc::clone(&heard));
        let server = tokio::spawn(async move {
            // It never ends by itself; dropping the receiver aborts it.
            let _ = axum::serve(listener, router).await;
        });
        Ok(Self {
            address,
            heard,
            server,
        })
    }

    /// Where calls go.
    pub fn url(&self) -> String {
        format!("http://{}/", self.address)
    }

    /// The signing secret as settings spell it.
    pub fn secret() -> String {
        format!("whsec_{}", STANDARD.encode(KEY))
    }

    /// How many incidents somebody was told of.
    pub fn told(&self) -> usize {
        lock(&self.heard).told.len()
    }

    /// Those of the incidents that nobody was told of.
    pub fn untold<'a>(&self, incidents: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
        let heard = lock(&self.heard);
        incidents.filter(|id| !heard.told.contains(*id)).collect()
    }

    /// The first call that was wrong, or notification that came under two ids.
    pub fn complaint(&self) -> Option<String> {
        let heard = lock(&self.heard);
        let twice = || {
            let (what, ids) = heard.ids.iter().find(|(_, ids)| ids.len() > 1)?;
            Some(format!("{what:?} came under different ids: {ids:?}"))
        };
        heard.complaint.clone().or_else(twice)
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.server.abort();
    }
}

fn lock(heard: &Mutex<Heard>) -> MutexGuard<'_, Heard> {
    heard.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn hear(
    State(heard): State<Arc<Mutex<Heard>>>,
    headers: HeaderMap,
    body: Bytes,
) -> StatusCode {
    let mut heard = lock(&heard);
    match read(&headers, &body) {
        Ok((id, notification)) => heard.take(id, notification),
        Err(why) => {
            heard.complaint.get_or_insert(why.to_owned());
            StatusCode::BAD_REQUEST
        }
    }
}

impl Heard {
    fn take(&mut self, id: String, notification: Notification) -> StatusCode {
        let told = self.told.contains(&notification.incident);
        let ids = self.ids.entry(notification.clone()).or_default();
        ids.insert(id.clone());
        let new = self.ids.len();
        if !told && new.is_multiple_of(TURNED_AWAY_EVERY) && self.turned_away.insert(id) {
            return StatusCode::SERVICE_UNAVAILABLE;
        }
        self.told.insert(notification.incident);
        StatusCode::NO_CONTENT
    }
}

fn read(headers: &HeaderMap, body: &[u8]) -> Result<(String, Notification), &'static str> {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let id = text("webhook-id").ok_or("a call without webhook-id")?;
    let at = text("webhook-timestamp").ok_or("a call without webhook-timestamp")?;
    let signatures = text("webhook-signature").ok_or("a call without webhook-signature")?;
    at.parse::<u64>()
        .map_err(|_| "a webhook-timestamp that is no number of seconds")?;
    let signed = [id.as_bytes(), b".", at.as_bytes(), b".", body].concat();
    let key = hmac::Key::new(hmac::HMAC_SHA256, KEY);
    let genuine = signatures.split(' ').any(|signature| {
        let encoded = signature.strip_prefix("v1,").unwrap_or_default();
        let tag = STANDARD.decode(encoded).unwrap_or_default();
        hmac::verify(&key, &signed, &tag).is_ok()
    });
    if !genuine {
        return Err("a call with a wrong signature");
    }
    let call: Call = serde_json::from_slice(body).map_err(|_| "a call with an unknown body")?;
    if call.id != id {
        return Err("a call whose webhook-id is not the id of its event");
    }
    Ok((call.id, call.data))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(id: &str, signed_as: &str) -> Result<(String, Notification), &'static str> {
        let body =
            format!(r#"{{"id":"{id}","data":{{"incident":"i","recipient":"duty","step":0}}}}"#);
        let key = hmac::Key::new(hmac::HMAC_SHA256, KEY);
        let tag = hmac::sign(&key, format!("{signed_as}.7.{body}").as_bytes());
        let signature = format!("v1,{}", STANDARD.encode(tag));
        let mut headers = HeaderMap::new();
        headers.insert("webhook-id", id.parse().unwrap());
        headers.insert("webhook-timestamp", "7".parse().unwrap());
        headers.insert("webhook-signature", signature.parse().unwrap());
        read(&headers, body.as_bytes())
    }

    #[test]
    fn only_genuine_calls_count() {
        assert_eq!(call("a", "a").unwrap().0, "a");
        assert_eq!(call("a", "b").unwrap_err(), "a call with a wrong signature");
    }

    #[tokio::test]
    async fn two_ids_for_one_notification_are_a_complaint() {
        let receiver = Receiver::start().await.unwrap();
        let (_, notification) = call("a", "a").unwrap();
        let heard = |id: &str| lock(&receiver.heard).take(id.into(), notification.clone());
        heard("a");
        heard("a");
        assert_eq!(receiver.complaint(), None);
        heard("b");
        assert!(receiver.complaint().is_some());
        assert_eq!(receiver.untold(["i", "j"].into_iter()), ["j"]);
    }
}
