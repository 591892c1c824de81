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
            &known.cameras,
            &known.on_shift,
            &known.stock,
            known.footfall,
        ) != (
            &context.tills,
            &context.matches,
            &context.cameras,
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

#[cfg(test)]
mod tests {
    use super::super::Command;
    use super::super::context::Camera;
    use super::super::given::*;
    use super::*;
    use crate::Time;

    fn seen_by(cameras: &[&str]) -> Command {
        let camera = |id: &&str| Camera {
            camera: slug(id),
            name: (*id).to_owned(),
            area: None,
            from: Time(0),
            until: Time(SECOND),
        };
        Command::Enrich {
            context: Box::new(Context {
                cameras: cameras.iter().map(camera).collect(),
                ..Context::default()
            }),
            scored: None,
        }
    }

    #[test]
    fn a_camera_that_marked_a_moment_late_is_news_and_the_same_again_is_none() {
        let mut tale = Tale::theft();
        tale.when(seen_by(&["door"]), &house(1)).expect("news");
        assert_eq!(
            tale.when(seen_by(&["door"]), &house(2)),
            Err(Refusal::Nothing)
        );
        tale.when(seen_by(&["aisle", "door"]), &house(3))
            .expect("one more to look at");
        let context = tale.incident.context.as_ref().expect("found");
        assert_eq!(context.cameras.len(), 2);
        assert_eq!(tale.incident.enrichments, 2);
    }
}
