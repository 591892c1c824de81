//! What must hold of a report template.

use std::collections::BTreeSet;

use outcry_words::{phrase, say};

use super::{NAME_CHARS_MAX, invalid, named, readable};
use crate::organisation::template::{OPTIONS_MAX, QUESTIONS_MAX};
use crate::organisation::{Organisation, Question, QuestionKind, Refusal, Template};
use crate::text;

/// The longest id of a question or of an answer, in characters.
pub(crate) const KEY_CHARS_MAX: usize = 40;

impl Organisation {
    pub(super) fn check_template(&self, template: &Template) -> Result<(), Refusal> {
        named("/name", &template.name)?;
        readable("/icon", &template.icon)?;
        readable("/safety", &template.safety)?;
        self.check_tile(template)?;
        check_questions(template)
    }

    fn check_tile(&self, template: &Template) -> Result<(), Refusal> {
        let Some(tile) = template.tile else {
            return Ok(());
        };
        if !(1..=6).contains(&tile) {
            return Err(invalid("/tile", phrase("check-tile")));
        }
        let mut others = self.templates.values().map(|held| &held.value);
        match others.find(|o| o.category != template.category && o.tile == Some(tile)) {
            None => Ok(()),
            Some(other) => {
                let with = [("name", other.name.as_str().into()), ("tile", tile.into())];
                Err(invalid("/tile", say("check-tile-taken", with)))
            }
        }
    }
}

fn check_questions(template: &Template) -> Result<(), Refusal> {
    if template.questions.len() > QUESTIONS_MAX {
        return Err(invalid(
            "/questions",
            say("check-questions", [("most", QUESTIONS_MAX.into())]),
        ));
    }
    let ids: BTreeSet<_> = template
        .questions
        .iter()
        .map(|question| &question.id)
        .collect();
    if ids.len() < template.questions.len() {
        return Err(invalid("/questions", phrase("check-questions-same")));
    }
    for (place, question) in template.questions.iter().enumerate() {
        check_question(&format!("/questions/{place}"), question)?;
    }
    Ok(())
}

fn check_question(pointer: &str, question: &Question) -> Result<(), Refusal> {
    if !text::names(&question.id, KEY_CHARS_MAX) || !text::names(&question.label, NAME_CHARS_MAX) {
        return Err(invalid(pointer, phrase("check-label")));
    }
    let chips = matches!(question.kind, QuestionKind::Choice | QuestionKind::Many);
    let pointer = |field: &str| format!("{pointer}/{field}");
    if question.options.len() > OPTIONS_MAX || (chips && question.options.is_empty()) {
        return Err(invalid(pointer("options"), phrase("check-answers")));
    }
    let mut ids = BTreeSet::new();
    for (place, option) in question.options.iter().enumerate() {
        if !text::names(&option.id, KEY_CHARS_MAX) || !text::names(&option.label, NAME_CHARS_MAX) {
            return Err(invalid(
                pointer(&format!("options/{place}")),
                phrase("check-label"),
            ));
        }
        if !ids.insert(&option.id) {
            return Err(invalid(pointer("options"), phrase("check-answers-same")));
        }
    }
    if question.kind == QuestionKind::Text && question.flag.is_some() {
        return Err(invalid(pointer("flag"), phrase("check-flag")));
    }
    Ok(())
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
