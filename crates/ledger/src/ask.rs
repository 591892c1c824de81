//! What the loops ask about a report: its open words, and what its site saw lately.

use outcry_domain::incident::Report;
use outcry_domain::{Category, Event, Incident, IncidentId, SiteId, Stream, Time, incident};

use crate::Error;
use crate::ledger::Ledger;
use crate::store::Value;
use crate::vault;

/// Incidents that a site's history counts at most.
const HISTORY_MAX: i64 = 1_000;

impl Ledger {
    /// The report of an incident with its personal texts open.
    pub async fn open_report(&self, incident: &Incident) -> Result<Report, Error> {
        let stream = Stream::Incident(incident.id).to_string();
        let held = self.story_key(&stream).await?;
        let mut event = Event::Incident(incident::Event::Reported(incident.report.clone()));
        let opened = vault::open_all(&held, &stream, &mut event);
        match event {
            Event::Incident(incident::Event::Reported(report)) if opened => Ok(report),
            _ => Err(Error::Corrupt {
                region: incident.report.region.clone(),
                sequence: incident.sequence,
                why: "a sealed text does not open".into(),
            }),
        }
    }

    /// How many incidents a site had since then, and how many of them with force, a threat or a
    /// weapon; at most the newest thousand are counted.
    pub async fn history(&self, site: &SiteId, since: Time) -> Result<(u32, u32), Error> {
        let sql =
            "SELECT category FROM incident WHERE site = $1 AND id >= $2 ORDER BY id DESC LIMIT $3";
        let first = IncidentId::first_at(since).0.simple().to_string();
        let values = [
            Value::Text(site.as_str()),
            Value::Text(&first),
            Value::Int(HISTORY_MAX),
        ];
        let rows: Vec<(String,)> = self.0.store.rows(sql, &values).await?;
        let violent = rows.iter().filter(|(category,)| {
            matches!(
                Category::parse(category),
                Some(Category::Violence | Category::Threat | Category::Weapon | Category::Robbery)
            )
        });
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Ok((count(rows.len()), count(violent.count())))
    }
}
