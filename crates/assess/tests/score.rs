//! What people see of a score, and what must hold for any report.

use std::time::{Duration, Instant};

use outcry_assess::{
    Category, Channel, Report, Score, SiteHistory, TillFindings, TillMoment, shipped,
};
use proptest::prelude::*;

fn score(text: &str) -> Score {
    shipped().score(&Report {
        text,
        ..Report::default()
    })
}

fn told(report: &Report<'_>) -> String {
    let score = shipped().score(report);
    let mut text = format!(
        "{}, risk {}, violent: {}\n",
        score.category, score.risk, score.violent
    );
    for reason in &score.reasons {
        text += &format!("{:+.1}  {}\n", reason.weight, reason.text);
    }
    text
}

/// Real narratives of the injury reports, from shops.
const STABBED: &str = "While on duty, an employee approached a shoplifter to request he return stolen items and was \
    stabbed in the chest and left arm with a knife by the shoplifter.";
const PUSHED: &str = "An employee was confronting a shoplifter when the shoplifter pushed the employee into a concrete \
    pillar. The employee fell to the floor and suffered an internal injury that required hospitalization.";
const SHOT: &str = "An employee was closing the store. The store was robbed, and the employee was shot in both legs.";

#[test]
fn reasons_for_real_narratives() {
    let told_of = |text| {
        told(&Report {
            text,
            ..Report::default()
        })
    };
    insta::assert_snapshot!(told_of(STABBED));
    insta::assert_snapshot!(told_of(PUSHED));
    insta::assert_snapshot!(told_of(SHOT));
}

#[test]
fn reasons_name_what_the_tills_and_the_store_say() {
    let report = Report {
        text: "Woman returned a jacket that she had taken from the rail a moment ago.",
        channel: Some(Channel::Terminal),
        hour: Some(23),
        value_minor: Some(120_000),
        site_history: Some(SiteHistory {
            incidents_30_days: 22,
            violent_30_days: 2,
        }),
        tills: Some(TillFindings {
            refunds: 1,
            items_refunded: 1,
            nearest_refund: Some(TillMoment {
                till: "3",
                offset_s: -120,
            }),
            ..TillFindings::default()
        }),
        reported_category: None,
    };
    let score = shipped().score(&report);
    assert_eq!(score.category, Category::Fraud);
    insta::assert_snapshot!(told(&report));
}

#[test]
fn the_reporters_choice_decides_where_the_words_do_not() {
    for category in Category::ALL {
        let chosen = shipped().score(&Report {
            text: "Please see the video.",
            reported_category: Some(category.id()),
            ..Report::default()
        });
        assert_eq!(chosen.category, category);
        assert!(chosen.confidence > 0.5, "{category}: {}", chosen.confidence);
    }
    let unknown = Report {
        text: "x",
        reported_category: Some("panic"),
        ..Report::default()
    };
    assert_eq!(shipped().score(&unknown), score("x"));
}

#[test]
fn no_weapon_does_not_read_as_weapon() {
    let (with, without) = (score("He had a knife."), score("He had no knife."));
    let weapon = |score: &Score| score.category_probabilities.of(Category::Weapon);
    assert!(
        weapon(&with) > 3.0 * weapon(&without),
        "{} and {}",
        weapon(&with),
        weapon(&without)
    );
    assert!(with.risk > without.risk && with.violence > without.violence);
    assert!(weapon(&score("No weapon was seen.")) < weapon(&score("A weapon was seen.")) / 2.0);
}

#[test]
fn the_grave_outweighs_the_small() {
    let risk = |text| score(text).risk;
    assert!(risk("Two men with machetes robbed the till and stabbed the cashier") >= 80);
    assert!(risk("A teenager stole two bars of chocolate") < 30);
    assert!(
        risk("The customer punched and kicked the guard") > risk("The customer damaged a display")
    );
}

#[test]
fn value_hour_and_history_only_raise_the_risk() {
    let plain = Report {
        text: "Bottles were stolen",
        ..Report::default()
    };
    let risk = |report: Report<'_>| shipped().score(&report).risk;
    let worth = |value_minor| {
        risk(Report {
            value_minor: Some(value_minor),
            ..plain
        })
    };
    assert!(worth(500_000) > worth(30_000) && worth(30_000) > worth(100));
    let violent_site = SiteHistory {
        incidents_30_days: 3,
        violent_30_days: 1,
    };
    assert!(
        risk(Report {
            site_history: Some(violent_site),
            ..plain
        }) > risk(plain)
    );
}

#[test]
fn empty_text_says_only_how_common_things_are() {
    for text in ["", "   ", "\u{feff}\u{200b}", "....", "1234567890"] {
        let empty = score(text);
        assert!(empty.reasons.is_empty(), "{text:?}: {:?}", empty.reasons);
        assert!(empty.confidence < 0.6);
        assert!(!empty.violent || empty.violence < 0.3);
    }
}

