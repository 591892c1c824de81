//! Configure: changes of the settings, through the same log as everything else.

use std::sync::Arc;

use outcry_domain::organisation::{Command, Event};
use outcry_domain::{Event as AnyEvent, Fact, Moment, Organisation, RegionId, Stream};

use crate::Error;
use crate::begun;
use crate::facts::corrupt;
use crate::ledger::{Ledger, to_its_end};
use crate::record::TRIES_MAX;
use crate::store::Value;
use crate::vault::{self, Held};
use crate::writer::{Append, Draft, Failure, Lane, WrappedKey};

/// The name of the settings' story.
pub(crate) const STREAM: &str = "organisation";

impl Ledger {
    /// Changes a setting, and answers with what then happened; nothing, where nothing had to change.
    /// Durable when it returns.
    pub async fn configure(&self, command: Command, moment: &Moment) -> Result<Vec<Event>, Error> {
        self.configure_all(vec![command], moment).await
    }

    /// Changes many settings in one commit: all of them, or none. Each is decided on what the ones
    /// before it made true.
    pub async fn configure_all(
        &self,
        commands: Vec<Command>,
        moment: &Moment,
    ) -> Result<Vec<Event>, Error> {
        let (ledger, moment) = (self.clone(), moment.clone());
        to_its_end(async move { ledger.change(&commands, &moment).await }).await
    }

    async fn change(&self, commands: &[Command], moment: &Moment) -> Result<Vec<Event>, Error> {
        let _turn = self.0.settings_turn.lock().await;
        for _ in 0..TRIES_MAX {
            let events = decide(&self.organisation(), commands, moment)?;
            if events.is_empty() {
                return Ok(events);
            }
            match self.append_settings(&events, moment).await? {
                Ok(()) => return Ok(events),
                Err(Failure::Conflict) => self.refresh_settings().await?,
                Err(Failure::Unavailable) => {
                    return Err(Error::Unavailable(
                        "the connection to the database was lost; nothing was changed".into(),
                    ));
                }
            }
        }
        Err(Error::Busy { retry_after_s: 1 })
    }

    async fn append_settings(
        &self,
        events: &[Event],
        moment: &Moment,
    ) -> Result<Result<(), Failure>, Error> {
        for event in events {
            if let Event::Region(region) = event {
                self.adopt_key(&region.id).await?;
            }
        }
        let region = RegionId::organisation();
        let region_key = self.adopt_key(&region).await?;
        let version = self.organisation().sequence + 1;
        let (held, key) = if version == 1 {
            let key = self.0.vault.make_story();
            let wrapped = region_key.wrap(STREAM, &key, self.0.vault.random());
            let kek = region_key.id().to_owned();
            (Held::Key(Arc::new(key)), Some(WrappedKey { kek, wrapped }))
        } else {
            (self.story_key(STREAM).await?, None)
        };
        let lost = matches!(held, Held::Forgotten);
        if lost && events.iter().any(|event| vault::speaks(&mut event.clone())) {
            return Err(Error::Corrupt {
                region,
                sequence: version - 1,
                why: vault::KEY_LOST.into(),
            });
        }
        let drafts = self.sealed(events, &held, moment);
        let append = Append {
            region,
            stream: Stream::Organisation,
            version,
            reclassified: false,
            drafts,
            key,
            forget: false,
            once: None,
        };
        let mut results = self.0.writer.append(Lane::Standing, vec![append]).await?;
        let entries = match results.pop().ok_or(Error::Stopped)? {
            Ok(entries) => entries,
            Err(failure) => return Ok(Err(failure)),
        };
        self.0.vault.remember(STREAM, held);
        if version == 1 {
            begun::note(self.0.vault.data(), &self.0.store);
        }
        self.apply_settings(
            events
                .iter()
                .zip(entries.iter().map(|entry| entry.fact.sequence)),
        );
        Ok(Ok(()))
    }

    fn sealed(&self, events: &[Event], held: &Held, moment: &Moment) -> Vec<Draft> {
        let draft = |event: &Event| {
            let mut event = event.clone();
            vault::seal_all(&self.0.vault, held, STREAM, &mut event);
            let body = serde_json::to_string(&event).expect("every personal text was just sealed");
            Draft {
                event: AnyEvent::Organisation(event),
                body,
                at: moment.now,
                actor: moment.actor.id.clone(),
                summary: None,
            }
        };
        events.iter().map(draft).collect()
    }

    /// Beside the settings that count, which are asked for on every request: nobody waits while they are copied.
    fn apply_settings<'a>(&self, events: impl Iterator<Item = (&'a Event, u64)>) {
        let mut changed = Organisation::clone(&self.organisation());
        for (event, sequence) in events {
            if sequence == changed.sequence + 1 {
                changed.apply(event, sequence);
            }
        }
        let mut counts = self.0.organisation.write().expect("no holder panics");
        // Another may have been further.
        if counts.sequence < changed.sequence {
            *counts = Arc::new(changed);
        }
        drop(counts);
        // Whoever heard of the commit may wait for what it changed.
        self.0.tail.wake();
    }

    /// Takes in the changes that other processes made.
    pub(crate) async fn refresh_settings(&self) -> Result<(), Error> {
        let region = RegionId::organisation();
        loop {
            let after = self.organisation().sequence;
            let entries = self.facts_from_table(&region, after, 1_000).await?;
            let Some(first) = entries.first() else {
                return Ok(());
            };
            if first.fact.sequence != after + 1 {
                return Err(corrupt(&first.fact, "the fact before it is missing"));
            }
            let held = self.story_key(STREAM).await?;
            let mut changes = Vec::with_capacity(entries.len());
            for entry in entries {
                changes.push(opened(entry.fact.clone(), &held)?);
            }
            self.apply_settings(changes.iter().map(|(event, sequence)| (event, *sequence)));
        }
    }

    /// How often settings were changed, as the database says.
    pub(crate) async fn settings_head(&self) -> Result<u64, Error> {
        let sql = "SELECT sequence FROM head WHERE region = $1";
        let row: Option<(i64,)> = self.0.store.row(sql, &[Value::Text(STREAM)]).await?;
        Ok(row.map_or(0, |(sequence,)| sequence.unsigned_abs()))
    }
}

fn decide(
    organisation: &Organisation,
    commands: &[Command],
    moment: &Moment,
) -> Result<Vec<Event>, Error> {
    let mut events = Vec::with_capacity(commands.len());
    let mut working = None;
    for command in commands {
        let now = working.as_ref().unwrap_or(organisation);
        let decided = now.decide(command.clone(), moment)?;
        if commands.len() > 1 {
            let working = working.get_or_insert_with(|| organisation.clone());
            for event in &decided {
                working.apply(event, working.sequence + 1);
            }
        }
        events.extend(decided);
    }
    Ok(events)
}

pub(crate) fn opened(mut fact: Fact, held: &Held) -> Result<(Event, u64), Error> {
    if !vault::open_all(held, STREAM, &mut fact.event) {
        return Err(corrupt(&fact, "a sealed text does not open"));
    }
    match fact.event {
        AnyEvent::Organisation(event) => Ok((event, fact.sequence)),
        AnyEvent::Incident(_) => Err(corrupt(&fact, "an incident in the log of the settings")),
    }
}
