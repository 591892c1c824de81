//! `POST /panic`.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::response::Response;
use outcry_domain::incident::{Channel, Command, Draft};
use outcry_domain::{AreaId, Category, DeviceId, Role, SiteId};
use serde::Deserialize;

use super::{Filed, file_as};
use crate::ask::{Ask, Rfc3339};
use crate::house::Shared;
use crate::problem::Problem;
use crate::session::Visitor;

/// Somebody needs help.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Panic {
    /// The store.
    #[schema(value_type = String, example = "leeds-012")]
    site: SiteId,
    /// Where in the store.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    area: Option<AreaId>,
    /// The button or terminal that was pressed.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    device: Option<DeviceId>,
    /// Whether nothing in the store may show or sound; as the store is set, if left out.
    #[serde(default)]
    silent: Option<bool>,
    /// When it was pressed; now, if left out.
    #[serde(default)]
    pressed_at: Option<Rfc3339>,
}

/// Call for help. It passes no score and no queue behind other work, and has places of its own when
/// everything else is turned away.
#[utoipa::path(
    post,
    path = "/panic",
    tag = "reports",
    request_body = Panic,
    responses((status = 201, description = "On record; people are being told", body = Filed,
        headers(("Location" = String, description = "The incident"))))
)]
pub(crate) async fn panic(
    State(counter): State<Shared>,
    visitor: Visitor,
    ask: Ask<Panic>,
) -> Result<Response, Problem> {
    let channel = match visitor.actor.role {
        Role::Integration => Channel::Button,
        _ => Channel::Terminal,
    };
    let press = |pressed| Command::Panic(draft(pressed, channel));
    file_as(&counter, &visitor, ask, press).await
}

fn draft(pressed: Panic, channel: Channel) -> Draft {
    Draft {
        site: pressed.site,
        category: Category::Panic,
        channel,
        occurred_at: pressed.pressed_at.map(|time| time.0),
        area: pressed.area,
        device: pressed.device,
        reporter: None,
        narrative: None,
        fields: BTreeMap::new(),
        items: Vec::new(),
        silent: pressed.silent,
    }
}
