//! Screens that simulated people have open: the live event stream, read and thrown away, as long as the day goes on.
//! Outcry counts a person as reached at the desk only while such a screen is open.

use std::time::Duration;

use outcry_domain::PersonId;
use reqwest::Client;
use tokio::task::JoinSet;

/// How long to wait before a screen is opened again.
const AGAIN_AFTER: Duration = Duration::from_secs(2);

/// Opens a screen for each of them. They close when this is dropped.
pub(super) fn open(url: &str, tokens: Vec<(PersonId, String)>) -> reqwest::Result<JoinSet<()>> {
    let client = Client::builder().no_proxy().build()?;
    let url = format!("{}/api/v1/live", url.trim_end_matches('/'));
    let mut screens = JoinSet::new();
    for (person, token) in tokens {
        screens.spawn(watch(client.clone(), url.clone(), person, token));
    }
    Ok(screens)
}

async fn watch(client: Client, url: String, person: PersonId, token: String) {
    loop {
        match client.get(&url).bearer_auth(&token).send().await {
            Ok(mut stream) => while let Ok(Some(_)) = stream.chunk().await {},
            Err(error) => {
                tracing::debug!(%person, error = %error.without_url(), "a simulated screen found nobody");
            }
        }
        tokio::time::sleep(AGAIN_AFTER).await;
    }
}
