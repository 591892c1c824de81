//! Report and panic: how an incident begins.

use super::answers::answers;
use super::{Draft, Event, Item, Refusal, Report, assess};
use crate::organisation::Site;
use crate::{Action, ActorId, Category, Moment, Organisation, Personal, Time};

/// The longest narrative, in characters.
pub(crate) const NARRATIVE_CHARS_MAX: usize = 20_000;
/// The most items of a report.
pub(crate) const ITEMS_MAX: usize = 100;
/// The longest text answer, in characters.
pub(crate) const ANSWER_CHARS_MAX: usize = 2_000;
/// How far ahead a clock may be.
pub(crate) const AHEAD_MAX_US: i64 = 5 * 60 * 1_000_000;
/// How long ago something may have happened to be reported: two years.
pub(crate) const AGO_MAX_US: i64 = 2 * 366 * 86_400 * 1_000_000;

pub(super) fn report(
    draft: Draft,
    moment: &Moment,
    organisation: &Organisation,
) -> Result<Vec<Event>, Refusal> {
    if draft.category == Category::Panic {
        return Err(Refusal::invalid(
            "/category",
            "a panic is posted to /api/v1/panic",
        ));
    }
    let report = accept(draft, Action::Report, moment, organisation)?;
    let mut events = vec![Event::Reported(report)];
    let Event::Reported(report) = &events[0] else {
        unreachable!("just made")
    };
    // What may cost a life does not wait for context or a score.
    if let Some(urgent) = assess::at_once(report, moment, organisation) {
        events.extend(urgent);
    }
    Ok(events)
}

pub(super) fn panic(
    draft: Draft,
    moment: &Moment,
    organisation: &Organisation,
) -> Result<Vec<Event>, Refusal> {
    let report = accept(
        Draft {
            category: Category::Panic,
            ..draft
        },
        Action::Panic,
        moment,
        organisation,
    )?;
    let urgent = assess::at_once(&report, moment, organisation).unwrap_or_default();
    Ok(std::iter::once(Event::Reported(report))
        .chain(urgent)
        .collect())
}

fn accept(
    draft: Draft,
    action: Action,
    moment: &Moment,
    organisation: &Organisation,
) -> Result<Report, Refusal> {
    let Some(site) = organisation.site(&draft.site) else {
        return Err(Refusal::invalid(
            "/site",
            format!("there is no site {}", draft.site),
        ));
    };
    if !moment.actor.may_at(action, &site.region, &site.id) {
        return Err(Refusal::Forbidden(action));
    }
    let occurred_at = draft.occurred_at.unwrap_or(moment.now);
    check_time(
        occurred_at,
        moment.now,
        if action == Action::Panic {
            "/pressed_at"
        } else {
            "/occurred_at"
        },
    )?;
    check_place(&draft, site)?;
    check_items(&draft.items)?;
    if let Some(text) = draft.narrative.as_ref().and_then(Personal::open)
        && text.chars().count() > NARRATIVE_CHARS_MAX
    {
        return Err(Refusal::invalid(
            "/narrative",
            format!(
                "must be at most {NARRATIVE_CHARS_MAX} characters; attach the rest as a comment"
            ),
        ));
    }
    let reporter = match draft.reporter {
        Some(id) if organisation.person(&id).is_some_and(|person| person.active) => {
            ActorId::Person(id)
        }
        Some(id) => {
            return Err(Refusal::invalid(
                "/reporter",
                format!("there is no person {id}"),
            ));
        }
        None => moment.actor.id.clone(),
    };
    let template = organisation
        .templates
        .get(&draft.category)
        .map(|template| &template.value);
    let (fields, flags) = answers(draft.fields, template)?;
    let silent = draft
        .silent
        .unwrap_or(site.panic.silent || draft.category.silent() || flags.weapon);
    Ok(Report {
        region: site.region.clone(),
        site: draft.site,
        category: draft.category,
        channel: draft.channel,
        occurred_at,
        area: draft.area,
        device: draft.device,
        reporter,
        narrative: draft
            .narrative
            .filter(|text| text.open().is_none_or(|t| !t.trim().is_empty())),
        fields,
        items: draft.items,
        flags,
        silent,
    })
}

fn check_time(occurred_at: Time, now: Time, pointer: &str) -> Result<(), Refusal> {
    if occurred_at - now > AHEAD_MAX_US {
        return Err(Refusal::invalid(
            pointer,
            format!(
                "lies in the future (it is {} here); check the clock or leave it out",
                now.rfc3339()
            ),
        ));
    }
    if now - occurred_at > AGO_MAX_US {
        return Err(Refusal::invalid(
            pointer,
            "lies more than two years back; check the year",
        ));
    }
    Ok(())
}