#[test]
fn a_megabyte_costs_no_more_than_what_is_read_of_it() {
    let sentence = "a man with a knife and no mask took whisky. ";
    let long = sentence.repeat((1 << 20) / sentence.len());
    let start = Instant::now();
    for _ in 0..20 {
        assert_eq!(score(&long), score(&long));
    }
    // A few milliseconds would do; reading all of it forty times would take seconds.
    assert!(
        start.elapsed() < Duration::from_secs(2),
        "{:?}",
        start.elapsed()
    );
    let hidden = format!(
        "{}{}",
        "nothing to see ".repeat(100_000),
        "then he stabbed the cashier with a knife"
    );
    assert!(score(&hidden).violent, "the end of a long text is read");
    let one_word = "kn".repeat(1 << 19);
    assert!(score(&one_word).reasons.is_empty());
}

#[test]
fn naughty_strings_are_only_text() {
    let strings: Vec<String> =
        serde_json::from_str(include_str!("../../../data/naughty-strings/blns.json")).unwrap();
    assert!(strings.len() > 400);
    for text in &strings {
        let scored = score(text);
        sound(&scored);
        let as_till = TillMoment {
            till: text,
            offset_s: 30,
        };
        let tills = TillFindings {
            refunds: 1,
            nearest_refund: Some(as_till),
            ..TillFindings::default()
        };
        let report = Report {
            text,
            tills: Some(tills),
            reported_category: Some(text.as_str()),
            ..Report::default()
        };
        sound(&shipped().score(&report));
    }
}

#[test]
fn the_shape_that_programs_read() {
    let json = serde_json::to_value(score(STABBED)).unwrap();
    assert_eq!(json["category"], "violence");
    assert!(json["category_probabilities"]["weapon"].is_number());
    assert!(json["reasons"][0]["text"].is_string());
    assert!(json["reasons"][0]["weight"].is_number());
}

fn sound(score: &Score) {
    let total: f32 = score
        .category_probabilities
        .iter()
        .map(|(_, probability)| probability)
        .sum();
    assert!((total - 1.0).abs() < 1e-4, "{total}");
    assert!(
        score
            .category_probabilities
            .iter()
            .all(|(_, probability)| (0.0..=1.0).contains(&probability))
    );
    assert_eq!(
        score.confidence,
        score.category_probabilities.of(score.category)
    );
    assert!((0.0..=1.0).contains(&score.violence) && (0.0..=1.0).contains(&score.severity));
    assert!(score.risk <= 100 && score.reasons.len() <= 5);
    for reason in &score.reasons {
        assert!(reason.weight.is_finite() && reason.log_odds.is_finite());
        assert!(reason.text.len() <= 120, "{}", reason.text);
    }
}

fn reports() -> impl Strategy<
    Value = (
        String,
        Option<u8>,
        Option<i64>,
        u32,
        i64,
        Option<&'static str>,
    ),
> {
    (
        prop_oneof![
            "\\PC{0,300}",
            "(knife|no|stole|hit|he|\\.|,|refund| ){0,60}"
        ],
        proptest::option::of(any::<u8>()),
        proptest::option::of(any::<i64>()),
        any::<u32>(),
        any::<i64>(),
        proptest::option::of(proptest::sample::select(vec![
            "theft", "weapon", "panic", "", "THEFT",
        ])),
    )
}

proptest! {
    #[test]
    fn any_report_has_a_sound_score((text, hour, value_minor, count, offset_s, reported_category) in reports()) {
        let report = Report {
            text: &text,
            channel: Some(Channel::Mail),
            hour,
            value_minor,
            site_history: Some(SiteHistory { incidents_30_days: count, violent_30_days: count }),
            tills: Some(TillFindings {
                sales: count,
                refunds: count,
                voids: count,
                no_sales: count,
                items_sold: count,
                items_refunded: count,
                nearest_refund: Some(TillMoment { till: &text, offset_s }),
            }),
            reported_category,
        };
        let scored = shipped().score(&report);
        sound(&scored);
        prop_assert_eq!(scored, shipped().score(&report));
    }

    #[test]
    fn the_order_of_sentences_says_nothing(
        mut sentences in proptest::collection::vec("(the |a |no |he |she |knife|stole|hit|window |drunk ){1,8}", 1..8)
    ) {
        let forward = score(&sentences.join(". "));
        sentences.reverse();
        let backward = score(&sentences.join(". "));
        prop_assert_eq!(forward, backward);
    }

    #[test]
    fn saying_it_twice_adds_nothing(text in "(the |a |knife |stole |hit |window |drunk ){1,12}") {
        prop_assert_eq!(score(&text), score(&format!("{text}. {text}")));
    }
}
