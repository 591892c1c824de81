//! Enrich: live context joins the incident, and the score that follows from it.

use super::{Context, Event, Incident, Refusal, Scored, assess};
use crate::{Moment, Organisation};

/// How often late events may add to an incident.
pub(crate) const ENRICHMENTS_MAX: u32 = 50;

pub(super) fn enrich(
    incident: &Incident,
    context: Context,
    scored: Option<Box<Scored>>,
    moment: &Moment,
    organisation: &Organisation,
) -> Result<Vec<Event>, Refusal> {
    if incident.enrichments >= ENRICHMENTS_MAX || !incident.state.live() {
        return Err(Refusal::Nothing);
    }
    let news = incident.context.as_ref().is_none_or(|known| {
        (
            &known.tills,
            &known.matches,
            &known.on_shift,
            &known.stock,
            known.footfall,
        ) != (
            &context.tills,
            &context.matches,
            &context.on_shift,
            &context.stock,
            context.footfall,
        )
    });
    let first = incident
        .assessment
        .as_ref()
        .is_none_or(|a| a.model.is_none());
    if !news && !first {
        return Err(Refusal::Nothing);
    }
    let mut events = Vec::with_capacity(3);
    if news {
        events.push(Event::Enriched(context));
    }
    if let Some(scored) = scored {
        events.extend(assess::with_score(incident, *scored, moment, organisation));
    }
    if events.is_empty() {
        Err(Refusal::Nothing)
    } else {
        Ok(events)
    }
}
