//! Whoever is signed in.

mod read;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::house::Shared;

pub(crate) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(read::read))
}
