//! Record: the one door. Load, let the domain decide, seal, append; what happens to an incident is one commit.

use std::collections::BTreeMap;
use std::sync::Arc;

use futures_util::future::join_all;
use outcry_domain::incident::{self, Command, Summary};
use outcry_domain::{Event, Fact, Incident, IncidentId, Moment, Organisation, RegionId, Stream};

use crate::erase::erased;
use crate::ledger::{Ledger, to_its_end};
use crate::once::Once;
use crate::vault::{self, Held};
use crate::work::{Attempt, Work, fold};
use crate::writer::{Append, Draft, Lane, parts};
use crate::{Entry, Error, weight};

/// How often a command, or a change of the settings, is decided again because another process was faster.
pub(crate) const TRIES_MAX: usize = 8;

/// Proof that something stands in the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// Whose log.
    pub region: RegionId,
    /// Where in it.
    pub sequence: u64,
    /// The hash there.
    pub hash: [u8; 32],
}

impl Receipt {
    pub(crate) fn of(fact: &Fact) -> Self {
        Self {
            region: fact.region.clone(),
            sequence: fact.sequence,
            hash: fact.hash,
        }
    }

    /// The hash as 64 hex digits.
    pub fn hash_hex(&self) -> String {
        crate::chain::hex(&self.hash)
    }
}

/// What a command led to; durable.
#[derive(Debug, Clone, PartialEq)]
pub struct Recorded {
    /// The incident after it.
    pub summary: Summary,
    /// Where the first of its facts stands.
    pub receipt: Receipt,
    /// Whether this is the first answer given again.
    pub replayed: bool,
    /// Its facts.
    pub entries: Vec<Arc<Entry>>,
}

impl Recorded {
    pub(crate) fn new(entries: Vec<Arc<Entry>>) -> Result<Self, Error> {
        let (Some(first), Some(last)) = (entries.first(), entries.last()) else {
            return Err(incident::Refusal::Nothing.into());
        };
        let summary = last.summary.clone().ok_or(incident::Refusal::Nothing)?;
        Ok(Self {
            summary,
            receipt: Receipt::of(&first.fact),
            replayed: false,
            entries,
        })
    }
}

impl Ledger {
    /// Gives a command to an incident. Durable when it returns.
    pub async fn record(
        &self,
        id: IncidentId,
        command: Command,
        moment: &Moment,
        once: Option<Once>,
    ) -> Result<Recorded, Error> {
        let commands = [(id, command, moment.clone())];
        let once = once.as_ref();
        let attempt = || async {
            let mut results = self.record_once(&commands, &[0], once).await?;
            Ok(results.pop().map_or(Attempt::Again, |(_, attempt)| attempt))
        };
        self.answer(once, moment.now, false, attempt).await
    }

    /// Gives many commands at once: the followers' way. One result each, in the same order; commands to
    /// the same incident are decided one after the other. They share commits that are short enough for a
    /// call for help to wait for; what happens to one incident is in one of them.
    pub async fn record_all(
        &self,
        commands: Vec<(IncidentId, Command, Moment)>,
    ) -> Vec<Result<Recorded, Error>> {
        let mut results: Vec<Result<Recorded, Error>> = commands
            .iter()
            .map(|_| Err(Error::Busy { retry_after_s: 1 }))
            .collect();
        let mut left: Vec<usize> = (0..commands.len()).collect();
        for _ in 0..TRIES_MAX {
            if left.is_empty() {
                break;
            }
            let attempts = match self.record_once(&commands, &left, None).await {
                Ok(attempts) => attempts,
                Err(error) => {
                    for place in left.drain(..) {
                        results[place] = Err(error.clone());
                    }
                    break;
                }
            };
            left.clear();
            for (place, attempt) in attempts {
                match attempt {
                    Attempt::Done(result) => results[place] = *result,
                    Attempt::Again => left.push(place),
                }
            }
            left.sort_unstable();
        }
        results
    }

    /// One attempt at the commands in these places.
    async fn record_once(
        &self,
        commands: &[(IncidentId, Command, Moment)],
        places: &[usize],
        once: Option<&Once>,
    ) -> Result<Vec<(usize, Attempt)>, Error> {
        let mut done = Vec::with_capacity(places.len());
        let mut by_incident: BTreeMap<IncidentId, Vec<usize>> = BTreeMap::new();
        for place in places {
            by_incident
                .entry(commands[*place].0)
                .or_default()
                .push(*place);
        }
        let organisation = self.organisation();
        let (mut raised, mut others) = (Vec::new(), Vec::new());
        for mut work in self.begin(by_incident.keys().copied()).await? {
            for place in by_incident.remove(&work.id).unwrap_or_default() {
                let (_, command, moment) = &commands[place];
                if let Err(error) = self.decide(&mut work, place, command, moment, &organisation) {
                    done.push((place, Attempt::failed(error)));
                }
            }
            if let Some(append) = work.append(once) {
                let lane = if work.is_raised() {
                    &mut raised
                } else {
                    &mut others
                };
                lane.push((work, append));
            }
        }
        // What is left is on incidents that there are not.
        for place in by_incident.into_values().flatten() {
            done.push((place, Attempt::failed(incident::Refusal::NotFound.into())));
        }
        if raised.is_empty() && others.is_empty() {
            return Ok(done);
        }
        let ledger = self.clone();
        to_its_end(async move {
            let kept = commits(raised, others).map(|(lane, part)| ledger.keep(lane, part));
            for attempts in join_all(kept).await {
                done.extend(attempts?);
            }
            Ok(done)
        })
        .await
    }

