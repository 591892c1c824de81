//! The writer: one thread and one connection make everything durable, many commands in one commit.
//! Never knows what a fact means.

mod append;
mod chore;
mod job;
mod place;
mod rest;
mod statement;
mod statements;
mod thread;

use std::collections::{BTreeMap, HashSet};
use std::hash::RandomState;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use outcry_domain::RegionId;
use tokio::sync::{Notify, mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

pub(crate) use append::{Append, Draft, Failure, OnceRow, WrappedKey};
pub(crate) use chore::{Chore, LEASE_MAX_S};
pub(crate) use job::parts;
pub(crate) use statement::ManyRows;

use crate::settings::Secret;
use crate::store::{Connection, postgres};
use crate::tail::Tail;
use crate::{Entry, Error};
use job::Queue;
use place::Ends;
use statements::Statements;

/// Facts in one commit: few enough that a call for help does not wait long for one that is under way.
const BATCH_FACTS_MAX: usize = 128;
/// Facts in one commit that carries a call for help.
const PANIC_FACTS_MAX: usize = 64;
/// New reports that may wait; more are refused at once rather than late.
const REPORTS_MAX: usize = 1_024;
/// Further commands that may wait in each lane; more make their senders wait.
const COMMANDS_MAX: usize = 1_024;
/// Chores that may wait.
const CHORES_MAX: usize = 64;
/// Of a busy writer's time, chores get one part in so many.
const CHORE_SHARE: u32 = 10;
/// Quiet time after which a checkpoint that is worth it runs.
const QUIET: Duration = Duration::from_millis(1);
/// Quiet time after which anything that is left over is written and checkpointed.
const IDLE: Duration = Duration::from_secs(1);
/// Rows after which a quiet moment is used for a checkpoint: so few that it is over in some 3 ms.
const CHECKPOINT_ROWS: usize = 500;
/// Rows after which the checkpoint waits no longer for a quiet moment: each takes the writer for some
/// 6 ms, and a call for help may have to wait for one.
const CHECKPOINT_ROWS_MAX: usize = 1_500;
/// How often cursors are written at most.
const CURSORS_EVERY: Duration = Duration::from_millis(250);
/// How long to wait before a lost PostgreSQL connection is tried again.
const RECONNECT: Duration = Duration::from_millis(500);

/// Which way a command takes to the writer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lane {
    /// Somebody calls for help, or what is going on turned out to be that: before everything else.
    Panic,
    /// What goes on with incidents that are already recorded: before new ones.
    Standing,
    /// New reports: refused when too many wait.
    Report,
}

type Reply = oneshot::Sender<Vec<Result<Vec<Arc<Entry>>, Failure>>>;

/// Commands that came together, and who waits for them.
pub(crate) struct Job {
    appends: Vec<Append>,
    reply: Reply,
}

/// Follower cursors that are not durable yet.
pub(crate) type Cursors = Mutex<BTreeMap<(String, RegionId), u64>>;

/// The way to the writer.
pub(crate) struct Writer {
    panic: mpsc::Sender<Job>,
    standing: mpsc::Sender<Job>,
    reports: mpsc::Sender<Job>,
    chores: mpsc::Sender<Chore>,
    pub(crate) cursors: Arc<Cursors>,
    nudged: Arc<Notify>,
    stop: CancellationToken,
    broken: CancellationToken,
    /// Whether it broke because the database refused a write.
    refused: Arc<AtomicBool>,
    /// Resolves when the task has ended.
    task: tokio::sync::Mutex<Option<oneshot::Receiver<()>>>,
}

