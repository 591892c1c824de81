//! The real program under load: eight clients post reports and calls for help over HTTP, a machine
//! sends events, and every promise is written down.

mod client;
mod program;
pub mod receipts;
mod set_up;
mod till;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use futures_util::future::join_all;
use tokio::sync::watch;

use crate::process::{Ended, KillAt};
use crate::receiver::Receiver;
use crate::workload::Synchronous;
use client::{Client, Receipt};
use program::{Opened, Program};
use till::Till;

/// Who post at once.
const CLIENTS: usize = 8;
/// How long nobody may be told of anything new before what is due counts as lost.
const TELLING_STALLED: Duration = Duration::from_secs(60);

/// Everything that was promised, shared by the clients.
#[derive(Debug, Default)]
struct Promises {
    receipts: Mutex<Vec<Receipt>>,
    complaint: Mutex<Option<String>>,
}

impl Promises {
    fn receipts(&self) -> MutexGuard<'_, Vec<Receipt>> {
        self.receipts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn complain(&self, words: String) {
        let complaint = &mut *self
            .complaint
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        complaint.get_or_insert(words);
    }

    fn complaint(&self) -> Option<String> {
        let complaint = self
            .complaint
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        complaint.clone()
    }
}

/// The program, its clients, and the receiver that it tells.
#[derive(Debug)]
pub struct Outcry {
    program: Program,
    /// This tool, whose `receipts` command reads the log.
    tool: PathBuf,
    /// Where the log is, if not in the data directory.
    postgres_url: Option<String>,
    receiver: Receiver,
    /// The session that the clients post with.
    cookie: String,
    clients: Vec<Client>,
    till: Till,
    promises: Promises,
}

impl Outcry {
    /// Starts the program for the first time in an empty `folder` and sets up one store and one
    /// person who is told of everything; then kills it. This much is synced in any case, so that
    /// what `synchronous` plants shows in the load.
    pub async fn prepare(
        binary: PathBuf,
        tool: PathBuf,
        folder: &Path,
        synchronous: Synchronous,
        postgres_url: Option<String>,
    ) -> anyhow::Result<Self> {
        let receiver = Receiver::start().await?;
        let mut program = Program::new(binary, postgres_url.as_deref())?;
        let mut running = program.serve(folder)?;
        let opened = running.opened().await.context("the first start failed")?;
        let http = http()?;
        let sessions = set_up::set_up(http.clone(), &opened, &receiver.url()).await?;
        running.end().await?;
        program.synchronous = synchronous;
        Ok(Self {
            program,
            tool,
            postgres_url,
            receiver,
            cookie: sessions.person,
            clients: (0..CLIENTS)
                .map(|number| Client::new(number, http.clone()))
                .collect(),
            till: Till {
                http,
                cookie: sessions.administrator,
                time: sessions.time,
                next: 0,
            },
            promises: Promises::default(),
        })
    }

    pub(super) async fn run_and_kill(
        &mut self,
        folder: &Path,
        at: KillAt,
    ) -> anyhow::Result<Ended> {
        let mut running = self.program.serve(folder)?;
        let (promise, promised) = watch::channel(0);
        let mut address = running.address();
        let load = async {
            // An error means that it was killed before it listened.
            let opened = address.wait_for(Option::is_some).await;
            let opened = opened.ok().and_then(|opened| opened.clone());
            let Some(Opened { url, .. }) = opened else {
                return;
            };
            let (cookie, promises, clients) = (&self.cookie, &self.promises, &mut self.clients);
            let posting = async {
                // Closed when nobody posts any more: then there is no promise to wait for.
                let promise = promise;
                let clients = clients.iter_mut();
                let post =
                    clients.map(|client| client.post_until_gone(&url, cookie, promises, &promise));
                join_all(post).await;
            };
            tokio::join!(posting, self.till.send_until_gone(&url, promises));
        };
        let (ended, ()) = tokio::join!(running.kill(at, promised), load);
        Ok(ended?)
    }

    pub(super) async fn check(&self, folder: &Path) -> anyhow::Result<Result<(), String>> {
        let heard = || {
            self.promises
                .complaint()
                .or_else(|| self.receiver.complaint())
        };
        if let Some(words) = heard() {
            return Ok(Err(words));
        }
        if let Err(words) = self.program.verify(folder).await? {
            return Ok(Err(words));
        }
        let unanswered = self.clients.iter().filter(|client| client.waits()).count();
        let store = match &self.postgres_url {
            Some(url) => url.clone(),
            None => folder.join("outcry.db").display().to_string(),
        };
        let receipts = self.promises.receipts().clone();
        receipts::check_in_child(&self.tool, &store, &receipts, unanswered).await
    }

    /// Starts once more without load: whatever is unanswered is asked again, and whoever is still
    /// to be told is told. Then every promise is checked, and that nothing is there twice.
    pub(super) async fn finish(&mut self, folder: &Path) -> anyhow::Result<Result<(), String>> {
        // Of what is lost already nobody will be told: no use waiting for it.
        if let Err(words) = self.check(folder).await? {
            return Ok(Err(words));
        }
        let mut running = self.program.serve(folder)?;
        let Ok(opened) = running.opened().await else {
            return Ok(Err(format!("it does not start: {}", running.last_words()?)));
        };
        for client in &mut self.clients {
            client
                .ask_again(&opened.url, &self.cookie, &self.promises)
                .await;
        }
        self.till.send_all_again(&opened.url, &self.promises).await;
        let untold = self.wait_until_told().await;
        running.end().await?;
        match untold {
            Some(words) => Ok(Err(words)),
            None => self.check(folder).await,
        }
    }

    async fn wait_until_told(&self) -> Option<String> {
        let incidents: BTreeSet<String> = self
            .promises
            .receipts()
            .iter()
            .map(|receipt| receipt.incident.clone())
            .collect();
        let mut told = (self.receiver.told(), Instant::now());
        loop {
            let untold = self.receiver.untold(incidents.iter().map(String::as_str));
            let first = untold.first()?;
            if self.receiver.told() > told.0 {
                told = (self.receiver.told(), Instant::now());
            }
            if told.1.elapsed() > TELLING_STALLED {
                let count = untold.len();
                return Some(format!(
                    "nobody was told of {count} reports, such as {first}"
                ));
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    pub(super) fn acknowledged(&self) -> u64 {
        self.promises.receipts().len() as u64
    }
}

/// An HTTP client that trusts nobody's TLS and follows nothing: all is on this machine.
fn http() -> anyhow::Result<reqwest::Client> {
    // Every program has one provider of cryptography; that another part was first is as good.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let client = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .timeout(client::PATIENCE)
        .build()?;
    Ok(client)
}

fn expect(status: reqwest::StatusCode, wanted: &[u16], what: &str) -> anyhow::Result<()> {
    ensure!(
        wanted.contains(&status.as_u16()),
        "{what} was answered with {status}"
    );
    Ok(())
}
