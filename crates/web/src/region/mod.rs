//! Regions: each has its own log and its own keys.

mod edit;
mod list;

use outcry_domain::organisation::{self, Versioned};
use serde::Serialize;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::house::Shared;

pub(crate) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(list::list))
        .routes(routes!(edit::edit))
}

/// Where stores belong.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub(crate) struct Region {
    #[schema(example = "north")]
    id: String,
    name: String,
    /// Goes up with every change; the ETag.
    version: u64,
}

impl Region {
    fn of(held: &Versioned<organisation::Region>) -> Self {
        Self {
            id: held.value.id.to_string(),
            name: held.value.name.clone(),
            version: held.version,
        }
    }
}
