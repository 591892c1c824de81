//! Report templates: what each category asks.

mod edit;
mod list;

use outcry_domain::Category;
use outcry_domain::organisation::{self, Flag, QuestionKind, Versioned};
use serde::{Deserialize, Serialize};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::house::Shared;
use crate::incident::category_schema;

pub(crate) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(list::list))
        .routes(routes!(edit::edit))
}

/// What a category asks.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub(crate) struct Template {
    #[schema(schema_with = category_schema)]
    category: Category,
    /// What the tile says.
    name: String,
    icon: String,
    /// The tile's place on the terminal; null is under "Other".
    #[schema(minimum = 1, maximum = 6)]
    tile: Option<u8>,
    /// What to do now, shown after sending.
    safety: String,
    questions: Vec<Question>,
    /// Goes up with every change; the ETag.
    version: u64,
}

/// One question.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Question {
    /// The key in a report's `fields`.
    #[schema(min_length = 1, max_length = 40)]
    id: String,
    label: String,
    #[schema(value_type = String, pattern = "^(choice|many|number|yes_no|text)$")]
    kind: QuestionKind,
    /// The chips of a choice.
    #[serde(default)]
    options: Vec<Choice>,
    /// Whether the form insists; this API never does, for a late detail must not cost a report.
    #[serde(default)]
    required: bool,
    /// What a yes means to the rules: `weapon`, `injury`, `violence`, `still_here` or null.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    flag: Option<Flag>,
}

/// One chip.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Choice {
    id: String,
    label: String,
}

impl Template {
    fn of(held: &Versioned<organisation::Template>) -> Self {
        let template = &held.value;
        Self {
            category: template.category,
            name: template.name.clone(),
            icon: template.icon.clone(),
            tile: template.tile,
            safety: template.safety.clone(),
            questions: template.questions.iter().map(Question::of).collect(),
            version: held.version,
        }
    }
}

impl Question {
    fn of(question: &organisation::Question) -> Self {
        let choice = |choice: &organisation::Choice| Choice {
            id: choice.id.clone(),
            label: choice.label.clone(),
        };
        Self {
            id: question.id.clone(),
            label: question.label.clone(),
            kind: question.kind,
            options: question.options.iter().map(choice).collect(),
            required: question.required,
            flag: question.flag,
        }
    }

    fn question(self) -> organisation::Question {
        let choice = |choice: Choice| organisation::Choice {
            id: choice.id,
            label: choice.label,
        };
        organisation::Question {
            id: self.id,
            label: self.label,
            kind: self.kind,
            options: self.options.into_iter().map(choice).collect(),
            required: self.required,
            flag: self.flag,
        }
    }
}
