//! `PUT /templates/{category}`.

use std::str::FromStr;

use axum::extract::State;
use axum::response::Response;
use outcry_domain::Category;
use outcry_domain::organisation::{self, Event};
use serde::Deserialize;

use super::{Question, Template};
use crate::ask::{Ask, At, Expected};
use crate::house::Shared;
use crate::incident::category_schema;
use crate::problem::Problem;
use crate::session::Visitor;
use crate::setting::put;

/// A template as it shall be.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TemplateEdit {
    /// May be left out.
    #[serde(default)]
    #[schema(schema_with = category_schema)]
    category: Option<Category>,
    #[schema(min_length = 1, max_length = 120)]
    name: String,
    icon: String,
    #[serde(default)]
    #[schema(minimum = 1, maximum = 6)]
    tile: Option<u8>,
    safety: String,
    /// At most 20.
    questions: Vec<Question>,
    /// As it was read; If-Match is what counts.
    #[serde(default, rename = "version")]
    _version: Option<u64>,
}

/// A category in the path.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Named(Category);

impl FromStr for Named {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let names = || Category::ALL.map(Category::as_str).join(", ");
        Category::parse(text)
            .map(Self)
            .ok_or_else(|| format!("must be a category, one of {}", names()))
    }
}

/// Change what a category asks.
#[utoipa::path(
    put,
    path = "/templates/{category}",
    tag = "templates",
    params(
        ("category" = String, Path, description = "The category"),
        ("If-Match" = Option<String>, Header, description = "The ETag that was read"),
        ("If-None-Match" = Option<String>, Header, description = "`*` makes a new one")
    ),
    request_body = TemplateEdit,
    responses(
        (status = 200, description = "Changed", body = Template),
        (status = 201, description = "Made", body = Template)
    )
)]
pub(crate) async fn edit(
    State(counter): State<Shared>,
    visitor: Visitor,
    At(Named(category)): At<Named>,
    expected: Expected,
    ask: Ask<TemplateEdit>,
) -> Result<Response, Problem> {
    let edit = ask.body;
    if edit.category.is_some_and(|named| named != category) {
        let text = "must be the category in the address, or be left out";
        return Err(Problem::field("/category", text));
    }
    let template = organisation::Template {
        category,
        name: edit.name,
        icon: edit.icon,
        tile: edit.tile,
        safety: edit.safety,
        questions: edit.questions.into_iter().map(Question::question).collect(),
    };
    put(
        &counter,
        &visitor,
        expected,
        Event::Template(template),
        |organisation| {
            let held = organisation.templates.get(&category)?;
            Some((Template::of(held), held.version))
        },
    )
    .await
}
