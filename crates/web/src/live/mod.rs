//! The live event stream: every fact within reach, as it happens, to every open screen.

mod frame;
mod hub;
mod stream;
mod token;

pub use hub::LiveHub;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::house::Shared;

pub(crate) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(stream::live))
}