impl Writer {
    /// Starts the task. Fails with `Unavailable` when the machine has no room for it.
    pub(crate) fn start(
        connection: Connection,
        url: Option<Secret>,
        tail: Arc<Tail>,
    ) -> Result<Self, Error> {
        let (panic, panic_jobs) = mpsc::channel(COMMANDS_MAX);
        let (standing, standing_jobs) = mpsc::channel(COMMANDS_MAX);
        let (reports, report_jobs) = mpsc::channel(REPORTS_MAX);
        let (chores, waiting_chores) = mpsc::channel(CHORES_MAX);
        let (stop, broken) = (CancellationToken::new(), CancellationToken::new());
        let refused = Arc::<AtomicBool>::default();
        let (cursors, nudged) = (Arc::<Cursors>::default(), Arc::new(Notify::new()));
        let task = Task {
            connection,
            statements: Statements::default(),
            tail,
            cursors: cursors.clone(),
            cursors_at: Instant::now(),
            lanes: [panic_jobs, standing_jobs, report_jobs].map(Queue::new),
            chores: waiting_chores,
            nudged: nudged.clone(),
            stop: stop.clone(),
            broken: broken.clone(),
            refused: refused.clone(),
            heads: Ends::new(),
            rows: 0,
            rest_until: Instant::now(),
            tidied: Instant::now(),
            latest: 0,
            unanswered: None,
            hasher: RandomState::new(),
            // A start does not know what the last one left.
            wipe_at: Some(Instant::now()),
            wiping: None,
            url,
        };
        let task = tokio::sync::Mutex::new(Some(task.start()?));
        Ok(Self {
            panic,
            standing,
            reports,
            chores,
            cursors,
            nudged,
            stop,
            broken,
            refused,
            task,
        })
    }

    /// Hands commands over and waits until they are durable, or why not; one result each.
    pub(crate) async fn append(
        &self,
        lane: Lane,
        appends: Vec<Append>,
    ) -> Result<Vec<Result<Vec<Arc<Entry>>, Failure>>, Error> {
        let (reply, answer) = oneshot::channel();
        let job = Job { appends, reply };
        match lane {
            Lane::Panic => self.panic.send(job).await.map_err(|_| Error::Stopped)?,
            Lane::Standing => self.standing.send(job).await.map_err(|_| Error::Stopped)?,
            Lane::Report => self.reports.try_send(job).map_err(|why| match why {
                mpsc::error::TrySendError::Full(_) => Error::Busy { retry_after_s: 1 },
                mpsc::error::TrySendError::Closed(_) => Error::Stopped,
            })?,
        }
        answer.await.map_err(|_| Error::Stopped)
    }

    /// Whether nothing more is written, for whatever reason.
    pub(crate) fn ended(&self) -> bool {
        self.panic.is_closed()
    }

    /// Says that there is something to do in a quiet moment.
    pub(crate) fn nudge(&self) {
        self.nudged.notify_one();
    }

    /// Ends the task once everything that waits is durable.
    pub(crate) async fn stop(&self) {
        self.stop.cancel();
        if let Some(task) = self.task.lock().await.take() {
            let _ = task.await;
        }
    }

    /// Cancelled when a commit failed, or the task broke off.
    pub(crate) fn broken(&self) -> &CancellationToken {
        &self.broken
    }

