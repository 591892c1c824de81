//! Answers: what a report's fields say, read by the template of its category.

use std::collections::BTreeMap;

use outcry_words::say;

use super::{Answer, Flags, Given, Refusal};
use crate::Personal;
use crate::organisation::{Flag, Question, QuestionKind, Template};

/// The longest text answer, in characters.
pub(crate) const ANSWER_CHARS_MAX: usize = 2_000;

/// Reads the answers by the template: unknown questions and chips are named, texts are personal.
pub(super) fn answers(
    given: BTreeMap<String, Given>,
    template: Option<&Template>,
) -> Result<(BTreeMap<String, Answer>, Flags), Refusal> {
    let mut answers = BTreeMap::new();
    let mut flags = Flags::default();
    for (id, value) in given {
        let question = template.and_then(|t| t.questions.iter().find(|q| q.id == id));
        let Some(question) = question else {
            let known: Vec<&str> = template
                .iter()
                .flat_map(|t| &t.questions)
                .map(|q| q.id.as_str())
                .collect();
            return Err(Refusal::invalid(
                format!("/fields/{}", id.chars().take(60).collect::<String>()),
                say(
                    "check-answer-unknown",
                    [("questions", known.join(", ").into())],
                ),
            ));
        };
        let answer = answer(question, value)?;
        if yes(&answer) {
            match question.flag {
                Some(Flag::Weapon) => flags.weapon = true,
                Some(Flag::Injury) => flags.injury = true,
                Some(Flag::Violence) => flags.violence = true,
                Some(Flag::StillHere) => flags.still_here = true,
                None => {}
            }
        }
        answers.insert(id, answer);
    }
    Ok((answers, flags))
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

fn answer(question: &Question, given: Given) -> Result<Answer, Refusal> {
    let wrong = |needs: String| Refusal::invalid(format!("/fields/{}", question.id), needs);
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
        (QuestionKind::YesNo, _) => Err(wrong(say("check-answer-yes-no", []))),
        (QuestionKind::Number, Given::Number(n)) if (0..=1_000_000).contains(&n) => {
            Ok(Answer::Number(n))
        }
        (QuestionKind::Number, _) => Err(wrong(say("check-answer-number", []))),
        (QuestionKind::Choice, Given::Word(chip)) if known(&chip) => Ok(Answer::Choice(chip)),
        (QuestionKind::Choice, _) => Err(wrong(say(
            "check-answer-choice",
            [("answers", chips().into())],
        ))),
        (QuestionKind::Many, Given::Words(many))
            if many.len() <= 40 && many.iter().all(|chip| known(chip)) =>
        {
            Ok(Answer::Many(many))
        }
        (QuestionKind::Many, _) => Err(wrong(say(
            "check-answer-many",
            [("answers", chips().into())],
        ))),
        (QuestionKind::Text, Given::Word(text)) if text.chars().count() <= ANSWER_CHARS_MAX => {
            Ok(Answer::Text(Personal::new(text)))
        }
        (QuestionKind::Text, _) => Err(wrong(say(
            "check-answer-text",
            [("most", ANSWER_CHARS_MAX.into())],
        ))),
    }
}
