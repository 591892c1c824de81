//! Report: how an incident begins, field by field as strict as the store is set up.

use std::collections::BTreeMap;

use outcry_words::{phrase, say};

use super::answers::answers;
use super::{Answer, Draft, Event, Flags, Refusal, Report, assess, check};
use crate::organisation::{Site, Template};
use crate::{Action, ActorId, Category, Moment, Organisation};

pub(super) fn report(
    mut draft: Draft,
    moment: &Moment,
    organisation: &Organisation,
) -> Result<Vec<Event>, Refusal> {
    if draft.category == Category::Panic {
        return Err(Refusal::invalid(
            "/category",
            phrase("check-panic-elsewhere"),
        ));
    }
    let site = site(&draft, Action::Report, moment, organisation)?;
    check::fields(&draft, site, moment, organisation)?;
    let given = std::mem::take(&mut draft.fields);
    let answered = answers(given, template(draft.category, organisation))?;
    Ok(opening(
        kept(draft, answered, site, moment),
        moment,
        organisation,
    ))
}

/// The store of a draft, where the actor may do this.
pub(super) fn site<'a>(
    draft: &Draft,
    action: Action,
    moment: &Moment,
    organisation: &'a Organisation,
) -> Result<&'a Site, Refusal> {
    let Some(site) = organisation.site(&draft.site) else {
        return Err(Refusal::invalid(
            "/site",
            say("check-no-site", [("site", draft.site.to_string().into())]),
        ));
    };
    if !moment.actor.may_at(action, &site.region, &site.id) {
        return Err(Refusal::Forbidden(action));
    }
    Ok(site)
}

/// What a report of that category asks.
pub(super) fn template(category: Category, organisation: &Organisation) -> Option<&Template> {
    let held = organisation.templates.get(&category);
    held.map(|template| &template.value)
}

/// What the log keeps of a draft that fits.
pub(super) fn kept(
    draft: Draft,
    (fields, flags): (BTreeMap<String, Answer>, Flags),
    site: &Site,
    moment: &Moment,
) -> Report {
    // How the store's help button is set says nothing of other reports.
    let button = site.panic.silent && draft.category == Category::Panic;
    let silent = draft
        .silent
        .unwrap_or(button || draft.category.silent() || flags.weapon);
    Report {
        region: site.region.clone(),
        site: draft.site,
        category: draft.category,
        channel: draft.channel,
        occurred_at: draft.occurred_at.unwrap_or(moment.now),
        area: draft.area,
        device: draft.device,
        reporter: draft
            .reporter
            .map_or_else(|| moment.actor.id.clone(), ActorId::Person),
        narrative: draft
            .narrative
            .filter(|text| text.open().is_none_or(|t| !t.trim().is_empty())),
        fields,
        items: draft.items,
        flags,
        silent,
        left_out: draft.left_out,
    }
}

/// The report is on record; what may cost a life does not wait for context or a score.
pub(super) fn opening(report: Report, moment: &Moment, organisation: &Organisation) -> Vec<Event> {
    let urgent = assess::at_once(&report, moment, organisation).unwrap_or_default();
    std::iter::once(Event::Reported(report))
        .chain(urgent)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::check::{AHEAD_MAX_US, NARRATIVE_CHARS_MAX};
    use super::super::given::*;
    use super::super::{Command, Given, Incident, Item, State, Summary, open};
    use super::*;
    use crate::{Actor, Personal, Reach, Role, Scope, Time};

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

    fn naming(who: &str, by_whom: &str) -> Result<Vec<Event>, Refusal> {
        let named = Draft {
            reporter: Some(slug(who)),
            ..draft(Category::Theft)
        };
        open(Command::Report(named), &by(by_whom, 0), &shop())
    }

    #[test]
    fn only_a_colleague_is_named_by_who_may_not_see_people() {
        let colleague = naming("mo", "ann").expect("of the same store");
        let Event::Reported(report) = &colleague[0] else {
            panic!("reported first")
        };
        assert_eq!(report.reporter, ActorId::Person(slug("mo")));
        let (stranger, nobody) = (naming("priya", "ann"), naming("zed", "ann"));
        assert_eq!(stranger, nobody, "it tells nothing about who there is");
        assert!(
            matches!(stranger, Err(Refusal::Invalid { pointer, .. }) if pointer == "/reporter")
        );
        assert!(naming("ann", "priya").is_ok(), "the desk sees people");
        assert!(naming("zed", "priya").is_err());
    }

    #[test]
    fn what_somebody_files_at_the_wall_in_confidence_is_theirs_and_not_the_walls() {
        let wall = Moment {
            actor: Actor {
                id: ActorId::Device(slug("wall")),
                role: Role::Terminal,
                reach: Reach::Site(slug("leeds-012")),
            },
            ..by("ann", 0)
        };
        let filed = |reporter: Option<&str>| {
            let draft = Draft {
                reporter: reporter.map(slug),
                ..draft(Category::Dishonesty)
            };
            let opened = open(Command::Report(draft), &wall, &shop()).expect("accepted");
            let id = wall.incident_id();
            Incident::opened(id, &opened[0], &wall.actor.id, wall.now, 1)
                .expect("a report opens it")
        };
        let seen = |incident: &Incident, who: &Moment| incident.within(&Scope::of(&who.actor));
        let anns = filed(Some("ann"));
        assert!(seen(&anns, &by("ann", 1)) && seen(&anns, &by("mo", 1)));
        assert!(
            !seen(&anns, &wall),
            "whoever stands there next reads nothing"
        );
        let withdraw = |incident: &Incident, who: &Moment| {
            let asked = incident.decide(Command::Withdraw { note: None }, who, &shop());
            asked.is_ok()
        };
        assert!(withdraw(&anns, &by("ann", 1)) && !withdraw(&anns, &wall));
        let nobodys = filed(None);
        assert!(seen(&nobodys, &wall) && !seen(&nobodys, &by("ann", 1)));
        assert_eq!(Summary::of(&anns).reporter, by("ann", 1).actor.id);
    }
}
