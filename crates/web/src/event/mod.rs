//! Events of tills, cameras, rotas and sensors.

mod publish;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::house::Shared;

pub(crate) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(publish::publish))
}
