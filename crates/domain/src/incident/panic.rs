//! Panic: a call for help. Only an unknown store or a missing right refuses it; a field that does not
//! fit is put right or left out, for whoever pressed cannot correct it.

use std::collections::BTreeMap;

use super::answers::answers;
use super::check::{AGO_MAX_US, ITEMS_MAX, NARRATIVE_CHARS_MAX};
use super::report::{kept, opening, site, template};
use super::{Answer, Draft, Event, Flags, Refusal, check};
use crate::organisation::Site;
use crate::{Action, Category, Faults, Moment, Organisation, Personal};

pub(super) fn panic(
    draft: Draft,
    moment: &Moment,
    organisation: &Organisation,
) -> Result<Vec<Event>, Refusal> {
    let mut draft = Draft {
        category: Category::Panic,
        ..draft
    };
    let Some(site) = site(&draft, Action::Panic, moment, organisation)? else {
        return Err(check::no_site(&draft.site).into());
    };
    let answered = leave_out(&mut draft, site, moment, organisation);
    Ok(opening(
        kept(draft, answered, site, moment),
        moment,
        organisation,
    ))
}

/// Puts right or takes out what does not fit, and names it; the answers that do.
fn leave_out(
    draft: &mut Draft,
    store: &Site,
    moment: &Moment,
    organisation: &Organisation,
) -> (BTreeMap<String, Answer>, Flags) {
    let mut left_out = std::mem::take(&mut draft.left_out);
    let mut fits = |name: &str, faults: Faults| {
        if !faults.is_empty() {
            left_out.push(name.to_owned());
        }
        faults.is_empty()
    };
    // The page's clock may be wrong; its place in the log says when the call came.
    fits(
        "pressed_at",
        check::time(draft.occurred_at, Some(store), moment.now),
    );
    let oldest = moment.now.plus_us(-AGO_MAX_US);
    draft.occurred_at = draft.occurred_at.map(|at| at.clamp(oldest, moment.now));
    if !fits("area", check::area(draft.area.as_ref(), store)) {
        draft.area = None;
    }
    if !fits("device", check::device(draft.device.as_ref(), store)) {
        draft.device = None;
    }
    let reporter = draft.reporter.as_ref();
    if !fits(
        "reporter",
        check::reporter(reporter, store, &moment.actor, organisation),
    ) {
        draft.reporter = None;
    }
    if !fits("narrative", check::narrative(draft.narrative.as_ref())) {
        draft.narrative = draft.narrative.take().map(beginning);
    }
    if !fits("items", check::items(&draft.items)) {
        draft
            .items
            .retain(|item| check::items(std::slice::from_ref(item)).is_empty());
        draft.items.truncate(ITEMS_MAX);
    }
    let mut faults = Faults::default();
    let given = std::mem::take(&mut draft.fields);
    let answered = answers(given, template(draft.category, organisation), &mut faults);
    fits("fields", faults);
    draft.left_out = left_out;
    answered
}

/// As much of a text as is kept.
fn beginning(text: Personal) -> Personal {
    match text {
        Personal::Open(text) => Personal::Open(text.chars().take(NARRATIVE_CHARS_MAX).collect()),
        sealed => sealed,
    }
}

#[cfg(test)]
mod tests {
    use super::super::given::*;
    use super::super::{Command, Given, Item, words};
    use super::*;
    use crate::Time;

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
    fn a_call_for_help_is_never_refused_for_a_field() {
        let gone = Item {
            sku: None,
            name: String::new(),
            quantity: 0,
            value_minor: None,
        };
        let tale = Tale::of(Command::Panic(Draft {
            occurred_at: Some(Time(i64::MAX)),
            area: Some(slug("roof")),
            device: Some(slug("button-9")),
            reporter: Some(slug("zed")),
            narrative: Some(Personal::new("x".repeat(NARRATIVE_CHARS_MAX + 1))),
            fields: [("mood".to_owned(), Given::Flag(true))].into(),
            items: vec![gone],
            left_out: vec!["body".to_owned()],
            ..draft(Category::Panic)
        }));
        let report = &tale.incident.report;
        assert_eq!(report.occurred_at, Time(0), "the press was now");
        assert_eq!((&report.area, &report.device), (&None, &None));
        assert_eq!(report.reporter, crate::ActorId::Person(slug("ann")));
        let text = report.narrative.as_ref().and_then(Personal::open);
        assert_eq!(text.map(str::len), Some(NARRATIVE_CHARS_MAX));
        assert!(report.fields.is_empty() && report.items.is_empty());
        assert!(!tale.incident.deliveries.is_empty(), "and somebody is told");
        assert_eq!(
            words::of(&tale.last[0], &tale.shop),
            "Panic reported from the terminal (did not fit, and was put right or left out: body, \
             pressed_at, area, device, reporter, narrative, items, fields)"
        );
    }

    #[test]
    fn a_press_from_long_ago_counts_as_old_as_can_be() {
        let ancient = Draft {
            occurred_at: Some(Time(i64::MIN)),
            ..draft(Category::Panic)
        };
        let tale = Tale::of(Command::Panic(ancient));
        assert_eq!(tale.incident.report.occurred_at, Time(-AGO_MAX_US));
    }

    #[test]
    fn what_fits_is_kept_as_it_came() {
        let tale = Tale::of(Command::Panic(Draft {
            area: Some(slug("tills")),
            occurred_at: Some(Time(-SECOND)),
            ..draft(Category::Panic)
        }));
        let report = &tale.incident.report;
        assert_eq!(
            (report.occurred_at, &report.area),
            (Time(-SECOND), &Some(slug("tills")))
        );
        assert!(report.left_out.is_empty());
    }

    #[test]
    fn an_unknown_store_and_a_missing_right_refuse_even_a_call_for_help() {
        let press = |site: &str, moment: &Moment| {
            let elsewhere = Draft {
                site: slug(site),
                ..draft(Category::Panic)
            };
            super::super::open(Command::Panic(elsewhere), moment, &shop())
        };
        for site in ["nowhere", "hove-101"] {
            let no_site = check::no_site(&slug(site));
            assert_eq!(press(site, &by("ann", 0)), Err(no_site.into()));
        }
        let missing = Err(Refusal::Forbidden(Action::Panic));
        assert_eq!(press("leeds-012", &house(0)), missing);
    }
}
