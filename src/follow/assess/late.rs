//! Late: incidents are looked at again because of events that came after their report.

use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::FutureExt as _;
use outcry_domain::actor::SystemId;
use outcry_domain::{Actor, IncidentId, Scope};
use outcry_ledger::{Error, Filter, Page};
use outcry_stream::{WATCHES_MAX, Weight};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::agenda::Agenda;
use super::{Assessor, LATE_WATCH_S};

/// How often incidents with late events are asked for.
const GATHER: Duration = Duration::from_millis(100);
/// Incidents looked at again in one go.
const LOOKS_AT_ONCE: usize = 32;
/// Incidents read at once when the watch begins.
const PAGE: usize = 200;

/// The loop that looks again, one step at a time.
pub struct Late {
    assessor: Assessor,
    agenda: Agenda,
}

impl Late {
    /// Nothing is to be looked at yet.
    pub fn new(assessor: Assessor) -> Self {
        Self {
            assessor,
            agenda: Agenda::default(),
        }
    }

    /// Looks again until stopped, or until the event stream ends; `begun` says when reports have become
    /// this process's.
    pub(super) async fn run(mut self, begun: Arc<Notify>, stop: CancellationToken) {
        loop {
            let next = self.agenda.next();
            tokio::select! {
                late = self.assessor.bus.late() => match late {
                    Some(late) => self.note(late, Instant::now()),
                    None if stop.is_cancelled() => return,
                    None => {
                        tracing::error!("the event stream has ended: until a restart nothing that came late is added to incidents");
                        return;
                    }
                },
                () = sleep_until(next), if next.is_some() => {}
                () = begun.notified() => {
                    if let Err(error) = self.take_up(Instant::now()).await {
                        tracing::warn!(%error, "late events are waited for a little later");
                        begun.notify_one();
                    }
                }
                () = stop.cancelled() => return,
            }
            match self.step(Instant::now()).await {
                Ok(_) => {}
                Err(Error::Stopped) => return,
                Err(error) => {
                    tracing::warn!(%error, "late events will be added a little later");
                }
            }
            // However many events come, the tokens that wait are asked for a few times a second.
            tokio::select! {
                () = tokio::time::sleep(GATHER) => {}
                () = stop.cancelled() => return,
            }
        }
    }

    /// Begins where another process, or this one before its restart, may have left off: what was
    /// reported lately is looked at once more, and watched from then on.
    pub async fn take_up(&mut self, now: Instant) -> Result<(), Error> {
        let waited_s = LATE_WATCH_S.saturating_add(self.assessor.settings.after_s);
        let filter = Filter {
            since: Some(
                self.assessor
                    .clock
                    .now()
                    .plus_us(-i64::from(waited_s) * 1_000_000),
            ),
            open: true,
            ..Filter::default()
        };
        let scope = Scope::of(&Actor::system(SystemId::Assess));
        let mut page = Page {
            limit: PAGE,
            after: None,
        };
        for _ in 0..WATCHES_MAX / PAGE {
            let listed = self
                .assessor
                .ledger
                .incidents(&scope, &filter, &page)
                .await?;
            for summary in listed.items {
                self.agenda.note(summary.id, Weight::Routine, now);
            }
            page.after = listed.next;
            if page.after.is_none() {
                break;
            }
        }
        Ok(())
    }

    /// Learns what came late and looks at the incidents whose time has come; whether there were any.
    /// What could not be looked at stays on the agenda.
    pub async fn step(&mut self, now: Instant) -> Result<bool, Error> {
        while let Some(late) = self.assessor.bus.late().now_or_never().flatten() {
            self.note(late, now);
        }
        let due = self.agenda.take(LOOKS_AT_ONCE, now);
        let looked = self.assessor.assess(due.clone()).await;
        if looked.is_err() {
            for id in &due {
                self.agenda.note(*id, Weight::Telling, now);
            }
        }
        looked.map(|()| !due.is_empty())
    }

    fn note(&mut self, late: outcry_stream::Late, now: Instant) {
        self.agenda.note(IncidentId(late.token), late.weight, now);
    }
}

async fn sleep_until(when: Option<Instant>) {
    if let Some(when) = when {
        tokio::time::sleep_until(when.into()).await;
    }
}
