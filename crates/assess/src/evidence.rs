//! What a report offers as evidence: words, pairs of words and facts, each with its id and the
//! sentence that a shop manager reads.

use outcry_words::say;

use crate::Category;
use crate::report::{Channel, Report, SiteHistory, TillFindings, TillMoment};
use crate::text::{Words, pair_id, term_id};

/// One piece of evidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Evidence<'a> {
    /// What the model knows it by.
    pub(crate) id: u64,
    pub(crate) source: Source<'a>,
}

/// Where a piece of evidence comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Source<'a> {
    /// The word at this place.
    Word(u32),
    /// The word at this place and the one before it.
    Pair(u32),
    Fact(Fact<'a>),
}

/// Something known of a report besides its words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fact<'a> {
    Chosen(Category),
    Came(Channel),
    Hour(PartOfDay),
    Worth(Band, i64),
    Busy(u32),
    ViolentSite(u32),
    RefundNear(TillMoment<'a>),
    ItemRefunded(u32),
    ItemSold(u32),
    Voids(u32),
    NoSales(u32),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PartOfDay {
    Night,
    Morning,
    Afternoon,
    Evening,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Band {
    Small,
    Middling,
    Large,
    VeryLarge,
}

/// From how much on a value is middling, large, very large, in minor units.
const BANDS_MINOR: [i64; 3] = [5_000, 20_000, 95_000];
/// A site with as many incidents in 30 days is a busy one.
const BUSY_FROM: u32 = 15;
/// From how many voids or drawer openings on they say something.
const UNUSUAL_FROM: u32 = 2;
/// A refund further away than this says nothing.
const REFUND_NEAR_S: i64 = 300;

/// Lists the evidence of `report`, each piece once, in an order that does not depend on the order of
/// the words. `words` must have read the report's text.
pub(crate) fn list<'a>(report: &Report<'a>, words: &Words, into: &mut Vec<Evidence<'a>>) {
    into.clear();
    for (at, word) in (0..).zip(&words.list) {
        into.push(Evidence {
            id: word.id,
            source: Source::Word(at),
        });
        if let Some(before) = at.checked_sub(1).map(|before| &words.list[before as usize])
            && word.joined
        {
            into.push(Evidence {
                id: pair_id(before.id, word.id),
                source: Source::Pair(at),
            });
        }
    }
    facts(report, |fact| {
        into.push(Evidence {
            id: term_id(fact.term()),
            source: Source::Fact(fact),
        });
    });
    into.sort_by_key(|evidence| evidence.id);
    into.dedup_by_key(|evidence| evidence.id);
}

fn facts<'a>(report: &Report<'a>, mut add: impl FnMut(Fact<'a>)) {
    if let Some(category) = report.chosen() {
        add(Fact::Chosen(category));
    }
    if let Some(channel) = report.channel {
        add(Fact::Came(channel));
    }
    if let Some(hour) = report.hour {
        add(Fact::Hour(part_of_day(hour)));
    }
    if let Some(value_minor) = report.value_minor.filter(|value| *value > 0) {
        add(Fact::Worth(band(value_minor), value_minor));
    }
    if let Some(SiteHistory {
        incidents_30_days,
        violent_30_days,
    }) = report.site_history
    {
        if incidents_30_days >= BUSY_FROM {
            add(Fact::Busy(incidents_30_days));
        }
        if violent_30_days > 0 {
            add(Fact::ViolentSite(violent_30_days));
        }
    }
    if let Some(tills) = report.tills {
        till_facts(&tills, add);
    }
}

fn till_facts<'a>(tills: &TillFindings<'a>, mut add: impl FnMut(Fact<'a>)) {
    if let Some(refund) = tills
        .nearest_refund
        .filter(|refund| refund.offset_s.saturating_abs() <= REFUND_NEAR_S)
    {
        add(Fact::RefundNear(refund));
    }
    if tills.items_refunded > 0 {
        add(Fact::ItemRefunded(tills.items_refunded));
    }
    if tills.items_sold > 0 {
        add(Fact::ItemSold(tills.items_sold));
    }
    if tills.voids >= UNUSUAL_FROM {
        add(Fact::Voids(tills.voids));
    }
    if tills.no_sales >= UNUSUAL_FROM {
        add(Fact::NoSales(tills.no_sales));
    }
}

impl Fact<'_> {
    /// What the model file calls it. No word of a text starts with `=`.
    pub(crate) const fn term(self) -> &'static str {
        match self {
            Fact::Chosen(category) => chosen_term(category),
            Fact::Came(Channel::Terminal) => "=channel:terminal",
            Fact::Came(Channel::Phone) => "=channel:phone",
            Fact::Came(Channel::Api) => "=channel:api",
            Fact::Came(Channel::Mail) => "=channel:mail",
            Fact::Came(Channel::Portal) => "=channel:portal",
            Fact::Hour(PartOfDay::Night) => "=hour:night",
            Fact::Hour(PartOfDay::Morning) => "=hour:morning",
            Fact::Hour(PartOfDay::Afternoon) => "=hour:afternoon",
            Fact::Hour(PartOfDay::Evening) => "=hour:evening",
            Fact::Worth(Band::Small, _) => "=value:small",
            Fact::Worth(Band::Middling, _) => "=value:middling",
            Fact::Worth(Band::Large, _) => "=value:large",
            Fact::Worth(Band::VeryLarge, _) => "=value:very-large",
            Fact::Busy(_) => "=site:busy",
            Fact::ViolentSite(_) => "=site:violent",
            Fact::RefundNear(_) => "=till:refund-near",
            Fact::ItemRefunded(_) => "=till:item-refunded",
            Fact::ItemSold(_) => "=till:item-sold",
            Fact::Voids(_) => "=till:voids",
            Fact::NoSales(_) => "=till:no-sales",
        }
    }

    /// The sentence that people read.
    pub(crate) fn words(self) -> String {
        match self {
            Fact::Chosen(category) => category.reported().to_owned(),
            Fact::Came(Channel::Terminal) => say("reason-from-terminal", []),
            Fact::Came(Channel::Phone) => say("reason-from-phone", []),
            Fact::Came(Channel::Api) => say("reason-from-api", []),
            Fact::Came(Channel::Mail) => say("reason-from-mail", []),
            Fact::Came(Channel::Portal) => say("reason-from-portal", []),
            Fact::Hour(PartOfDay::Night) => say("reason-at-night", []),
            Fact::Hour(PartOfDay::Morning) => say("reason-in-the-morning", []),
            Fact::Hour(PartOfDay::Afternoon) => say("reason-in-the-afternoon", []),
            Fact::Hour(PartOfDay::Evening) => say("reason-in-the-evening", []),
            Fact::Worth(_, value_minor) => {
                let value = (value_minor / 100).to_string();
                say("reason-value", [("value", value.into())])
            }
            Fact::Busy(count) => say("reason-busy-store", [("count", count.into())]),
            Fact::ViolentSite(count) => say("reason-violent-store", [("count", count.into())]),
            Fact::RefundNear(moment) => refund(short(moment.till), moment.offset_s),
            Fact::ItemRefunded(count) => say("reason-item-refunded", [("count", count.into())]),
            Fact::ItemSold(count) => say("reason-item-sold", [("count", count.into())]),
            Fact::Voids(count) => say("reason-voids", [("count", count.into())]),
            Fact::NoSales(count) => say("reason-no-sales", [("count", count.into())]),
        }
    }
}