    /// Whether a commit failed; to be asked once `broken` is cancelled.
    pub(crate) fn refused(&self) -> &Arc<AtomicBool> {
        &self.refused
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

struct Task {
    connection: Connection,
    url: Option<Secret>,
    statements: Statements,
    tail: Arc<Tail>,
    cursors: Arc<Cursors>,
    cursors_at: Instant,
    lanes: [Queue; 3],
    chores: mpsc::Receiver<Chore>,
    nudged: Arc<Notify>,
    stop: CancellationToken,
    broken: CancellationToken,
    refused: Arc<AtomicBool>,
    /// Where the logs end, on a database that this process has to itself.
    heads: Ends,
    /// Rows since the last checkpoint.
    rows: usize,
    /// Until then appends go before chores.
    rest_until: Instant,
    /// When what can wait was last done.
    tidied: Instant,
    /// The latest time that any command carried: what "now" is for expiry.
    latest: i64,
    /// The chore that failed for good: who waits for it hears of it after everybody else.
    unanswered: Option<Chore>,
    hasher: RandomState,
    /// From when on a quiet moment is used to wipe what was erased from the disk.
    wipe_at: Option<Instant>,
    /// What wipes it on PostgreSQL, beside the writer.
    wiping: Option<JoinHandle<()>>,
}

/// What woke the writer.
enum Woken {
    Panic(Job),
    Job(Job),
    Chore(Chore),
    Quiet,
    Nudge,
    Stop,
}

impl Task {
    async fn run(mut self) {
        while let Some(woken) = self.next().await {
            let done = match woken {
                Woken::Panic(job) => self.batch(job, PANIC_FACTS_MAX).await,
                Woken::Job(job) => self.batch(job, BATCH_FACTS_MAX).await,
                Woken::Chore(chore) => self.in_turn(chore).await,
                Woken::Quiet => self.quiet().await,
                Woken::Nudge => Ok(()),
                Woken::Stop => {
                    let done = self.drain().await;
                    if done.is_ok() {
                        break;
                    }
                    done
                }
            };
            if let Err(error) = done {
                tracing::error!(%error, "a change could not be made durable: nothing more is written");
                // Closing would sync again what could not be synced; the process ends instead.
                std::mem::forget(self.connection);
                self.refused.store(true, Ordering::Release);
                self.broken.cancel();
                // Whoever waits is answered by the channels that close with this task.
                return;
            }
        }
        let _ = self.connection.close().await;
    }

    /// What to do next: calls for help first, new reports last, a chore when it has waited long.
    async fn next(&mut self) -> Option<Woken> {
        if self.rest_until <= Instant::now()
            && let Ok(chore) = self.chores.try_recv()
        {
            return Some(Woken::Chore(chore));
        }
        let waits = self.rows > 0
            || self.wipe_at.is_some()
            || !self.cursors.lock().expect("no holder panics").is_empty();
        let pause = self.pause();
        let [panic, standing, reports] = &mut self.lanes;
        tokio::select! {
            biased;
            Some(job) = panic.next() => Some(Woken::Panic(job)),
            Some(job) = standing.next() => Some(Woken::Job(job)),
            Some(job) = reports.next() => Some(Woken::Job(job)),
            Some(chore) = self.chores.recv() => Some(Woken::Chore(chore)),
            () = self.stop.cancelled() => Some(Woken::Stop),
            () = tokio::time::sleep(pause), if waits => Some(Woken::Quiet),
            () = self.nudged.notified(), if !waits => Some(Woken::Nudge),
        }
    }

    /// One commit for the job and for what else waits, as far as there is room for it.
    async fn batch(&mut self, first: Job, facts_max: usize) -> Result<(), sqlx::Error> {
        let mut facts = first.facts();
        let mut requests = HashSet::new();
        first.repeats(&mut requests, &self.hasher);
        let mut jobs = vec![first];
        'full: for lane in &mut self.lanes {
            while let Some(job) = lane.fitting(facts_max.saturating_sub(facts)) {
                // Who gave up waiting and asks again is answered by what the first one led to.
                if job.repeats(&mut requests, &self.hasher) {
                    lane.put_back(job);
                    break 'full;
                }
                facts += job.facts();
                jobs.push(job);
            }
        }
        let mut sizes = Vec::with_capacity(jobs.len());
        let mut replies = Vec::with_capacity(jobs.len());
        let mut appends = Vec::with_capacity(jobs.len());
        for job in jobs {
            sizes.push(job.appends.len());
            replies.push(job.reply);
            appends.extend(job.appends);
        }
        let mut results = self.commit(appends).await?.into_iter();
        self.tail.wake();
        for (size, reply) in sizes.into_iter().zip(replies) {
            // Who no longer waits does not need the answer; the facts are durable all the same.
            let _ = reply.send(results.by_ref().take(size).collect());
        }
        if self.rows >= CHECKPOINT_ROWS_MAX {
            self.checkpoint().await
        } else {
            Ok(())
        }
    }

    /// A chore, and then a while in which appends go first.
    async fn in_turn(&mut self, chore: Chore) -> Result<(), sqlx::Error> {
        let started = Instant::now();
        let done = self.chore(chore).await;
        self.rest_until = Instant::now() + started.elapsed() * CHORE_SHARE;
        done
    }

    /// The end: everything that was handed over becomes durable.
    async fn drain(&mut self) -> Result<(), sqlx::Error> {
        self.lanes.iter_mut().for_each(Queue::close);
        self.chores.close();
        while let Some(job) = self.lanes.iter_mut().find_map(Queue::waiting) {
            self.batch(job, BATCH_FACTS_MAX).await?;
        }
        while let Ok(chore) = self.chores.try_recv() {
            self.chore(chore).await?;
        }
        self.tidy().await?;
        self.end_wiping().await;
        self.checkpoint().await
    }

    /// A new connection after one was lost; only PostgreSQL's can be, SQLite's begins anew.
    async fn reconnect(&mut self) {
        let Some(url) = &self.url else {
            // There may be nothing to take back.
            let _ = self.connection.rollback().await;
            return;
        };
        while !self.stop.is_cancelled() {
            match postgres::writer(url).await {
                Ok(connection) => {
                    self.connection = Connection::Postgres(Box::new(connection));
                    return;
                }
                Err(error) => tracing::warn!(%error, "will try again"),
            }
            tokio::time::sleep(RECONNECT).await;
        }
    }
}
