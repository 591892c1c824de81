//! The doors of Outcry as everybody else knows them: HTTP, a bearer token, JSON.
//! Never knows what the world is up to.

use std::collections::BTreeMap;
use std::time::Duration;

use outcry_domain::{PersonId, Time};
use reqwest::{Client, Method, RequestBuilder, StatusCode};
use serde_json::Value;

/// How often a request is sent when the house is busy.
const TRIES_MAX: u32 = 4;
/// The longest wait that the house may ask for.
const WAIT_MAX: Duration = Duration::from_secs(5);
/// How long one request may take.
const TIMEOUT: Duration = Duration::from_secs(20);

/// Knocks in everybody's name.
#[derive(Debug)]
pub(crate) struct Door {
    client: Client,
    api: String,
    tokens: BTreeMap<PersonId, String>,
    /// Makes the keys of this run differ from those of the runs before on the same data.
    run: i64,
    keys: u64,
}

impl Door {
    pub(crate) fn new(
        url: &str,
        tokens: BTreeMap<PersonId, String>,
        started: Time,
    ) -> reqwest::Result<Self> {
        // A proxy named in the environment has no business between the demo and itself.
        let client = Client::builder().no_proxy().timeout(TIMEOUT).build()?;
        let api = format!("{}/api/v1", url.trim_end_matches('/'));
        Ok(Self {
            client,
            api,
            tokens,
            run: started.0,
            keys: 0,
        })
    }

    /// Posts JSON; the answer, if it was taken.
    pub(crate) async fn post(&mut self, who: &PersonId, path: &str, body: &Value) -> Option<Value> {
        self.keys += 1;
        let key = format!("demo-{}-{}", self.run, self.keys);
        let request = self.request(Method::POST, who, path)?;
        self.send(path, request.header("idempotency-key", key).json(body))
            .await
    }

    /// Posts a batch of CloudEvents, a JSON array; the answer, if it was taken.
    pub(crate) async fn publish(&self, who: &PersonId, body: String) -> Option<Value> {
        let request = self.request(Method::POST, who, "/events")?;
        let request = request.header("content-type", "application/cloudevents-batch+json");
        self.send("/events", request.body(body)).await
    }

    /// Reads something.
    pub(crate) async fn read(&self, who: &PersonId, path: &str) -> Option<Value> {
        let request = self.request(Method::GET, who, path)?;
        self.send(path, request).await
    }

    fn request(&self, method: Method, who: &PersonId, path: &str) -> Option<RequestBuilder> {
        let token = self.tokens.get(who)?;
        Some(
            self.client
                .request(method, format!("{}{path}", self.api))
                .bearer_auth(token),
        )
    }

    /// Sends until it is taken or refused. A refusal is life (a visitor was faster) and no error.
    async fn send(&self, path: &str, request: RequestBuilder) -> Option<Value> {
        for _ in 0..TRIES_MAX {
            let answer = match request.try_clone()?.send().await {
                Ok(answer) => answer,
                Err(error) => {
                    tracing::debug!(path, error = %error.without_url(), "the demo's world was not answered");
                    tokio::time::sleep(Duration::from_millis(500)).await;
                    continue;
                }
            };
            let status = answer.status();
            if matches!(
                status,
                StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE
            ) {
                let asked = answer
                    .headers()
                    .get("retry-after")
                    .and_then(|value| value.to_str().ok()?.parse().ok());
                tokio::time::sleep(Duration::from_secs(asked.unwrap_or(1)).min(WAIT_MAX)).await;
                continue;
            }
            if status.is_success() {
                return answer.json().await.ok();
            }
            tracing::debug!(
                path,
                status = status.as_u16(),
                "the demo's world was refused"
            );
            return None;
        }
        None
    }
}
