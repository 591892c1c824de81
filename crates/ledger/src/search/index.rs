//! The index follower: reads facts after its cursor and makes their words findable, off the commit
//! path, in batches of its own.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use outcry_domain::incident::{Answer, Event};
use outcry_domain::personal::Visit as _;
use outcry_domain::{Event as AnyEvent, Fact, Personal, RegionId};

use super::stems;
use crate::Error;
use crate::ledger::Ledger;
use crate::vault;
use crate::writer::Chore;

/// The name of its cursors.
pub(crate) const FOLLOWER: &str = "search";
/// Facts looked at for one batch.
const FACTS: usize = 512;
/// The most different words of one fact that are findable.
const TERMS_MAX: usize = 1_000;
/// How long it gathers before it writes, so that a busy hour costs few commits.
const GATHER: Duration = Duration::from_millis(300);
/// How long it waits after a failure.
const PAUSE: Duration = Duration::from_secs(1);

/// Starts the follower; it ends with the ledger.
pub(crate) fn start(ledger: &Ledger) {
    let (open, stop) = (Arc::downgrade(&ledger.0), ledger.0.stop.clone());
    let mut watch = ledger.watch();
    tokio::spawn(async move {
        loop {
            watch.borrow_and_update();
            let Some(ledger) = open.upgrade().map(Ledger) else {
                return;
            };
            let done = tokio::select! {
                () = stop.cancelled() => return,
                done = look(&ledger) => done,
            };
            drop(ledger);
            if let Err(error) = done {
                if error == Error::Stopped {
                    return;
                }
                tracing::warn!(%error, "new words are not findable yet");
                tokio::time::sleep(PAUSE).await;
                continue;
            }
            tokio::select! {
                () = stop.cancelled() => return,
                changed = watch.changed() => if changed.is_err() { return },
            }
            tokio::time::sleep(GATHER).await;
        }
    });
}

/// Looks at every log until its end.
async fn look(ledger: &Ledger) -> Result<(), Error> {
    let regions: Vec<RegionId> = ledger.organisation().regions.keys().cloned().collect();
    for region in regions {
        let mut at = ledger.cursor(FOLLOWER, &region).await?;
        while at < ledger.head(&region) {
            let entries = ledger.facts_after(&region, at, FACTS).await?;
            let Some(last) = entries.last() else { break };
            at = last.fact.sequence;
            let mut rows = Vec::new();
            for entry in &entries {
                let stream = entry.fact.stream.to_string();
                let terms = ledger.terms(&entry.fact, &stream).await?;
                rows.extend(terms.into_iter().map(|term| (term, stream.clone())));
            }
            // Neighbours in the table are written together.
            rows.sort_unstable();
            if rows.is_empty() {
                ledger.move_cursor(FOLLOWER, &region, at).await?;
                continue;
            }
            let (region, sequence) = (region.clone(), at);
            let chore = |reply| Chore::Tokens {
                rows,
                region,
                sequence,
                reply,
            };
            ledger.0.writer.chore(chore).await?;
        }
    }
    Ok(())
}

impl Ledger {
    /// The terms of a fact's own texts.
    async fn terms(&self, fact: &Fact, stream: &str) -> Result<BTreeSet<i64>, Error> {
        let AnyEvent::Incident(event) = &fact.event else {
            return Ok(BTreeSet::new());
        };
        if !speaks(event) {
            return Ok(BTreeSet::new());
        }
        let Some(key) = self.0.vault.region(&fact.region)? else {
            return Ok(BTreeSet::new());
        };
        let held = match self.story_key(stream).await {
            // What cannot be read is not findable, and keeps nothing else from being so.
            Err(Error::Corrupt { .. }) => return Ok(BTreeSet::new()),
            held => held?,
        };
        let mut event = event.clone();
        vault::open_all(&held, stream, &mut event);
        let mut terms = BTreeSet::new();
        let mut add = |text: &str| {
            for stem in stems(text) {
                if terms.len() < TERMS_MAX {
                    terms.insert(key.term(&stem));
                }
            }
        };
        event.personal(&mut |personal| {
            if let Personal::Open(text) = personal {
                add(text);
            }
        });
        if let Event::Reported(report) = &event {
            for item in &report.items {
                add(&item.name);
                item.sku.iter().for_each(|sku| add(sku));
            }
            for answer in report.fields.values() {
                match answer {
                    Answer::Choice(chip) => add(chip),
                    Answer::Many(chips) => chips.iter().for_each(|chip| add(chip)),
                    Answer::Flag(_) | Answer::Number(_) | Answer::Text(_) => {}
                }
            }
        }
        Ok(terms)
    }
}

/// Whether people wrote something in it. What the house itself says is found by filters.
fn speaks(event: &Event) -> bool {
    matches!(
        event,
        Event::Reported(_)
            | Event::Overridden(_)
            | Event::Commented { .. }
            | Event::Escalated {
                reason: Some(_),
                ..
            }
            | Event::Responding { note: Some(_) }
            | Event::Resolved { note: Some(_), .. }
            | Event::FalseAlarm { note: Some(_) }
            | Event::Withdrawn { note: Some(_) }
    )
}
