//! Scoring one report.

use std::cmp::Ordering;

use outcry_words::say;
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use super::{CATEGORIES, Model, SEVERE, VIOLENT};
use crate::Category;
use crate::evidence::{self, Evidence, Fact, Source};
use crate::fit::{LANES, Lanes};
use crate::report::Report;
use crate::risk::{Outlook, leaves_open};
use crate::text::{Word, Words};

/// Reasons given.
const REASONS_MAX: usize = 5;
/// Pieces of evidence that are tried as reasons.
const CANDIDATES_MAX: usize = 24;
/// A reason moves the risk by so many points or the category's log-odds by so much.
const POINTS_MIN: f32 = 1.0;
const LOG_ODDS_MIN: f32 = 0.5;
/// How the two compare when reasons are put in order.
const POINTS_PER_LOG_ODDS: f32 = 2.0;
/// A word is quoted if so many texts had it: a rarer one could be somebody's name.
const QUOTED_FROM_TEXTS: u32 = 5;

/// What the model makes of a report.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Score {
    /// How probable each category is; they sum to 1.
    pub category_probabilities: Probabilities,
    /// The most probable category.
    pub category: Category,
    /// Its probability: of the reports scored with 0.8, about four in five are what it says.
    pub confidence: f32,
    /// From 0, nothing to do, to 100, lives at stake.
    pub risk: u8,
    /// Probability that force or a weapon was used or shown against a person.
    pub violence: f32,
    /// Whether that is enough to treat it as violent, see [`Model::violent_from`].
    pub violent: bool,
    /// Probability that somebody had to go to hospital.
    pub severity: f32,
    /// What moved the score most, strongest first.
    pub reasons: Vec<Reason>,
}

/// Something that moved a score.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Reason {
    /// What a shop manager reads, such as `mentions "knife"`.
    pub text: String,
    /// Points of risk that it brings; negative if it calms.
    pub weight: f32,
    /// What it adds to the log-odds of the score's category, against the average category.
    pub log_odds: f32,
}

/// A probability for each category, in the order of [`Category::ALL`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Probabilities(pub(crate) [f32; CATEGORIES]);

impl Probabilities {
    /// The probability of `category`.
    #[must_use]
    pub const fn of(&self, category: Category) -> f32 {
        self.0[category.place()]
    }

    /// Categories with their probabilities.
    pub fn iter(&self) -> impl Iterator<Item = (Category, f32)> {
        Category::ALL.into_iter().zip(self.0)
    }
}

impl Serialize for Probabilities {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(CATEGORIES))?;
        for (category, probability) in self.iter() {
            map.serialize_entry(category.id(), &probability)?;
        }
        map.end()
    }
}

impl Model {
    /// Scores `report`. Any text is accepted; the time it takes is bounded by how much of a text is
    /// read, a few thousand words.
    #[must_use]
    pub fn score(&self, report: &Report<'_>) -> Score {
        let mut words = Words::default();
        words.read(report.text);
        let mut evidence = Vec::with_capacity(2 * words.list.len() + 12);
        evidence::list(report, &words, &mut evidence);
        let parts = self.parts(&evidence, &words);
        let mut logits = self.learned.weights.bias;
        let mut open = 1.0;
        for part in &parts {
            add(&mut logits, &part.lanes, 1.0);
            open *= part.open;
        }
        let outlook = self.outlook(&logits);
        let category = most_probable(&outlook.categories);
        let harm = outlook.harm(open);
        Score {
            category_probabilities: Probabilities(outlook.categories),
            category,
            confidence: outlook.categories[category.place()],
            risk: harm.round().clamp(0.0, 100.0) as u8,
            violence: outlook.violence,
            violent: outlook.violence >= self.violent_from(),
            severity: outlook.severity,
            reasons: self.reasons(
                parts,
                &Whole {
                    logits,
                    open,
                    harm,
                    category,
                },
                report.text,
                &words,
            ),
        }
    }

    pub(super) fn outlook(&self, logits: &Lanes) -> Outlook {
        Outlook::of(
            logits,
            &self.learned.weights.bias,
            self.learned.temperatures,
        )
    }

