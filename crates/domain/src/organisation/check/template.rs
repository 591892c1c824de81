//! What must hold of a report template.

use std::collections::BTreeSet;

use outcry_words::{phrase, say};

use super::{NAME_CHARS_MAX, named, readable};
use crate::Faults;
use crate::organisation::template::{OPTIONS_MAX, QUESTIONS_MAX};
use crate::organisation::{Organisation, Question, QuestionKind, Template};
use crate::text;

/// The longest id of a question or of an answer, in characters.
pub(crate) const KEY_CHARS_MAX: usize = 40;

impl Organisation {
    pub(super) fn check_template(&self, template: &Template, faults: &mut Faults) {
        named("/name", &template.name, faults);
        readable("/icon", &template.icon, faults);
        readable("/safety", &template.safety, faults);
        self.check_tile(template, faults);
        check_questions(template, faults);
    }

    fn check_tile(&self, template: &Template, faults: &mut Faults) {
        let Some(tile) = template.tile else {
            return;
        };
        if !(1..=6).contains(&tile) {
            faults.add("/tile", phrase("check-tile"));
        }
        let mut others = self.templates.values().map(|held| &held.value);
        if let Some(other) =
            others.find(|o| o.category != template.category && o.tile == Some(tile))
        {
            let with = [("name", other.name.as_str().into()), ("tile", tile.into())];
            faults.add("/tile", say("check-tile-taken", with));
        }
    }
}

fn check_questions(template: &Template, faults: &mut Faults) {
    let questions = &template.questions;
    if questions.len() > QUESTIONS_MAX {
        let with = [("most", QUESTIONS_MAX.into())];
        faults.add("/questions", say("check-questions", with));
        return;
    }
    let ids: BTreeSet<_> = questions.iter().map(|question| &question.id).collect();
    if ids.len() < questions.len() {
        faults.add("/questions", phrase("check-questions-same"));
    }
    for (place, question) in questions.iter().enumerate() {
        check_question(&format!("/questions/{place}"), question, faults);
    }
}

fn check_question(pointer: &str, question: &Question, faults: &mut Faults) {
    if !text::names(&question.id, KEY_CHARS_MAX) || !text::names(&question.label, NAME_CHARS_MAX) {
        faults.add(pointer, phrase("check-label"));
    }
    let chips = matches!(question.kind, QuestionKind::Choice | QuestionKind::Many);
    let pointer = |field: &str| format!("{pointer}/{field}");
    if question.kind == QuestionKind::Text && question.flag.is_some() {
        faults.add(pointer("flag"), phrase("check-flag"));
    }
    if question.options.len() > OPTIONS_MAX || (chips && question.options.is_empty()) {
        faults.add(pointer("options"), phrase("check-answers"));
        return;
    }
    let mut ids = BTreeSet::new();
    for (place, option) in question.options.iter().enumerate() {
        if !text::names(&option.id, KEY_CHARS_MAX) || !text::names(&option.label, NAME_CHARS_MAX) {
            let place = pointer(&format!("options/{place}"));
            faults.add(place, phrase("check-label"));
        }
        if !ids.insert(&option.id) {
            faults.add(pointer("options"), phrase("check-answers-same"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::refused;
    use super::*;
    use crate::Category;
    use crate::incident::given::shop;
    use crate::organisation::{Choice, Event, Flag};

    fn put(change: impl FnOnce(&mut Template)) -> Option<String> {
        let shop = shop();
        let mut template = shop.templates[&Category::Threat].value.clone();
        change(&mut template);
        refused(&shop, Event::Template(template))
    }

    fn ask(kind: QuestionKind, change: impl FnOnce(&mut Question)) -> Option<String> {
        let mut question = Question {
            id: "which".into(),
            label: "Which?".into(),
            kind,
            options: vec![],
            required: false,
            flag: None,
        };
        change(&mut question);
        put(|template| template.questions = vec![question])
    }

    #[test]
    fn one_tile_shows_one_template() {
        assert_eq!(put(|_| ()), None);
        assert_eq!(
            put(|threat| threat.tile = Some(1)).as_deref(),
            Some("/tile")
        );
        assert_eq!(
            put(|threat| threat.tile = Some(7)).as_deref(),
            Some("/tile")
        );
        assert_eq!(put(|threat| threat.tile = None), None);
    }

    #[test]
    fn two_answers_are_told_apart() {
        let chip = |id: &str| Choice {
            id: id.into(),
            label: "A".into(),
        };
        let of = |ids: [&str; 2]| {
            let options = ids.map(chip).to_vec();
            ask(QuestionKind::Choice, |question| question.options = options)
        };
        assert_eq!(of(["a", "b"]), None);
        assert_eq!(of(["a", "a"]).as_deref(), Some("/questions/0/options"));
        assert_eq!(of(["a", " "]).as_deref(), Some("/questions/0/options/1"));
    }

    #[test]
    fn words_raise_no_flag() {
        let flagged = |kind| ask(kind, |question| question.flag = Some(Flag::Weapon));
        assert_eq!(
            flagged(QuestionKind::Text).as_deref(),
            Some("/questions/0/flag")
        );
        assert_eq!(flagged(QuestionKind::YesNo), None);
    }
}
