//! From a report and its context to a score, and from a person's word to a lesson.

use outcry_assess as assess;
use outcry_domain::incident::context::{Context, TransactionKind};
use outcry_domain::incident::{Answer, Channel, Reason, ReasonKind, Report, Scored};
use outcry_domain::{Category, Organisation, Personal};

/// Scores a report; its personal texts must be open.
pub(super) fn score(
    model: &assess::Model,
    report: &Report,
    context: &Context,
    organisation: &Organisation,
    history: Option<assess::SiteHistory>,
) -> Scored {
    let text = text(report, organisation);
    let score = with_facts(report, context, organisation, history, &text, |facts| {
        model.score(facts)
    });
    Scored {
        category: Category::parse(score.category.id()).unwrap_or(Category::Other),
        confidence: rounded(f64::from(score.confidence), 1_000.0),
        risk: score.risk,
        reasons: score
            .reasons
            .into_iter()
            .map(|reason| Reason {
                text: Personal::new(reason.text),
                weight: rounded(f64::from(reason.weight), 10.0),
                kind: ReasonKind::Model,
            })
            .collect(),
        model: model.name(),
    }
}

/// More digits are noise, and few are read back from JSON as they were written.
pub(super) fn rounded(number: f64, per_unit: f64) -> f64 {
    (number * per_unit).round() / per_unit
}

/// Teaches the model what a person said of a report.
pub(super) fn teach(
    model: &mut assess::Model,
    report: &Report,
    context: &Context,
    organisation: &Organisation,
    history: Option<assess::SiteHistory>,
    label: Category,
) {
    // A category that the model does not know, such as panic, teaches it nothing.
    let Ok(label) = label.as_str().parse() else {
        return;
    };
    let text = text(report, organisation);
    with_facts(report, context, organisation, history, &text, |facts| {
        model.update(facts, label);
    });
}

/// The narrative and the answers, as one text: chips count like the words that they show.
fn text(report: &Report, organisation: &Organisation) -> String {
    let mut text = report
        .narrative
        .as_ref()
        .and_then(Personal::open)
        .unwrap_or_default()
        .to_owned();
    let template = organisation
        .templates
        .get(&report.category)
        .map(|template| &template.value);
    for (id, answer) in &report.fields {
        let question = template.and_then(|t| t.questions.iter().find(|q| q.id == *id));
        let label = |chip: &String| {
            let option = question.and_then(|q| q.options.iter().find(|option| option.id == *chip));
            option.map_or_else(|| chip.clone(), |option| option.label.clone())
        };
        match answer {
            Answer::Choice(chip) if chip != "no" => text = text + ". " + &label(chip),
            Answer::Many(chips) => {
                for chip in chips {
                    text = text + ". " + &label(chip);
                }
            }
            Answer::Text(personal) => text = text + ". " + personal.open().unwrap_or_default(),
            Answer::Flag(_) | Answer::Number(_) | Answer::Choice(_) => {}
        }
    }
    for item in &report.items {
        text = text + ". " + &item.name;
    }
    text
}

fn with_facts<T>(
    report: &Report,
    context: &Context,
    organisation: &Organisation,
    history: Option<assess::SiteHistory>,
    text: &str,
    ask: impl FnOnce(&assess::Report<'_>) -> T,
) -> T {
    let facts = assess::Report {
        text,
        channel: channel(report.channel),
        hour: hour(report, organisation),
        value_minor: report.loss_minor(),
        site_history: history,
        tills: (!context.tills.is_empty()).then(|| tills(report, context)),
        reported_category: match report.category {
            Category::Other => None,
            said => Some(said.as_str()),
        },
    };
    ask(&facts)
}

fn channel(channel: Channel) -> Option<assess::Channel> {
    match channel {
        Channel::Terminal => Some(assess::Channel::Terminal),
        Channel::Phone => Some(assess::Channel::Phone),
        Channel::Api => Some(assess::Channel::Api),
        Channel::Mail => Some(assess::Channel::Mail),
        Channel::Portal => Some(assess::Channel::Portal),
        Channel::Button | Channel::Panel => None,
    }
}

fn hour(report: &Report, organisation: &Organisation) -> Option<u8> {
    let site = organisation.site(&report.site)?;
    let zone = jiff::tz::TimeZone::get(&site.timezone).ok()?;
    let at = jiff::Timestamp::from_microsecond(report.occurred_at.0).ok()?;
    u8::try_from(at.to_zoned(zone).hour()).ok()
}

fn tills<'a>(report: &Report, context: &'a Context) -> assess::TillFindings<'a> {
    let transactions = || {
        context
            .tills
            .iter()
            .flat_map(|till| till.transactions.iter().map(move |t| (till, t)))
    };
    let count = |kind| {
        let of_kind = transactions().filter(|(_, t)| t.kind == kind).count();
        u32::try_from(of_kind).unwrap_or(u32::MAX)
    };
    let matched = |kind| {
        let of_kind = context.matches.iter().filter(|m| m.kind == kind).count();
        u32::try_from(of_kind).unwrap_or(u32::MAX)
    };
    let nearest_refund = transactions()
        .filter(|(_, t)| t.kind == TransactionKind::Refund)
        .map(|(till, t)| assess::TillMoment {
            // The sentence says "till" already.
            till: till.till.as_str().trim_start_matches("till-"),
            offset_s: (t.at - report.occurred_at) / 1_000_000,
        })
        .min_by_key(|moment| moment.offset_s.abs());
    assess::TillFindings {
        sales: count(TransactionKind::Sale),
        refunds: count(TransactionKind::Refund),
        voids: count(TransactionKind::Void),
        no_sales: count(TransactionKind::NoSale),
        items_sold: matched(TransactionKind::Sale),
        items_refunded: matched(TransactionKind::Refund),
        nearest_refund,
    }
}
