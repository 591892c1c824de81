//! Three times the load that saturates it: what still gets through, how presses fare, how refusals are told.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::ensure;
use tokio::task::JoinSet;

use crate::Setting;
use crate::measure::{Run, Samples, Target};
use crate::report_one::report;
use crate::world::chain::{self, Escalation};
use crate::world::house::{House, Scratch};
use crate::world::http::{Client, Pool};
use crate::world::pace;

/// Clients that look for the peak, step by step: until a step brings no more than `GROWTH` over the best before.
const STEPS: [usize; 7] = [32, 64, 128, 192, 256, 384, 512];
const GROWTH: f64 = 1.02;
/// How long each step lasts, in seconds, at least and at most, and how much of its beginning does not count.
const STEP_S: [u64; 2] = [3, 10];
const STEP_WARM_UP: Duration = Duration::from_secs(2);
/// What a client waits that was turned away while the peak is looked for.
const TURNED_AWAY: Duration = Duration::from_millis(5);
/// Connections of the overload: fewer than the program takes, more than are ever busy.
const CONNECTIONS: usize = 3_500;
/// How much more than the peak is sent.
const TIMES: f64 = 3.0;
/// Presses a second, and connections for them.
const PRESSES_PER_S: f64 = 10.0;
const PRESS_CONNECTIONS: usize = 16;
/// What refuses for load (RFC 9110 section 15.6.4, RFC 6585 section 4).
const REFUSALS: [u16; 2] = [503, 429];

/// One run.
pub(crate) async fn run(setting: &Setting) -> anyhow::Result<Run> {
    let scratch = Scratch::new(setting)?;
    chain::found(&scratch.data(), Escalation::Quiet, None).await?;
    let house = House::serve(setting, &scratch.data(), None).await?;
    let mut run = Run::default();
    let peak = peak(&house, setting, &mut run).await?;
    let idle = Idle::open(&house, CONNECTIONS).await?;
    let for_s = setting.seconds as f64;
    let presses = tokio::spawn(press(house.address, for_s));
    let outcome = flood(&idle, peak * TIMES, for_s).await?;
    let (presses, turned_away) = presses.await??;
    outcome.tell(&mut run, peak, for_s);
    run.aim(
        "panic to durable answer, p99",
        presses.p99_ms(),
        "ms",
        Target::AtMost(50.0),
    );
    run.tell("panic to durable answer, p50", presses.p50_ms(), "ms");
    run.tell("presses answered", presses.len() as f64, "");
    run.tell("presses turned away", turned_away as f64, "");
    run.tell("memory of the server", house.memory_mb()?, "MB");
    run.tell(
        "memory of the server at its highest",
        house.memory_peak_mb()?,
        "MB",
    );
    house.stop()?;
    Ok(run)
}

/// The best rate that any number of clients gets, each sending when it is answered.
async fn peak(house: &House, setting: &Setting, run: &mut Run) -> anyhow::Result<f64> {
    let mut best = (0.0_f64, 0);
    for clients in STEPS {
        let time = Duration::from_secs(setting.seconds.clamp(STEP_S[0], STEP_S[1]));
        let rate = goodput(house, clients, time).await?;
        println!("  {clients} clients: {rate:.0} reports/s");
        let grew = rate > best.0 * GROWTH;
        if rate > best.0 {
            best = (rate, clients);
        }
        if !grew {
            break;
        }
    }
    run.tell("peak", best.0, "reports/s");
    run.tell("clients at the peak", best.1 as f64, "");
    Ok(best.0)
}

async fn goodput(house: &House, clients: usize, time: Duration) -> anyhow::Result<f64> {
    let mut under_way = JoinSet::new();
    let begun = Instant::now();
    for number in 0..clients {
        let mut client = house.client(chain::CLERK).await?;
        under_way.spawn(async move {
            let (mut sent, mut done) = (number, 0_usize);
            while begun.elapsed() < time {
                let answer = client.post("/api/v1/reports", &report(sent)).await?;
                sent += clients;
                if REFUSALS.contains(&answer.status) {
                    tokio::time::sleep(TURNED_AWAY).await;
                    continue;
                }
                answer.expect(201)?;
                let at = begun.elapsed();
                done += usize::from(at > STEP_WARM_UP && at <= time);
            }
            anyhow::Ok(done)
        });
    }
    let mut all = 0;
    while let Some(done) = under_way.join_next().await {
        all += done??;
    }
    Ok(all as f64 / (time - STEP_WARM_UP).as_secs_f64())
}

/// Connections that wait; the one that waited longest is taken, so that none is closed for its silence.
#[derive(Clone)]
struct Idle(Arc<Mutex<VecDeque<Client>>>);

impl Idle {
    async fn open(house: &House, count: usize) -> anyhow::Result<Self> {
        let mut clients = VecDeque::with_capacity(count);
        for _ in 0..count {
            let mut client = house.client(chain::CLERK).await?;
            // One address may hold only so many connections that have shown no token.
            client.get("/api/v1/me").await?.expect(200)?;
            clients.push_back(client);
        }
        Ok(Self(Arc::new(Mutex::new(clients))))
    }

    fn take(&self) -> Option<Client> {
        let mut clients = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        clients.pop_front()
    }

    fn give(&self, client: Client) {
        let mut clients = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        clients.push_back(client);
    }
}

