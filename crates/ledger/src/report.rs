//! Report: how an incident comes into the log. A panic goes before everything else.

use std::sync::Arc;

use outcry_domain::category::Priority;
use outcry_domain::incident::{self, Command};
use outcry_domain::{Moment, Stream};

use crate::ledger::Ledger;
use crate::once::Once;
use crate::open::missing_key;
use crate::record::Recorded;
use crate::vault::Held;
use crate::work::{Attempt, settle};
use crate::writer::{Append, Lane, WrappedKey};
use crate::{Error, weight};

impl Ledger {
    /// Opens an incident: a report or a panic. Durable when it returns.
    ///
    /// A panic is never refused for load; a report may be (`Busy`). With `once`, the same request
    /// gets the same answer again for 24 hours.
    pub async fn report(
        &self,
        command: Command,
        moment: &Moment,
        once: Option<Once>,
    ) -> Result<Recorded, Error> {
        let once = once.as_ref();
        let hurry = matches!(command, Command::Panic(_));
        let attempt = || self.report_once(command.clone(), moment, once);
        self.answer(once, moment.now, hurry, attempt).await
    }

    async fn report_once(
        &self,
        command: Command,
        moment: &Moment,
        once: Option<&Once>,
    ) -> Result<Attempt, Error> {
        let panic = matches!(command, Command::Panic(_));
        let events = incident::open(command, moment, &self.organisation())?;
        let id = moment.incident_id();
        let Some(incident::Event::Reported(report)) = events.first() else {
            return Err(incident::Refusal::NotFound.into());
        };
        let region = report.region.clone();
        let stream = Stream::Incident(id).to_string();
        let region_key = self
            .0
            .vault
            .region(&region)?
            .ok_or_else(|| missing_key(&self.0.vault, &region))?;
        let key = self.0.vault.make_story();
        let wrapped = region_key.wrap(&stream, &key, self.0.vault.random());
        let held = Held::Key(Arc::new(key));
        let mut state = None;
        let mut drafts = Vec::with_capacity(events.len());
        for event in events {
            drafts.push(self.draft(&mut state, id, event, moment, (&held, &stream))?);
        }
        let urgent = drafts
            .last()
            .and_then(|draft| draft.summary.as_ref()?.priority)
            == Some(Priority::P1);
        let lane = if panic {
            Lane::Panic
        } else if urgent {
            Lane::Standing
        } else {
            Lane::Report
        };
        let append = Append {
            region,
            stream: Stream::Incident(id),
            version: 1,
            reclassified: true,
            drafts,
            key: Some(WrappedKey {
                kek: region_key.id().to_owned(),
                wrapped,
            }),
            forget: false,
            once: once.map(|once| once.row(moment.now)),
        };
        // Held until the facts are durable, so that nobody decides on half of them.
        let slot = self.slot(id);
        let mut slot = slot.lock_owned().await;
        let mut results = self.0.writer.append(lane, vec![append]).await?;
        let entries = match results.pop().ok_or(Error::Stopped)? {
            Ok(entries) => entries,
            Err(failure) => return Ok(failure.into()),
        };
        self.0.vault.remember(&stream, held);
        let bytes = state.as_ref().map_or(0, weight::bytes);
        *slot = settle(state, &entries);
        self.weigh(id, bytes);
        Ok(Attempt::done(entries))
    }
}
