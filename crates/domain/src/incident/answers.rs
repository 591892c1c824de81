//! Answers: what a report's fields say, read by the template of its category.

use std::collections::BTreeMap;

use outcry_words::say;

use super::{Answer, Flags, Given};
use crate::organisation::{Flag, Question, QuestionKind, Template};
use crate::{Faults, Personal};

/// The longest text answer, in characters.
pub(crate) const ANSWER_CHARS_MAX: usize = 2_000;

/// Reads the answers by the template: texts are personal. What does not fit is a fault, and left out.
pub(super) fn answers(
    given: BTreeMap<String, Given>,
    template: Option<&Template>,
    faults: &mut Faults,
) -> (BTreeMap<String, Answer>, Flags) {
    let questions = template.map_or(&[][..], |template| template.questions.as_slice());
    let mut answers = BTreeMap::new();
    let mut flags = Flags::default();
    for (id, value) in given {
        let question = questions.iter().find(|question| question.id == id);
        let answer = match question {
            Some(question) => answer(question, value),
            None => Err(unknown(questions)),
        };
        let answer = match answer {
            Ok(answer) => answer,
            Err(wrong) => {
                let id: String = id.chars().take(60).collect();
                faults.add(format!("/fields/{id}"), wrong);
                continue;
            }
        };
        let flag = question.and_then(|question| question.flag);
        if let Some(flag) = flag.filter(|_| yes(&answer)) {
            match flag {
                Flag::Weapon => flags.weapon = true,
                Flag::Injury => flags.injury = true,
                Flag::Violence => flags.violence = true,
                Flag::StillHere => flags.still_here = true,
            }
        }
        answers.insert(id, answer);
    }
    (answers, flags)
}

fn unknown(questions: &[Question]) -> String {
    let known: Vec<&str> = questions.iter().map(|q| q.id.as_str()).collect();
    let with = [("questions", known.join(", ").into())];
    say("check-answer-unknown", with)
}

fn yes(answer: &Answer) -> bool {
    match answer {
        Answer::Flag(yes) => *yes,
        Answer::Number(count) => *count > 0,
        Answer::Choice(chip) => !matches!(chip.as_str(), "no" | "none"),
        Answer::Many(chips) => !chips.is_empty(),
        Answer::Text(_) => false,
    }
}

/// The answer, or what it must be.
fn answer(question: &Question, given: Given) -> Result<Answer, String> {
    let known = |chip: &str| question.options.iter().any(|option| option.id == chip);
    let chips = || {
        let ids: Vec<&str> = question
            .options
            .iter()
            .map(|option| option.id.as_str())
            .collect();
        ids.join(", ")
    };
    match (question.kind, given) {
        (QuestionKind::YesNo, Given::Flag(yes)) => Ok(Answer::Flag(yes)),
        (QuestionKind::YesNo, _) => Err(say("check-answer-yes-no", [])),
        (QuestionKind::Number, Given::Number(n)) if (0..=1_000_000).contains(&n) => {
            Ok(Answer::Number(n))
        }
        (QuestionKind::Number, _) => Err(say("check-answer-number", [])),
        (QuestionKind::Choice, Given::Word(chip)) if known(&chip) => Ok(Answer::Choice(chip)),
        (QuestionKind::Choice, _) => Err(say("check-answer-choice", [("answers", chips().into())])),
        (QuestionKind::Many, Given::Words(many))
            if many.len() <= 40 && many.iter().all(|chip| known(chip)) =>
        {
            Ok(Answer::Many(many))
        }
        (QuestionKind::Many, _) => Err(say("check-answer-many", [("answers", chips().into())])),
        (QuestionKind::Text, Given::Word(text)) if text.chars().count() <= ANSWER_CHARS_MAX => {
            Ok(Answer::Text(Personal::new(text)))
        }
        (QuestionKind::Text, _) => Err(say(
            "check-answer-text",
            [("most", ANSWER_CHARS_MAX.into())],
        )),
    }
}
