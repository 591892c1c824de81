//! Override: a person overrules the assessment, and wins.

use outcry_words::{phrase, say};
use serde::{Deserialize, Serialize};

use super::{Event, Flags, Incident, NOTE_CHARS_MAX, Refusal, assess, place};
use crate::category::Priority;
use crate::{Category, Faults, Moment, Organisation, Personal, QueueId};

/// What a person says instead.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Override {
    /// The category, if it was wrong.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<Category>,
    /// The risk, 0 to 100, if it was wrong.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub risk: Option<u8>,
    /// The queue, if it was wrong.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub queue: Option<QueueId>,
    /// Why: it teaches the model and answers the auditor.
    pub reason: Personal,
}

/// A person's word as it is kept: with what the rules of that day demanded of it, for rules may change
/// and what was decided may not.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Word {
    /// What they said.
    #[serde(flatten)]
    pub said: Override,
    /// The risk that the rules demand at least of the category; 0 where none was named.
    #[serde(default)]
    pub floor: u8,
}

impl Word {
    /// What the rules of today make of a person's word.
    fn of(said: Override, flags: Flags) -> Self {
        let floor = |category| assess::floor(category, flags).0;
        Self {
            floor: said.category.map_or(0, floor),
            said,
        }
    }

    /// What people have said by now: what this leaves open stays as it was said before. A risk that was
    /// said before does not hold back what the rules demand of a category that is said now.
    pub(super) fn after(&self, before: Option<&Self>) -> Self {
        let Some(Self {
            said: before,
            floor,
        }) = before
        else {
            return self.clone();
        };
        let said = &self.said;
        Self {
            floor: said.category.map_or(*floor, |_| self.floor),
            said: Override {
                category: said.category.or(before.category),
                risk: said.risk.or(before.risk.map(|risk| risk.max(self.floor))),
                queue: said.queue.clone().or_else(|| before.queue.clone()),
                reason: said.reason.clone(),
            },
        }
    }
}

fn check(change: &Override, organisation: &Organisation) -> Faults {
    let mut faults = Faults::default();
    if change.category.is_none() && change.risk.is_none() && change.queue.is_none() {
        faults.add("", phrase("check-overrule-nothing"));
    }
    if change.risk.is_some_and(|risk| risk > 100) {
        faults.add("/risk", phrase("check-overrule-risk"));
    }
    let reason = change.reason.open().unwrap_or_default();
    if reason.trim().is_empty() || reason.chars().count() > NOTE_CHARS_MAX {
        let with = [("most", NOTE_CHARS_MAX.into())];
        faults.add("/reason", say("check-overrule-reason", with));
    }
    let queue = change.queue.as_ref();
    if let Some(id) = queue.filter(|id| !organisation.queues.contains_key(*id)) {
        let with = [("queue", id.to_string().into())];
        faults.add("/queue", say("check-no-queue", with));
    }
    faults
}

pub(super) fn overrule(
    incident: &Incident,
    change: Override,
    moment: &Moment,
    organisation: &Organisation,
) -> Result<Vec<Event>, Refusal> {
    incident.must_be_live()?;
    check(&change, organisation).none()?;
    let word = Word::of(change, incident.report.flags);
    let said = incident.risk_under(Some(&word.after(incident.overruled.as_ref())));
    let said = said.map_or(place::UNKNOWN, Priority::of_risk);
    let change = &word.said;
    let priority = match incident.priority() {
        // A category brings it nearer at most: only a word on the risk or the queue sends it away.
        Some(now) if change.risk.is_none() => now.min(said),
        _ => said,
    };
    let queue = match &change.queue {
        Some(id) => organisation.queues.get(id).map(|held| &held.value),
        // A checkpoint ends with a person's word, even if only the category was in doubt.
        None if change.risk.is_some()
            || incident.at_checkpoint()
            || incident.priority().is_none_or(|now| priority < now) =>
        {
            assess::queue_for(priority, organisation)
        }
        None => None,
    };
    let priority = match &change.queue {
        Some(_) => queue
            .filter(|q| !q.checkpoint)
            .map_or(priority, |queue| queue.priority),
        None => priority,
    };
    let moves = queue.is_some_and(|q| {
        incident.queue.as_ref() != Some(&q.id) || incident.priority() != Some(priority)
    });
    let routed = queue
        .filter(|_| moves)
        .map(|q| assess::routed(q, priority, moment.now, organisation));
    Ok(std::iter::once(Event::Overridden(word))
        .chain(routed)
        .collect())
}

#[cfg(test)]
mod tests {
    use super::super::given::*;
    use super::super::{Command, Context, Scored};
    use super::*;
    use crate::Time;

    fn word(category: Option<Category>, risk: Option<u8>) -> Command {
        Command::Override(Override {
            category,
            risk,
            queue: None,
            reason: Personal::new("the camera shows it"),
        })
    }

    fn score(risk: u8, second: u32) -> Command {
        Command::Enrich {
            context: Box::new(Context {
                footfall: Some(second),
                ..Context::default()
            }),
            scored: Some(Box::new(Scored {
                category: Category::Theft,
                confidence: 0.9,
                risk,
                reasons: vec![],
                model: "nb-1".into(),
            })),
        }
    }

    fn scored_theft() -> Tale {
        let mut tale = Tale::theft();
        tale.when(score(30, 1), &house(1)).expect("scored");
        assert_eq!(tale.incident.queue, Some(slug("standard")));
        tale
    }

