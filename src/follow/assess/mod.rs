//! Assess: a report is put in context and scored, at once and again when late events arrive. What a
//! person overrules, the model learns.

mod agenda;
mod context;
mod late;
mod learn;
mod score;

use std::collections::{BTreeSet, HashMap};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use outcry_domain::actor::SystemId;
use outcry_domain::incident::context::{Context, OnShift};
use outcry_domain::incident::{Command, Event as Happened, Incident};
use outcry_domain::{Category, Event, Fact, IncidentId, SiteId, Stream, Time};
use outcry_ledger::{Entry, Error, Ledger};
use outcry_stream::{Bus, Query};
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::damage::Damage;
use super::seldom::Seldom;
use super::{Follower, settle};
use crate::clock::Clock;
use crate::config::Assess as Settings;
pub use late::Late;
use learn::Learned;

/// How long late events are waited for after a report, or after the end of its time, in seconds.
const LATE_WATCH_S: u32 = 900;
/// How long a site's history counts as fresh.
const HISTORY_FRESH: Duration = Duration::from_secs(60);
/// How far back a site's history reaches.
const HISTORY_US: i64 = 30 * 86_400 * 1_000_000;

/// Puts incidents in context and scores them.
#[derive(Clone)]
pub struct Assessor {
    ledger: Ledger,
    bus: Bus,
    clock: Clock,
    settings: Settings,
    learned: Arc<Learned>,
    damage: Damage,
    unwatched: Arc<Seldom>,
    histories: Arc<Mutex<HashMap<SiteId, (Instant, outcry_assess::SiteHistory)>>>,
}

impl Assessor {
    /// An assessor with the shipped model, or with what was learned since.
    pub fn open(
        ledger: Ledger,
        bus: Bus,
        clock: Clock,
        settings: &Settings,
        data: &Path,
    ) -> anyhow::Result<Self> {
        let learned = Arc::new(Learned::open(data)?);
        Ok(Self {
            ledger,
            bus,
            clock,
            settings: settings.clone(),
            learned,
            damage: Damage::default(),
            unwatched: Arc::default(),
            histories: Arc::default(),
        })
    }

    /// Starts the loops: one for reports and overrides, one for late events.
    pub fn start(self, loops: &mut JoinSet<()>, follower: Follower, stop: CancellationToken) {
        let begun = Arc::new(Notify::new());
        loops.spawn(Late::new(self.clone()).run(begun.clone(), stop));
        let take_up = async move || {
            begun.notify_one();
            Ok(())
        };
        loops.spawn(follower.run(take_up, async move |entries: &_| self.handle(entries).await));
    }

    /// Looks at every report in these facts, and learns from every override.
    pub async fn handle(&self, entries: &[Arc<Entry>]) -> Result<(), Error> {
        let mut reported = BTreeSet::new();
        let mut overruled = Vec::new();
        for entry in entries {
            let Stream::Incident(id) = entry.fact.stream else {
                continue;
            };
            if let Some(summary) = &entry.summary
                && !summary.state.live()
            {
                self.bus.unwatch(summary.site.as_str(), id.0);
            }
            match entry.fact.event {
                // What was merged by mistake was not watched meanwhile.
                Event::Incident(Happened::Reported(_) | Happened::Unmerged { .. }) => {
                    reported.insert(id);
                }
                Event::Incident(Happened::Overridden(ref word)) => {
                    overruled.extend(word.said.category.map(|label| (id, &entry.fact, label)));
                }
                _ => {}
            }
        }
        // Reports first: a lesson waits for the disk.
        self.assess(reported).await?;
        for (id, fact, label) in overruled {
            self.learn(id, fact, label).await?;
        }
        Ok(())
    }

    /// Looks at these incidents and records what is new, all in one go.
    async fn assess(&self, incidents: BTreeSet<IncidentId>) -> Result<(), Error> {
        if incidents.is_empty() {
            return Ok(());
        }
        let looked = join_all(incidents.into_iter().map(|id| self.look(id))).await;
        let mut commands = Vec::with_capacity(looked.len());
        for command in looked {
            if let Some((id, command)) = command? {
                commands.push((id, command, self.clock.moment(SystemId::Assess)));
            }
        }
        let ids: Vec<IncidentId> = commands.iter().map(|(id, ..)| *id).collect();
        let results = self.ledger.record_all(commands).await;
        settle(self.damage.set_aside(ids.iter(), results))
    }

