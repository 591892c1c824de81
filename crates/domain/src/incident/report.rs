//! Report: how an incident begins, field by field as strict as the store is set up.

use std::collections::BTreeMap;

use super::answers::answers;
use super::{Answer, Draft, Event, Flags, Refusal, Report, assess, check};
use crate::organisation::{Site, Template};
use crate::{Action, ActorId, Category, Moment, Organisation};

pub(super) fn report(
    mut draft: Draft,
    moment: &Moment,
    organisation: &Organisation,
) -> Result<Vec<Event>, Refusal> {
    let site = site(&draft, Action::Report, moment, organisation)?;
    let mut faults = check::fields(&draft, site, moment, organisation);
    let given = std::mem::take(&mut draft.fields);
    let answered = answers(given, template(draft.category, organisation), &mut faults);
    let Some(site) = site.filter(|_| faults.is_empty()) else {
        return Err(faults.into());
    };
    Ok(opening(
        kept(draft, answered, site, moment),
        moment,
        organisation,
    ))
}

/// The store of a draft; `None`: there is no such store within the actor's reach, and whether there is one beyond
/// it is not theirs to know.
pub(super) fn site<'a>(
    draft: &Draft,
    action: Action,
    moment: &Moment,
    organisation: &'a Organisation,
) -> Result<Option<&'a Site>, Refusal> {
    if !moment.actor.may(action) {
        return Err(Refusal::Forbidden(action));
    }
    let reach = &moment.actor.reach;
    let site = organisation.site(&draft.site);
    Ok(site.filter(|site| reach.covers(&site.region, &site.id)))
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
    use super::super::check::{AHEAD_MAX_US, ITEMS_MAX, NARRATIVE_CHARS_MAX};
    use super::super::given::*;
    use super::super::{Command, Given, Incident, Item, State, Summary, open};
    use super::*;
    use crate::faults::FAULTS_MAX;
    use crate::{Actor, Personal, Reach, Role, Scope, Time};

    fn refused(draft: Draft) -> String {
        match open(Command::Report(draft), &by("ann", 0), &shop()) {
            Err(Refusal::Invalid(faults)) => {
                let pointers = faults.iter().map(|fault| fault.pointer.as_str());
                pointers.collect::<Vec<_>>().join(" ")
            }
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
    fn one_answer_names_every_field_that_does_not_fit() {
        let item = |quantity, name: &str| Item {
            sku: None,
            name: name.into(),
            quantity,
            value_minor: None,
        };
        let answers = [
            ("goods", Given::Word("gold".into())),
            ("mood", Given::Flag(true)),
        ];
        let all = Draft {
            occurred_at: Some(Time(AHEAD_MAX_US + 1)),
            area: Some(slug("roof")),
            items: vec![item(0, ""), item(1, "gin"), item(0, "rum")],
            ..answered(Category::Theft, &answers)
        };
        let rest = "/occurred_at /items/0/name /items/0/quantity /items/2/quantity /fields/goods \
                    /fields/mood";
        assert_eq!(refused(all.clone()), format!("/area {rest}"));
        let nowhere = Draft {
            site: slug("nowhere"),
            ..all.clone()
        };
        assert_eq!(
            refused(nowhere),
            format!("/site {rest}"),
            "without the store nobody knows its areas"
        );
        let many = Draft {
            items: vec![item(0, ""); ITEMS_MAX],
            ..all
        };
        assert_eq!(refused(many).split(' ').count(), FAULTS_MAX);
    }

    #[test]
    fn who_may_not_report_learns_nothing_of_the_fields() {
        let draft = Draft {
            site: slug("nowhere"),
            occurred_at: Some(Time(AHEAD_MAX_US + 1)),
            ..draft(Category::Panic)
        };
        let refusal = open(Command::Report(draft), &house(0), &shop());
        assert_eq!(refusal, Err(Refusal::Forbidden(Action::Report)));
    }

    #[test]
    fn another_store_is_as_unknown_as_one_that_there_is_not() {
        for site in ["hove-101", "nowhere"] {
            let elsewhere = Draft {
                site: slug(site),
                area: Some(slug("roof")),
                ..draft(Category::Theft)
            };
            let refusal = open(Command::Report(elsewhere), &by("ann", 0), &shop());
            let why = refusal.expect_err("not theirs").to_string();
            assert_eq!(
                why,
                format!("/site: there is no site {site} within your reach")
            );
        }
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
            matches!(&stranger, Err(Refusal::Invalid(faults)) if faults[0].pointer == "/reporter")
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
