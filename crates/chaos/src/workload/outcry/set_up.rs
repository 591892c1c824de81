//! The first minutes of an administrator: one store, and one person who is told of everything.

use anyhow::Context;
use reqwest::header::{COOKIE, IF_MATCH, IF_NONE_MATCH, ORIGIN, SET_COOKIE};
use reqwest::{Client, Response};
use serde_json::{Value, json};

use super::expect;
use super::program::Opened;

/// The store that all reports come from.
pub(super) const SITE: &str = "high-street";
/// The person who posts and is told.
const PERSON: &str = "duty";
/// Nobody acknowledges: the policy must not begin again while the proof runs.
const REPEAT_AFTER_S: u32 = 86_400;

/// What the clients need.
pub(super) struct Sessions {
    /// The session cookie of the person on duty.
    pub(super) person: String,
    /// The session cookie of the administrator, who may send events.
    pub(super) administrator: String,
    /// The program's time, for the events.
    pub(super) time: String,
}

/// Sets up and signs both in.
pub(super) async fn set_up(http: Client, opened: &Opened, hook: &str) -> anyhow::Result<Sessions> {
    let sign_in = opened
        .sign_in
        .as_deref()
        .context("no sign-in link was printed")?;
    let mut house = House {
        http,
        url: opened.url.clone(),
        cookie: String::new(),
    };
    house.sign_in(sign_in).await?;
    let administrator = house.cookie.clone();
    let me = house.get("me").await?;
    let time = me["server_time"].as_str().context("no server time")?;
    let site = json!({"name": "High Street", "region": "main", "timezone": "Europe/London"});
    house.put(&format!("sites/{SITE}"), None, &site).await?;
    let person = json!({
        "name": "Duty", "role": "desk", "reach": {"kind": "all"},
        "contacts": [{"channel": "webhook", "address": hook}],
    });
    house
        .put(&format!("people/{PERSON}"), None, &person)
        .await?;
    house.tell_one_person_at_once().await?;
    let link = house.post(&format!("people/{PERSON}/sign-in-link")).await?;
    let link = link["url"].as_str().context("the link has no url")?;
    let path = link.find("/sign-in/").context("the link signs nobody in")?;
    house.sign_in(&link[path..]).await?;
    Ok(Sessions {
        person: house.cookie,
        administrator,
        time: time.to_owned(),
    })
}

struct House {
    http: Client,
    url: String,
    cookie: String,
}

impl House {
    async fn sign_in(&mut self, path: &str) -> anyhow::Result<()> {
        let request = self.http.post(format!("{}{path}", self.url));
        let response = request.header(ORIGIN, &self.url).send().await?;
        expect(response.status(), &[303], "signing in")?;
        let cookie = response.headers().get(SET_COOKIE).context("no session")?;
        let cookie = cookie.to_str()?.split(';').next().unwrap_or_default();
        self.cookie = cookie.to_owned();
        Ok(())
    }

    /// Makes every policy one step: the person, by webhook, at once.
    async fn tell_one_person_at_once(&self) -> anyhow::Result<()> {
        let policies = self.get("policies").await?;
        for policy in policies["items"].as_array().context("no policies")? {
            let id = policy["id"].as_str().context("a policy without an id")?;
            let step = json!({
                "after_s": 0, "channels": ["webhook"],
                "targets": [{"kind": "person", "id": PERSON}],
            });
            let changed = json!({
                "name": policy["name"], "steps": [step], "repeat_after_s": REPEAT_AFTER_S,
            });
            let version = policy["version"].as_u64();
            self.put(&format!("policies/{id}"), version, &changed)
                .await?;
        }
        Ok(())
    }

    async fn get(&self, path: &str) -> anyhow::Result<Value> {
        let request = self.http.get(format!("{}/api/v1/{path}", self.url));
        Ok(self.answer(request, path).await?.json().await?)
    }

    async fn put(&self, path: &str, version: Option<u64>, body: &Value) -> anyhow::Result<()> {
        let request = self
            .http
            .put(format!("{}/api/v1/{path}", self.url))
            .json(body);
        let request = match version {
            Some(version) => request.header(IF_MATCH, format!("\"{version}\"")),
            None => request.header(IF_NONE_MATCH, "*"),
        };
        self.answer(request, path).await.map(drop)
    }

    async fn post(&self, path: &str) -> anyhow::Result<Value> {
        let request = self.http.post(format!("{}/api/v1/{path}", self.url));
        let request = request.header("Idempotency-Key", path).json(&json!({}));
        Ok(self.answer(request, path).await?.json().await?)
    }

    async fn answer(
        &self,
        request: reqwest::RequestBuilder,
        path: &str,
    ) -> anyhow::Result<Response> {
        let request = request
            .header(ORIGIN, &self.url)
            .header(COOKIE, &self.cookie);
        let response = request.send().await?;
        if !response.status().is_success() {
            let status = response.status();
            anyhow::bail!(
                "{path} was answered with {status}: {}",
                response.text().await?
            );
        }
        Ok(response)
    }
}