    /// Makes what was decided durable, in one commit.
    async fn keep(
        &self,
        lane: Lane,
        decided: Vec<(Work, Append)>,
    ) -> Result<Vec<(usize, Attempt)>, Error> {
        let (works, appends): (Vec<_>, Vec<_>) = decided.into_iter().unzip();
        let results = self.0.writer.append(lane, appends).await?;
        let mut done = Vec::with_capacity(works.len());
        for (work, result) in works.into_iter().zip(results) {
            if result.as_ref().is_ok_and(|entries| erased(entries)) {
                self.0.vault.remember(&work.stream, Held::Forgotten);
            }
            let (id, bytes) = (work.id, work.incident.as_ref().map_or(0, weight::bytes));
            work.end(result, &mut done);
            self.weigh(id, bytes);
        }
        Ok(done)
    }

    /// Takes incidents in hand, those that there are, in the order of their ids.
    async fn begin(
        &self,
        ids: impl Iterator<Item = IncidentId> + Send,
    ) -> Result<Vec<Work>, Error> {
        let mut works = Vec::new();
        // Everybody locks in the order of ids, so two callers never wait for each other in a circle.
        for id in ids {
            let mut slot = self.slot(id).lock_owned().await;
            let incident = slot.take().map(Arc::unwrap_or_clone);
            works.push(Work::new(id, slot, incident));
        }
        let missing: Vec<&str> = works
            .iter()
            .filter(|work| work.incident.is_none())
            .map(|work| work.stream.as_str())
            .collect();
        let rows = if missing.is_empty() {
            Vec::new()
        } else {
            self.rows_of_all(&missing).await?
        };
        for row in &rows {
            if let Ok(place) =
                works.binary_search_by(|work| work.stream.as_str().cmp(row.stream.as_str()))
            {
                works[place].fold(row);
            }
        }
        works.retain(|work| work.incident.is_some() || work.damaged.is_some());
        let streams: Vec<&str> = works.iter().map(|work| work.stream.as_str()).collect();
        for (stream, damaged) in self.story_keys(&streams).await? {
            if let Ok(place) = works.binary_search_by(|work| work.stream.cmp(&stream)) {
                works[place].damaged.get_or_insert(damaged);
            }
        }
        for work in &mut works {
            work.held = self
                .0
                .vault
                .remembered(&work.stream)
                .unwrap_or(Held::Forgotten);
            work.before = work.incident.as_ref().map(Summary::of);
        }
        Ok(works)
    }

    fn decide(
        &self,
        work: &mut Work,
        place: usize,
        command: &Command,
        moment: &Moment,
        organisation: &Organisation,
    ) -> Result<(), Error> {
        if let Some(damaged) = &work.damaged {
            return Err(damaged.clone());
        }
        let Some(incident) = &work.incident else {
            return Err(incident::Refusal::NotFound.into());
        };
        let mut events = incident.decide(command.clone(), moment, organisation)?;
        let lost = matches!(work.held, Held::Forgotten) && incident.erased.is_none();
        if lost && events.iter_mut().any(|event| vault::speaks(event)) {
            return Err(Error::Corrupt {
                region: incident.report.region.clone(),
                sequence: incident.sequence,
                why: vault::KEY_LOST.into(),
            });
        }
        work.parts.push((place, events.len()));
        for event in events {
            let sealing = (&work.held, work.stream.as_str());
            let draft = self.draft(&mut work.incident, work.id, event, moment, sealing)?;
            work.drafts.push(draft);
        }
        Ok(())
    }

    /// Seals an event, folds it in, and makes it ready for the log.
    pub(crate) fn draft(
        &self,
        state: &mut Option<Incident>,
        id: IncidentId,
        mut event: incident::Event,
        moment: &Moment,
        (held, stream): (&Held, &str),
    ) -> Result<Draft, Error> {
        vault::seal_all(&self.0.vault, held, stream, &mut event);
        let body = serde_json::to_string(&event).expect("every personal text was just sealed");
        Incident::follow(state, id, &event, &moment.actor.id, moment.now, 0);
        Ok(Draft {
            event: Event::Incident(event),
            body,
            at: moment.now,
            actor: moment.actor.id.clone(),
            summary: state.as_ref().map(Summary::of),
        })
    }

    /// The incident as its facts say; personal texts stay sealed.
    pub async fn state(&self, id: IncidentId) -> Result<Option<Arc<Incident>>, Error> {
        let mut slot = self.slot(id).lock_owned().await;
        if slot.is_none() {
            *slot = self.load(id).await?;
            self.weigh(id, slot.as_deref().map_or(0, weight::bytes));
        }
        Ok(slot.clone())
    }

    async fn load(&self, id: IncidentId) -> Result<Option<Arc<Incident>>, Error> {
        let mut incident = None;
        for fact in self.facts_of(&Stream::Incident(id).to_string()).await? {
            fold(&mut incident, id, &fact)?;
        }
        Ok(incident.map(Arc::new))
    }
}

/// What goes into which commit. Who needs help at once goes first, but a press waits for no more of them than leave it
/// room in the same commit; everything else follows in the order in which it came.
fn commits(
    raised: Vec<(Work, Append)>,
    others: Vec<(Work, Append)>,
) -> impl Iterator<Item = (Lane, Vec<(Work, Append)>)> {
    let facts = |(_, append): &(Work, Append)| append.drafts.len();
    let mut raised = parts(raised, Lane::Panic.job_facts_max(), facts);
    let first = raised.next().map(|part| (Lane::Panic, part));
    let rest = raised.flatten().chain(others).collect();
    let rest = parts(rest, Lane::Standing.job_facts_max(), facts);
    first
        .into_iter()
        .chain(rest.map(|part| (Lane::Standing, part)))
}
