//! What a human override teaches, and how far.

use outcry_assess::{Category, Model, Report, Score, shipped};
use proptest::prelude::*;

/// A real narrative of the injury reports, from a shop.
const STABBED: &str = "While on duty, an employee approached a shoplifter to request he return stolen items and was \
    stabbed in the chest and left arm with a knife by the shoplifter.";

#[test]
fn an_override_teaches() {
    let mut model = Model::shipped();
    let name = model.name();
    let report = Report {
        text: "He was waving at the wall with an empty bag again",
        ..Report::default()
    };
    let before = model.score(&report);
    assert_ne!(before.category, Category::Suspicious);
    model.update(&report, Category::Suspicious);
    let after_one = model
        .score(&report)
        .category_probabilities
        .of(Category::Suspicious);
    assert!(after_one > before.category_probabilities.of(Category::Suspicious));
    for _ in 0..9 {
        model.update(&report, Category::Suspicious);
    }
    assert_eq!(model.name(), format!("{name}+10"));
    // Another sentence around the same habit.
    let again = Report {
        text: "A lady by the wall, waving an empty bag",
        ..Report::default()
    };
    assert_eq!(model.score(&again).category, Category::Suspicious);
    // What it knew well it still knows.
    let stabbed = Report {
        text: STABBED,
        ..Report::default()
    };
    assert_eq!(model.score(&stabbed).category, Category::Violence);
    assert!(
        model
            .score(&stabbed)
            .risk
            .abs_diff(shipped().score(&stabbed).risk)
            <= 3
    );
}

#[test]
fn one_override_does_not_turn_a_word_that_is_known_well() {
    let mut model = Model::shipped();
    let report = Report {
        text: "He was stabbed with a knife",
        ..Report::default()
    };
    let before = model.score(&report);
    model.update(&report, Category::Other);
    let after = model.score(&report);
    assert_eq!(after.category, before.category);
    assert!(
        before.risk.abs_diff(after.risk) <= 15,
        "{} to {}",
        before.risk,
        after.risk
    );
}

#[test]
fn a_name_that_was_taught_once_is_not_quoted() {
    let mut model = Model::shipped();
    let report = Report {
        text: "Zebulon Quackenbush again",
        ..Report::default()
    };
    model.update(&report, Category::Threat);
    let score = model.score(&report);
    assert!(
        score
            .reasons
            .iter()
            .all(|reason| !reason.text.to_lowercase().contains("quackenbush")),
        "{score:?}"
    );
}

#[test]
fn the_model_file_carries_what_was_learned_and_no_word_of_the_report() {
    let mut model = Model::shipped();
    let before = model.to_file();
    model.update(
        &Report {
            text: "Zebulon Quackenbush of 5 Zorb Lane waved a machete at me",
            ..Report::default()
        },
        Category::Weapon,
    );
    let file = model.to_file();
    assert_ne!(file, before);
    let words = |file: &[u8]| -> Vec<String> {
        let lines = String::from_utf8(file.to_vec()).unwrap();
        let lines = lines.lines().skip(3);
        let first = lines.map(|line| line.split(' ').next().unwrap_or_default().to_owned());
        first.collect()
    };
    assert_eq!(
        words(&file),
        words(&before),
        "weights moved, no word came in"
    );
    let read = Model::from_file(&file).unwrap();
    assert_ne!(read.name(), shipped().name());
    assert!(read.name().starts_with("bayes-1-") && read.name().len() == 16);
}

proptest! {
    #[test]
    fn an_override_moves_no_report_further_than_its_bound(
        taught in "(knife |stole |hit |drunk |[a-z]{5,8} ){0,60}",
        asked in "(knife |stole |hit |drunk ){0,10}",
        label in proptest::sample::select(Category::ALL.to_vec()),
    ) {
        let before = shipped();
        let mut after = before.clone();
        after.update(&Report { text: &taught, ..Report::default() }, label);
        // Two log-odds for the label and two against any other category, at a temperature of 0.75 or more.
        let odds = |score: &Score, category| score.category_probabilities.of(category).ln();
        for text in [&asked, &taught] {
            let report = Report { text, ..Report::default() };
            let (before, after) = (before.score(&report), after.score(&report));
            for category in Category::ALL {
                let lead = |score: &Score| odds(score, label) - odds(score, category);
                let moved = lead(&after) - lead(&before);
                prop_assert!(moved.abs() <= 4.0 / 0.75 + 0.01, "{category} moved by {moved}");
            }
        }
    }
}
