//! `PUT /templates/{category}`.

use std::str::FromStr;

use axum::response::Response;
use outcry_domain::organisation::{self, Event};
use outcry_domain::{Action, Category, Organisation};
use serde::Deserialize;

use super::{Question, Template};
use crate::incident::category_schema;
use crate::problem::Problem;
use crate::setting::{Conditions, Edit, Put, Reader};

/// A template as it shall be.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TemplateEdit {
    /// May be left out.
    #[serde(default)]
    #[schema(schema_with = category_schema)]
    category: Option<Named>,
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

/// A category as the address names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
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

impl Edit for TemplateEdit {
    const ACTION: Action = Action::EditTemplates;

    type Id = Named;
    type Shown = Template;

    const ID: &'static str = "category";

    fn named(&self) -> Option<&Named> {
        self.category.as_ref()
    }

    fn event(self, Named(category): &Named, _: &Organisation) -> Result<Event, Problem> {
        Ok(Event::Template(organisation::Template {
            category: *category,
            name: self.name,
            icon: self.icon,
            tile: self.tile,
            safety: self.safety,
            questions: self.questions.into_iter().map(Question::question).collect(),
        }))
    }

    fn shown(Named(category): &Named, reader: &Reader<'_>) -> Option<(Template, u64)> {
        let held = reader.organisation.templates.get(category)?;
        Some((Template::of(held), held.version))
    }
}

/// Change what a category asks.
#[utoipa::path(
    put,
    path = "/templates/{category}",
    tag = "templates",
    params(
        ("category" = String, Path, description = "The category"),
        Conditions
    ),
    request_body = TemplateEdit,
    responses(
        (status = 200, description = "Changed", body = Template),
        (status = 201, description = "Made", body = Template)
    )
)]
pub(crate) async fn edit(put: Put<TemplateEdit>) -> Result<Response, Problem> {
    put.record().await
}