    /// The evidence by what a person would call one thing: a word with its share of the pairs it is
    /// in, or a fact. Those that say nothing are left out.
    fn parts<'a>(&self, evidence: &[Evidence<'a>], words: &Words) -> Vec<Part<'a>> {
        let mut parts: Vec<Part<'a>> = evidence
            .iter()
            .filter_map(|piece| match piece.source {
                Source::Pair(_) => None,
                Source::Word(_) => Some(Part {
                    id: piece.id,
                    source: piece.source,
                    lanes: Lanes::default(),
                    open: 1.0,
                }),
                Source::Fact(fact) => Some(Part {
                    id: piece.id,
                    source: piece.source,
                    lanes: Lanes::default(),
                    open: leaves_open(fact),
                }),
            })
            .collect();
        // Evidence is sorted by id, and so are the parts.
        let mut give = |id: u64, row: &Lanes, share: f32| {
            if let Ok(at) = parts.binary_search_by_key(&id, |part| part.id) {
                add(&mut parts[at].lanes, row, share);
            }
        };
        for piece in evidence {
            let Some(row) = self.learned.row(piece.id) else {
                continue;
            };
            match piece.source {
                Source::Pair(at) => {
                    give(words.list[at as usize - 1].id, row, 0.5);
                    give(words.list[at as usize].id, row, 0.5);
                }
                Source::Word(_) | Source::Fact(_) => give(piece.id, row, 1.0),
            }
        }
        parts.retain(|part| part.open < 1.0 || part.lanes.iter().any(|weight| *weight != 0.0));
        parts
    }

    /// For each of the strongest parts: what the risk would lack without it, and what it would bring if
    /// it were all there is. The mean of the two is given (the first and the last term of its Shapley
    /// value), so that neither of "knife" and "stabbed" hides behind the other.
    fn reasons(
        &self,
        mut parts: Vec<Part<'_>>,
        whole: &Whole,
        text: &str,
        words: &Words,
    ) -> Vec<Reason> {
        parts.retain(|part| self.may_be_told(part, text, words));
        let strength = |part: &Part<'_>| {
            part.log_odds(whole.category).abs()
                + part.lanes[VIOLENT].abs()
                + 0.5 * part.lanes[SEVERE].abs()
                + 10.0 * (1.0 - part.open)
        };
        if parts.len() > CANDIDATES_MAX {
            parts.sort_by(|left, right| strength(right).total_cmp(&strength(left)));
            parts.truncate(CANDIDATES_MAX);
        }
        let bias = self.learned.weights.bias;
        let harm_of_nothing = self.outlook(&bias).harm(1.0);
        let mut reasons: Vec<Reason> = parts
            .iter()
            .map(|part| {
                let (mut without, mut alone) = (whole.logits, bias);
                add(&mut without, &part.lanes, -1.0);
                add(&mut alone, &part.lanes, 1.0);
                let lacks = whole.harm - self.outlook(&without).harm(whole.open / part.open);
                let brings = self.outlook(&alone).harm(part.open) - harm_of_nothing;
                Reason {
                    text: told(part.source, text, words),
                    weight: ((lacks + brings) * 5.0).round() / 10.0,
                    log_odds: (part.log_odds(whole.category) * 100.0).round() / 100.0,
                }
            })
            .filter(|reason| {
                reason.weight.abs() >= POINTS_MIN || reason.log_odds.abs() >= LOG_ODDS_MIN
            })
            .collect();
        reasons.sort_by(stronger);
        reasons.truncate(REASONS_MAX);
        reasons
    }

    fn may_be_told(&self, part: &Part<'_>, text: &str, words: &Words) -> bool {
        let Source::Word(at) = part.source else {
            return true;
        };
        let Some(row) = self.learned.vocabulary.index.get(&part.id) else {
            return false;
        };
        self.learned.vocabulary.counts[*row as usize] >= QUOTED_FROM_TEXTS
            && tells_something(quoted(&words.list[at as usize], text))
    }
}

/// One thing a person would name, with all it brings.
struct Part<'a> {
    id: u64,
    source: Source<'a>,
    lanes: Lanes,
    /// What it leaves open of the distance to the highest risk.
    open: f32,
}

impl Part<'_> {
    fn log_odds(&self, category: Category) -> f32 {
        let average: f32 = self.lanes[..CATEGORIES].iter().sum::<f32>() / CATEGORIES as f32;
        self.lanes[category.place()] - average
    }
}

struct Whole {
    logits: Lanes,
    open: f32,
    harm: f32,
    category: Category,
}

fn add(to: &mut Lanes, row: &Lanes, share: f32) {
    for lane in 0..LANES {
        to[lane] += share * row[lane];
    }
}

fn most_probable(probabilities: &[f32; CATEGORIES]) -> Category {
    // The first of equals, so that the answer does not depend on anything else.
    Category::ALL
        .into_iter()
        .reduce(|best, next| {
            if probabilities[next.place()] > probabilities[best.place()] {
                next
            } else {
                best
            }
        })
        .unwrap_or(Category::Other)
}

fn stronger(left: &Reason, right: &Reason) -> Ordering {
    let strength =
        |reason: &Reason| reason.weight.abs() + POINTS_PER_LOG_ODDS * reason.log_odds.abs();
    strength(right)
        .total_cmp(&strength(left))
        .then_with(|| left.text.cmp(&right.text))
}

fn told(source: Source<'_>, text: &str, words: &Words) -> String {
    match source {
        Source::Word(at) | Source::Pair(at) => {
            let word = &words.list[at as usize];
            let with = [("quote", quoted(word, text).to_lowercase().into())];
            match word.negated {
                true => say("reason-denied", with),
                false => say("reason-said", with),
            }
        }
        Source::Fact(fact) => Fact::words(fact),
    }
}

fn quoted<'t>(word: &Word, text: &'t str) -> &'t str {
    const QUOTED_BYTES_MAX: usize = 40;
    let word = text
        .get(word.span.start as usize..word.span.end as usize)
        .unwrap_or_default();
    &word[..word.floor_char_boundary(QUOTED_BYTES_MAX)]
}

/// Whether a word means something to somebody who reads it alone.
fn tells_something(word: &str) -> bool {
    const SAYS_NOTHING: &[&str] = &[
        "about", "after", "also", "and", "another", "any", "are", "because", "been", "before",
        "being", "but", "came", "can", "could", "did", "does", "for", "from", "had", "has", "have",
        "her", "him", "his", "into", "its", "just", "not", "off", "one", "onto", "other", "our",
        "out", "over", "own", "she", "some", "than", "that", "the", "their", "them", "then",
        "there", "they", "this", "two", "under", "until", "upon", "was", "were", "when", "where",
        "which", "while", "who", "with", "without", "would", "you", "your",
    ];
    word.len() >= 3
        && !word.bytes().all(|byte| byte.is_ascii_digit())
        && !SAYS_NOTHING
            .iter()
            .any(|nothing| nothing.eq_ignore_ascii_case(word))
}
