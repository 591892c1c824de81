//! Somebody with a browser session, and what they are answered.

use reqwest::StatusCode;
use serde_json::Value;

use crate::world::PATIENCE;

/// What came back.
pub(crate) struct Answer {
    status: StatusCode,
    body: Value,
}

impl Answer {
    pub(crate) fn created(self) -> Value {
        assert_eq!(self.status, StatusCode::CREATED, "{}", self.body);
        self.body
    }
    pub(crate) fn fine(self) -> Value {
        assert!(self.status.is_success(), "{} {}", self.status, self.body);
        self.body
    }
    pub(crate) fn problem(self, status: u16) -> String {
        assert_eq!(self.status.as_u16(), status, "{}", self.body);
        self.body["type"]
            .as_str()
            .expect("a problem has a type")
            .to_owned()
    }
}

/// Somebody with a browser session.
#[derive(Clone)]
pub(crate) struct Person {
    pub(crate) url: String,
    pub(crate) cookie: String,
    pub(crate) client: reqwest::Client,
}

impl Person {
    pub(crate) async fn ask(&self, request: reqwest::RequestBuilder) -> Answer {
        let response = request
            .header("cookie", &self.cookie)
            .header("sec-fetch-site", "same-origin")
            .send()
            .await
            .expect("the house answers");
        let status = response.status();
        Answer {
            status,
            body: response.json().await.unwrap_or(Value::Null),
        }
    }
    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.ask(self.client.get(format!("{}/api/v1{path}", self.url)))
            .await
    }
    pub(crate) async fn post(&self, path: &str, body: Value) -> Answer {
        self.ask(
            self.client
                .post(format!("{}/api/v1{path}", self.url))
                .json(&body),
        )
        .await
    }
    /// Changes what is there, or makes it new.
    pub(crate) async fn put(&self, path: &str, body: Value) -> Answer {
        let url = format!("{}/api/v1{path}", self.url);
        let read = self
            .client
            .get(&url)
            .header("cookie", &self.cookie)
            .send()
            .await
            .expect("answers");
        let request = self.client.put(&url).json(&body);
        let request = match read.headers().get("etag") {
            Some(version) => request.header("if-match", version),
            None => request.header("if-none-match", "*"),
        };
        self.ask(request).await
    }
    /// Changes one of a list.
    pub(crate) async fn change(&self, list: &str, id: &str, body: Value) -> Answer {
        let listed = self.get(list).await.fine();
        let items = listed["items"].as_array().expect("a list");
        let version = &items
            .iter()
            .find(|item| item["id"] == id)
            .expect("is there")["version"];
        let request = self
            .client
            .put(format!("{}/api/v1{list}/{id}", self.url))
            .json(&body);
        self.ask(request.header("if-match", format!("\"{version}\"")))
            .await
    }
    /// The incident, once it looks as expected.
    pub(crate) async fn until(&self, incident: &str, expected: impl Fn(&Value) -> bool) -> Value {
        let mut seen = Value::Null;
        for _ in 0..300 {
            seen = self.get(&format!("/incidents/{incident}")).await.fine();
            if expected(&seen) {
                return seen;
            }
            tokio::time::sleep(PATIENCE / 300).await;
        }
        panic!("it never came to look as expected: {seen:#}");
    }
    /// The id of the newest incident in which that word stands, once the search has read it.
    pub(crate) async fn found(&self, word: &str) -> Value {
        for _ in 0..300 {
            let listed = self.get(&format!("/incidents?q={word}")).await.fine();
            if let Some(newest) = listed["items"].get(0) {
                return newest["id"].clone();
            }
            tokio::time::sleep(PATIENCE / 300).await;
        }
        panic!("nobody finds {word}");
    }
}

/// Opens a sign-in link and presses its button.
pub(crate) async fn sign_in(url: &str, link: &str) -> Person {
    let client = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .tls_certs_only([])
        .timeout(PATIENCE)
        .build()
        .expect("a client");
    let opened = client.get(link).send().await.expect("a page");
    assert_eq!(
        opened.status(),
        StatusCode::OK,
        "looking at the link does not use it up"
    );
    let pressed = client
        .post(link)
        .header("sec-fetch-site", "same-origin")
        .header("origin", url)
        .send()
        .await
        .expect("signs in");
    assert_eq!(pressed.status(), StatusCode::SEE_OTHER);
    let cookie = pressed.headers()["set-cookie"].to_str().expect("text");
    let cookie = cookie.split(';').next().expect("a cookie").to_owned();
    Person {
        url: url.to_owned(),
        cookie,
        client,
    }
}