fn check_place(draft: &Draft, site: &Site) -> Result<(), Refusal> {
    if let Some(area) = &draft.area
        && !site.areas.iter().any(|known| known.id == *area)
    {
        return Err(Refusal::invalid(
            "/area",
            format!("{} has no area {area}", site.name),
        ));
    }
    if let Some(device) = &draft.device
        && !site.devices.iter().any(|known| known.id == *device)
    {
        return Err(Refusal::invalid(
            "/device",
            format!("{} has no device {device}", site.name),
        ));
    }
    Ok(())
}

fn check_items(items: &[Item]) -> Result<(), Refusal> {
    if items.len() > ITEMS_MAX {
        return Err(Refusal::invalid(
            "/items",
            format!("at most {ITEMS_MAX} items"),
        ));
    }
    for (place, item) in items.iter().enumerate() {
        let field = |name: &str| format!("/items/{place}/{name}");
        if item.name.trim().is_empty() || item.name.chars().count() > 200 {
            return Err(Refusal::invalid(
                field("name"),
                "must be 1 to 200 characters",
            ));
        }
        if item
            .sku
            .as_ref()
            .is_some_and(|sku| sku.is_empty() || sku.len() > 64)
        {
            return Err(Refusal::invalid(
                field("sku"),
                "must be 1 to 64 characters, or left out",
            ));
        }
        if !(1..=100_000).contains(&item.quantity) {
            return Err(Refusal::invalid(field("quantity"), "must be 1 to 100000"));
        }
        if item
            .value_minor
            .is_some_and(|value| !(0..=10_000_000_000).contains(&value))
        {
            return Err(Refusal::invalid(
                field("value_minor"),
                "must be 0 or more, in pence or cents",
            ));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::given::*;
    use super::super::{Command, Event, Given, State, open};
    use super::*;

    fn refused(draft: Draft) -> String {
        match open(Command::Report(draft), &by("ann", 0), &shop()) {
            Err(Refusal::Invalid { pointer, .. }) => pointer,
            other => panic!("not a bad field: {other:?}"),
        }
    }

    #[test]
    fn a_theft_waits_for_its_score_and_a_weapon_does_not() {
        let theft = Tale::theft();
        assert_eq!(
            (theft.incident.state, theft.last.len()),
            (State::Reported, 1)
        );
        let knife = [("weapon", Given::Word("knife".into()))];
        let weapon = Tale::of(Command::Report(answered(Category::Threat, &knife)));
        assert_eq!(weapon.incident.state, State::Open);
        assert_eq!(weapon.incident.risk(), Some(90));
        assert!(
            weapon.incident.report.silent,
            "a siren beside a knife can kill"
        );
        assert_eq!(weapon.step(), (0, 0));
    }

    #[test]
    fn a_panic_is_routed_by_the_press_itself() {
        let panic = Tale::panic();
        assert!(matches!(
            panic.last[..],
            [
                Event::Reported(_),
                Event::Assessed(_),
                Event::Routed { .. },
                Event::Notified {
                    round: 0,
                    step: 0,
                    ..
                }
            ]
        ));
        assert_eq!(panic.incident.queue, Some(slug("critical")));
        assert!(
            !panic.incident.deliveries.is_empty(),
            "and somebody is told"
        );
    }

    #[test]
    fn a_bad_field_is_named() {
        assert_eq!(
            refused(Draft {
                site: slug("nowhere"),
                ..draft(Category::Theft)
            }),
            "/site"
        );
        assert_eq!(
            refused(Draft {
                area: Some(slug("roof")),
                ..draft(Category::Theft)
            }),
            "/area"
        );
        assert_eq!(
            refused(Draft {
                reporter: Some(slug("zed")),
                ..draft(Category::Theft)
            }),
            "/reporter"
        );
        let ahead = Some(Time(AHEAD_MAX_US + 1));
        assert_eq!(
            refused(Draft {
                occurred_at: ahead,
                ..draft(Category::Theft)
            }),
            "/occurred_at"
        );
        let long = Some(Personal::new("x".repeat(NARRATIVE_CHARS_MAX + 1)));
        assert_eq!(
            refused(Draft {
                narrative: long,
                ..draft(Category::Theft)
            }),
            "/narrative"
        );
        let chip = [("goods", Given::Word("gold".into()))];
        assert_eq!(refused(answered(Category::Theft, &chip)), "/fields/goods");
        let unknown = [("mood", Given::Flag(true))];
        assert_eq!(refused(answered(Category::Theft, &unknown)), "/fields/mood");
        let item = Item {
            sku: None,
            name: "gin".into(),
            quantity: 0,
            value_minor: None,
        };
        assert_eq!(
            refused(Draft {
                items: vec![item],
                ..draft(Category::Theft)
            }),
            "/items/0/quantity"
        );
        assert_eq!(refused(draft(Category::Panic)), "/category");
    }

    #[test]
    fn another_store_is_none_of_ones_business() {
        let elsewhere = Draft {
            site: slug("hove-101"),
            ..draft(Category::Theft)
        };
        let refusal = open(Command::Report(elsewhere), &by("ann", 0), &shop());
        assert_eq!(refusal, Err(Refusal::Forbidden(Action::Report)));
    }
}