/// One request of the overload.
struct Sent {
    status: u16,
    retry_after: bool,
    /// From when it was due until it was sent, and until it was answered.
    sent_after: Duration,
    answered_after: Duration,
    when: Instant,
}

/// What came of the overload.
#[derive(Default)]
struct Outcome {
    accepted: Samples,
    /// Accepted ones that were answered while the load lasted.
    in_time: usize,
    /// From when it was due, and from when it was sent.
    refused: Samples,
    refused_since_sent: Samples,
    retry_after: usize,
    sent_late: Samples,
    broken: usize,
    unsent: usize,
}

async fn flood(idle: &Idle, per_s: f64, for_s: f64) -> anyhow::Result<Outcome> {
    let mut due = pace::every(per_s, for_s);
    let (mut under_way, mut number) = (JoinSet::new(), 0);
    let mut outcome = Outcome::default();
    let end = Instant::now() + Duration::from_secs_f64(for_s);
    while let Some(due) = due.recv().await {
        number += 1;
        let Some(mut client) = idle.take() else {
            outcome.unsent += 1;
            continue;
        };
        let idle = idle.clone();
        under_way.spawn(async move {
            let sent_after = due.elapsed();
            let answer = client.post("/api/v1/reports", &report(number)).await?;
            idle.give(client);
            anyhow::Ok(Sent {
                status: answer.status,
                retry_after: answer.retry_after,
                sent_after,
                answered_after: due.elapsed(),
                when: Instant::now(),
            })
        });
        while let Some(done) = under_way.try_join_next() {
            outcome.take(done?, end)?;
        }
    }
    while let Some(done) = under_way.join_next().await {
        outcome.take(done?, end)?;
    }
    Ok(outcome)
}

impl Outcome {
    fn take(&mut self, sent: anyhow::Result<Sent>, end: Instant) -> anyhow::Result<()> {
        // A connection that breaks is an answer of its own kind; it is counted and not opened again.
        let Ok(sent) = sent else {
            self.broken += 1;
            return Ok(());
        };
        self.sent_late.push(sent.sent_after);
        if sent.status == 201 {
            self.in_time += usize::from(sent.when <= end);
            self.accepted.push(sent.answered_after);
            return Ok(());
        }
        ensure!(
            REFUSALS.contains(&sent.status),
            "a report was answered with {}",
            sent.status
        );
        self.retry_after += usize::from(sent.retry_after);
        self.refused.push(sent.answered_after);
        let since_sent = sent.answered_after.saturating_sub(sent.sent_after);
        self.refused_since_sent.push(since_sent);
        Ok(())
    }

    fn tell(&self, run: &mut Run, peak: f64, for_s: f64) {
        let goodput = self.in_time as f64 / for_s;
        let asked = self.accepted.len() + self.refused.len() + self.broken;
        let told = self.retry_after as f64 / self.refused.len().max(1) as f64 * 100.0;
        run.tell("due: three times the peak", peak * TIMES, "reports/s");
        run.tell("offered", asked as f64 / for_s, "reports/s");
        let unsent = self.unsent as f64;
        run.tell("not sent, no connection was free", unsent, "reports");
        run.tell("connections broken", self.broken as f64, "");
        let late = self.sent_late.p99_ms();
        run.tell("sent later than due, by the client, p99", late, "ms");
        run.tell("goodput", goodput, "reports/s");
        let share = goodput / peak * 100.0;
        run.aim("goodput, of the peak", share, "%", Target::AtLeast(80.0));
        run.tell("accepted, from when due, p50", self.accepted.p50_ms(), "ms");
        run.tell("accepted, from when due, p99", self.accepted.p99_ms(), "ms");
        run.tell("refused", self.refused.len() as f64 / for_s, "/s");
        run.aim(
            "refusals with Retry-After",
            told,
            "%",
            Target::AtLeast(100.0),
        );
        run.tell("refused, from when due, p50", self.refused.p50_ms(), "ms");
        run.aim(
            "refused, from when due, p99",
            self.refused.p99_ms(),
            "ms",
            Target::AtMost(10.0),
        );
        let since_sent = &self.refused_since_sent;
        run.tell("refused, from when sent, p50", since_sent.p50_ms(), "ms");
        run.tell("refused, from when sent, p99", since_sent.p99_ms(), "ms");
    }
}

/// Presses of their durable answers, and how many were turned away.
async fn press(address: std::net::SocketAddr, for_s: f64) -> anyhow::Result<(Samples, usize)> {
    let pool = Pool::new(address, chain::token(chain::DESK));
    pool.warm(PRESS_CONNECTIONS).await?;
    let mut due = pace::every(PRESSES_PER_S, for_s);
    let (mut sent, mut number) = (JoinSet::new(), 0);
    while let Some(due) = due.recv().await {
        let body = format!(r#"{{"site":"{}","area":"tills"}}"#, chain::site(number));
        let pool = pool.clone();
        number += 1;
        sent.spawn(async move {
            let answer = pool.post("/api/v1/panic", &body).await?;
            anyhow::Ok((answer.status, due.elapsed()))
        });
    }
    let (mut samples, mut turned_away) = (Samples::default(), 0);
    while let Some(done) = sent.join_next().await {
        let (status, time) = done??;
        if status == 201 {
            samples.push(time);
        } else {
            ensure!(
                REFUSALS.contains(&status),
                "a press was answered with {status}"
            );
            turned_away += 1;
        }
    }
    Ok((samples, turned_away))
}