    fn place(tale: &Tale) -> (Option<u8>, Option<Priority>, Option<QueueId>) {
        let incident = &tale.incident;
        (incident.risk(), incident.priority(), incident.queue.clone())
    }

    #[test]
    fn a_category_goes_at_least_where_the_rules_send_it() {
        let mut tale = scored_theft();
        tale.when(word(Some(Category::Weapon), None), &by("priya", 2))
            .expect("a person may");
        let critical = (Some(90), Some(Priority::P1), Some(slug("critical")));
        assert_eq!(place(&tale), critical);
        // Back to something milder: nobody said that it can wait.
        tale.when(word(Some(Category::Theft), None), &by("priya", 3))
            .expect("a person may");
        assert_eq!(tale.incident.priority(), Some(Priority::P1));
        tale.when(word(None, Some(20)), &by("priya", 4))
            .expect("a person may");
        let waits = (Some(20), Some(Priority::P4), Some(slug("information")));
        assert_eq!(place(&tale), waits);
        assert_eq!(tale.incident.category(), Category::Theft, "as said before");
        // A risk said before does not hold back a category said now.
        tale.when(word(Some(Category::Weapon), None), &by("priya", 5))
            .expect("a person may");
        assert_eq!(place(&tale), critical);
    }

    #[test]
    fn what_was_said_stays_as_it_was_decided_when_the_rules_change() {
        // A log of other rules: a weapon was never below 95, and sent a risk of 20 up there.
        let mut tale = scored_theft();
        tale.when(word(None, Some(20)), &by("priya", 2))
            .expect("a person may");
        let event = Event::Overridden(Word {
            said: Override {
                category: Some(Category::Weapon),
                risk: None,
                queue: None,
                reason: Personal::new("seen"),
            },
            floor: 95,
        });
        let priya = by("priya", 3).actor.id;
        tale.incident.apply(&event, &priya, Time(3 * SECOND), 100);
        assert_eq!(tale.incident.risk(), Some(95));
        // And a category alone, over a score of 10.
        let mut tale = scored_theft();
        tale.incident.apply(&event, &priya, Time(3 * SECOND), 100);
        assert_eq!(tale.incident.risk(), Some(95));
    }

    #[test]
    fn a_word_is_recorded_with_what_the_rules_demand_of_it() {
        let mut tale = scored_theft();
        tale.when(word(Some(Category::Weapon), None), &by("priya", 2))
            .expect("a person may");
        let floor = assess::floor(Category::Weapon, Flags::default()).0;
        assert!(floor > 0);
        assert!(matches!(&tale.last[0], Event::Overridden(word) if word.floor == floor));
        tale.when(word(None, Some(95)), &by("priya", 3))
            .expect("a person may");
        assert!(matches!(&tale.last[0], Event::Overridden(word) if word.floor == 0));
        let kept = tale.incident.overruled.as_ref().map(|word| word.floor);
        assert_eq!(kept, Some(floor), "the category stands, and its floor");
    }

    #[test]
    fn a_word_stands_in_the_log_as_it_always_did() {
        let logs = [
            r#"{"kind":"overridden","with":{"category":"theft","risk":20,"reason":{"sealed":"q0"},"floor":15}}"#,
            r#"{"kind":"overridden","with":{"queue":"urgent","reason":{"sealed":null},"floor":0}}"#,
        ];
        for log in logs {
            let event: Event = serde_json::from_str(log).expect("reads");
            assert_eq!(serde_json::to_string(&event).expect("writes"), log);
        }
        // The first ones said nothing of the rules.
        let old = logs[1].replace(",\"floor\":0", "");
        let event: Event = serde_json::from_str(&old).expect("reads");
        assert!(matches!(event, Event::Overridden(word) if word.floor == 0));
    }

    #[test]
    fn a_word_that_does_not_fit_is_told_all_that_is_wrong_with_it() {
        let mut tale = Tale::theft();
        let change = Override {
            category: None,
            risk: Some(101),
            queue: Some(slug("nowhere")),
            reason: Personal::new(" "),
        };
        let refused = tale.when(Command::Override(change), &by("priya", 1));
        let Err(Refusal::Invalid(faults)) = refused else {
            panic!("{refused:?}");
        };
        let pointers: Vec<&str> = faults.iter().map(|fault| fault.pointer.as_str()).collect();
        assert_eq!(pointers, ["/risk", "/reason", "/queue"]);
    }

    #[test]
    fn a_word_before_the_first_score_finds_a_place() {
        let mut tale = Tale::theft();
        tale.when(word(Some(Category::Robbery), None), &by("priya", 1))
            .expect("a person may");
        let critical = (Some(85), Some(Priority::P1), Some(slug("critical")));
        assert_eq!(place(&tale), critical);
    }

    #[test]
    fn a_word_on_the_category_leaves_the_score_to_raise_the_priority() {
        let mut tale = scored_theft();
        tale.when(word(Some(Category::Fraud), None), &by("priya", 2))
            .expect("a person may");
        assert_eq!(tale.incident.queue, Some(slug("standard")));
        tale.when(score(85, 3), &house(3)).expect("news");
        assert_eq!(tale.incident.queue, Some(slug("critical")));
        assert_eq!(tale.incident.category(), Category::Fraud);
    }
}