    async fn look(&self, id: IncidentId) -> Result<Option<(IncidentId, Command)>, Error> {
        let Some(incident) = self.damage.pass_over(id, &self.ledger).await? else {
            return Ok(None);
        };
        if !incident.state.live() {
            return Ok(None);
        }
        let now = self.clock.now();
        let opened = self.ledger.open_report(&incident).await;
        let Some(report) = self.damage.readable(id, opened)? else {
            return Ok(None);
        };
        let organisation = self.ledger.organisation();
        let query = context::query(&report, &organisation, &self.settings);
        self.watch(&incident, &query, now);
        let mut context = self.context(&incident, query, now).await;
        OnShift::join(
            &mut context.on_shift,
            &organisation,
            &report.site,
            report.occurred_at,
        );
        if let Some(before) = &incident.context {
            OnShift::keep(&mut context.on_shift, &before.on_shift);
        }
        let history = self.history(&report.site, now).await;
        let model = self.learned.model();
        let score =
            |context: &Context| score::score(&model, &report, context, &organisation, history);
        let scored = score(&context);
        // A later look counts for what came later, not for what became of the store or the model since.
        let known = incident
            .context
            .as_ref()
            .filter(|_| scored_before(&incident));
        let news = known.is_none_or(|known| score(known).risk < scored.risk);
        let command = Command::Enrich {
            context: Box::new(context),
            scored: news.then(|| Box::new(scored)),
        };
        Ok(Some((id, command)))
    }

    /// What was going on around an incident. A report never waits for that: where it cannot be found,
    /// what was found before counts, and a report with nothing before is scored by what it says.
    async fn context(&self, incident: &Incident, query: Query, now: Time) -> Context {
        let nothing = context::nothing(&query, now);
        let found = match self.bus.is_open() {
            true => self.bus.context(query, now.0).await,
            false => Err(outcry_stream::Error::Stopped),
        };
        match found {
            Ok(found) => context::from_stream(found),
            Err(error) => {
                // That the stream has ended was said once.
                if !matches!(error, outcry_stream::Error::Stopped) {
                    tracing::warn!(%error, "no context could be found");
                }
                metrics::counter!("outcry_looks_without_context_total").increment(1);
                incident.context.clone().unwrap_or(nothing)
            }
        }
    }

    /// From now on, events that belong to this incident and come late bring it back here.
    fn watch(&self, incident: &Incident, query: &Query, now: Time) {
        let ends_us = incident.reported_at.0.max(query.until_us());
        let expires_us = ends_us.saturating_add(i64::from(LATE_WATCH_S) * 1_000_000);
        if now.0 >= expires_us {
            return self.bus.unwatch(&query.site, incident.id.0);
        }
        if let Err(error) = self.bus.watch(
            &query.site,
            query.from_us(),
            query.until_us(),
            expires_us,
            incident.id.0,
            &query.items,
        ) {
            metrics::counter!("outcry_unwatched_looks_total").increment(1);
            if self.unwatched.say(Instant::now()) {
                tracing::warn!(%error, "late events are not noticed for some incidents");
            }
        }
    }

    async fn learn(&self, id: IncidentId, fact: &Fact, label: Category) -> Result<(), Error> {
        if self.learned.knows(&fact.region, fact.sequence) {
            return Ok(());
        }
        let Some(incident) = self.damage.pass_over(id, &self.ledger).await? else {
            return Ok(());
        };
        let opened = self.ledger.open_report(&incident).await;
        let Some(report) = self.damage.readable(id, opened)? else {
            return Ok(());
        };
        let organisation = self.ledger.organisation();
        let context = incident.context.clone().unwrap_or_default();
        let history = self.history(&report.site, self.clock.now()).await;
        self.learned
            .learn(&fact.region, fact.sequence, |model| {
                score::teach(model, &report, &context, &organisation, history, label);
            })
            .await;
        Ok(())
    }

    async fn history(&self, site: &SiteId, now: Time) -> Option<outcry_assess::SiteHistory> {
        {
            let known = self
                .histories
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            if let Some((when, history)) = known.get(site)
                && when.elapsed() < HISTORY_FRESH
            {
                return Some(*history);
            }
        }
        let (incidents_30_days, violent_30_days) = self
            .ledger
            .history(site, now.plus_us(-HISTORY_US))
            .await
            .ok()?;
        let history = outcry_assess::SiteHistory {
            incidents_30_days,
            violent_30_days,
        };
        let mut known = self
            .histories
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        known.insert(site.clone(), (Instant::now(), history));
        Some(history)
    }
}

/// Whether a model has scored it already.
fn scored_before(incident: &Incident) -> bool {
    let assessment = incident.assessment.as_ref();
    assessment.is_some_and(|assessment| assessment.model.is_some())
}
