use outcry_domain::incident::{Channel, Command, Draft, Event, Given, Item};
use outcry_domain::{Moment, Organisation, Personal, incident};

use super::*;
use crate::demo::chain;
use crate::demo::real::incidents::Incidents;
use crate::demo::real::invoices::Invoices;
use crate::demo::real::narratives;

const NOW: Time = Time(1_763_820_000_000_000);

fn given(value: &Value) -> Given {
    match value {
        Value::Bool(yes) => Given::Flag(*yes),
        Value::String(word) => Given::Word(word.clone()),
        other => panic!("no template asks for {other}"),
    }
}

fn draft(filing: &Filing, articles: &[Article]) -> Draft {
    let items = filing.items.iter().map(|taken| Item {
        sku: Some(articles[taken.article].sku.clone()),
        name: articles[taken.article].name.clone(),
        quantity: u32::try_from(taken.quantity).unwrap(),
        value_minor: Some(articles[taken.article].price_minor),
    });
    Draft {
        site: filing.site.clone(),
        category: filing.category,
        channel: if filing.phoned {
            Channel::Phone
        } else {
            Channel::Terminal
        },
        occurred_at: Some(filing.occurred_at),
        area: Some(filing.area.clone()),
        device: (!filing.phoned).then(|| "terminal".parse().unwrap()),
        reporter: filing.phoned.then(|| filing.reporter.clone()),
        narrative: Some(Personal::new(filing.narrative.clone())),
        fields: filing
            .fields
            .iter()
            .map(|(id, value)| (id.clone(), given(value)))
            .collect(),
        items: items.collect(),
        silent: None,
        left_out: Vec::new(),
    }
}

fn opened(filing: &Filing, articles: &[Article], organisation: &Organisation) -> incident::Report {
    let by = if filing.phoned {
        chain::slug(chain::DESK[1])
    } else {
        filing.reporter.clone()
    };
    let actor = Organisation::actor(organisation.person(&by).expect("somebody of the chain"));
    let moment = Moment {
        now: NOW,
        actor,
        entropy: 1,
    };
    let events = incident::open(
        Command::Report(draft(filing, articles)),
        &moment,
        organisation,
    )
    .unwrap_or_else(|refusal| panic!("{refusal}: {filing:?}"));
    let Event::Reported(report) = events.into_iter().next().unwrap() else {
        panic!("a report opens an incident")
    };
    report
}

#[test]
fn every_kind_of_report_is_one_that_the_rules_accept() {
    let chain = chain::build(7);
    let organisation = chain::tests::organisation(&chain);
    let invoices = Invoices::read();
    let incidents = Incidents::read();
    let pen = Pen::new(narratives::read());
    let mut chance = Chance::of(7, "test");
    let shops: Vec<Shop> = chain
        .stores
        .iter()
        .map(|store| Shop::new(store, &invoices.articles, &mut chance))
        .collect();
    let mut hurt = 0;
    for incident in &incidents.all {
        let shop = chance.pick(&shops);
        let filing = pen.write(incident, shop, NOW, &mut chance);
        let report = opened(&filing, &invoices.articles, &organisation);
        assert_eq!((NOW - report.occurred_at) / 1_000_000, incident.delay_s);
        hurt += u32::from(report.flags.injury);
        let again = pen.write_again(&filing, incident, shop, NOW, &mut chance);
        assert_eq!(
            opened(&again, &invoices.articles, &organisation).category,
            incident.category
        );
    }
    assert!(hurt > 50, "only {hurt} reports of somebody hurt");
}

#[test]
fn the_chips_follow_the_words() {
    let pen = Pen::new(Vec::new());
    let mut chance = Chance::of(1, "test");
    let mut fields = |category, words| pen.fields(category, words, false, &mut chance);
    assert_eq!(
        fields(Category::Robbery, "robbery, chain store, w/ knife")["weapon"],
        "knife"
    );
    assert_eq!(
        fields(Category::Weapon, "an employee was shot in the back")["injury"],
        true
    );
    assert_eq!(fields(Category::Violence, "battery")["weapon"], "no");
    assert_eq!(
        fields(Category::Damage, "malicious mischief, breaking windows")["what"],
        "window"
    );
}