/// What the model file calls the reporter's choice.
pub(crate) const fn chosen_term(category: Category) -> &'static str {
    match category {
        Category::Theft => "=reported:theft",
        Category::Robbery => "=reported:robbery",
        Category::Burglary => "=reported:burglary",
        Category::Violence => "=reported:violence",
        Category::Threat => "=reported:threat",
        Category::Weapon => "=reported:weapon",
        Category::Sexual => "=reported:sexual",
        Category::Hate => "=reported:hate",
        Category::Damage => "=reported:damage",
        Category::Fraud => "=reported:fraud",
        Category::Suspicious => "=reported:suspicious",
        Category::Antisocial => "=reported:antisocial",
        Category::Dishonesty => "=reported:dishonesty",
        Category::Other => "=reported:other",
    }
}

/// A till's name as far as a reason shows it.
fn short(till: &str) -> &str {
    const TILL_BYTES_MAX: usize = 40;
    &till[..till.floor_char_boundary(TILL_BYTES_MAX)]
}

/// A refund at that till, so far from what was reported.
fn refund(till: &str, offset_s: i64) -> String {
    let seconds = offset_s.saturating_abs();
    let minutes = seconds.saturating_add(30) / 60;
    let before = offset_s < 0;
    match seconds {
        0..=14 => say("reason-refund-then", [("till", till.into())]),
        15..=89 if before => say("reason-refund-minute-before", [("till", till.into())]),
        15..=89 => say("reason-refund-minute-after", [("till", till.into())]),
        _ => {
            let minutes = say("reason-number", [("number", minutes.into())]);
            let with = [("till", till.into()), ("minutes", minutes.into())];
            match before {
                true => say("reason-refund-minutes-before", with),
                false => say("reason-refund-minutes-after", with),
            }
        }
    }
}

fn part_of_day(hour: u8) -> PartOfDay {
    match hour {
        6..=11 => PartOfDay::Morning,
        12..=17 => PartOfDay::Afternoon,
        18..=21 => PartOfDay::Evening,
        _ => PartOfDay::Night,
    }
}

fn band(value_minor: i64) -> Band {
    match BANDS_MINOR
        .iter()
        .filter(|from| value_minor >= **from)
        .count()
    {
        0 => Band::Small,
        1 => Band::Middling,
        2 => Band::Large,
        _ => Band::VeryLarge,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refund_is_told_with_its_till_and_its_distance() {
        let words = |offset_s| {
            Fact::RefundNear(TillMoment {
                till: "3",
                offset_s,
            })
            .words()
        };
        assert_eq!(words(-120), "refund at till 3 two minutes before");
        assert_eq!(words(-70), "refund at till 3 about a minute before");
        assert_eq!(words(240), "refund at till 3 four minutes after");
        assert_eq!(words(0), "refund at till 3 at the same time");
        assert_eq!(
            words(i64::MIN),
            "refund at till 3 153722867280912930 minutes before"
        );
    }

    #[test]
    fn values_fall_into_bands() {
        let term = |value_minor| Fact::Worth(band(value_minor), value_minor).term();
        assert_eq!(term(4_999), "=value:small");
        assert_eq!(term(5_000), "=value:middling");
        assert_eq!(term(20_000), "=value:large");
        assert_eq!(term(i64::MAX), "=value:very-large");
    }

    #[test]
    fn each_piece_of_evidence_is_there_once() {
        let report = Report {
            text: "knife knife knife",
            hour: Some(23),
            ..Report::default()
        };
        let mut words = Words::default();
        words.read(report.text);
        let mut evidence = Vec::new();
        list(&report, &words, &mut evidence);
        assert_eq!(
            evidence.len(),
            3,
            "the word, the pair and the hour: {evidence:?}"
        );
    }
}
