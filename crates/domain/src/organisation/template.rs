//! Report templates: short, chips before prose.

use serde::{Deserialize, Serialize};

use crate::Category;

/// The most questions of a template.
pub(crate) const QUESTIONS_MAX: usize = 20;
/// The most options of a question.
pub(crate) const OPTIONS_MAX: usize = 40;

/// What a category asks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Template {
    /// For reports of this category.
    pub category: Category,
    /// What the tile says.
    pub name: String,
    /// The tile's icon.
    pub icon: String,
    /// The tile's place on the terminal, 1 to 6; `None` is under "Other".
    pub tile: Option<u8>,
    /// What to do now, shown after sending.
    pub safety: String,
    /// In this order.
    pub questions: Vec<Question>,
}

/// One question.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Question {
    /// The key in a report's fields.
    pub id: String,
    /// What people read.
    pub label: String,
    /// How it is answered.
    pub kind: QuestionKind,
    /// The chips.
    #[serde(default)]
    pub options: Vec<Choice>,
    /// Whether the form insists; the API never does, for a late detail must not cost a report.
    #[serde(default)]
    pub required: bool,
    /// What a yes means to the rules.
    #[serde(default)]
    pub flag: Option<Flag>,
}

/// How a question is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QuestionKind {
    /// One chip.
    Choice,
    /// Any chips.
    Many,
    /// A whole number.
    Number,
    /// Yes or no.
    YesNo,
    /// Words; sealed like all that may name somebody.
    Text,
}

/// One chip.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// The value in a report's fields.
    pub id: String,
    /// What people read.
    pub label: String,
}

/// What a yes (or any number above zero) means to the rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Flag {
    /// A weapon was seen.
    Weapon,
    /// Somebody is hurt.
    Injury,
    /// Force was used.
    Violence,
    /// They are still here.
    StillHere,
}
