//! `POST /panic`. Whoever presses cannot correct what they send: all that can be read is taken, and the
//! record names the rest.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use axum::extract::{Request, State};
use axum::http::{HeaderValue, header};
use axum::response::Response;
use outcry_domain::incident::{Channel, Command, Draft};
use outcry_domain::{Action, Actor, AreaId, Category, DeviceId, Organisation, Role, SiteId};
use serde::de::{DeserializeOwned, Deserializer, MapAccess, Visitor as Reads};
use serde_json::Value;

use super::{Filed, file_as};
use crate::ask::{Call, Rfc3339};
use crate::house::Shared;
use crate::problem::Problem;
use crate::session::Visitor;

/// Somebody needs help. A field that cannot be read is left out, and so is one that is not known here.
#[derive(Debug, Default, utoipa::ToSchema)]
#[schema(example = json!({"site": "leeds-012"}))]
pub(crate) struct Panic {
    /// The store; if it is left out or there is none of that name, the only one of whoever presses.
    #[schema(value_type = Option<String>, example = "leeds-012")]
    site: Option<SiteId>,
    /// Where in the store.
    #[schema(value_type = Option<String>)]
    area: Option<AreaId>,
    /// The button or terminal that was pressed.
    #[schema(value_type = Option<String>)]
    device: Option<DeviceId>,
    /// Whether nothing in the store may show or sound; as the store is set, if left out.
    silent: Option<bool>,
    /// When it was pressed; now, if left out.
    pressed_at: Option<Rfc3339>,
    /// What could not be read, in words of our own: what was sent may be anything.
    #[schema(ignore)]
    left_out: BTreeSet<&'static str>,
}

/// Call for help. It passes no score and no queue behind other work, and has places of its own when
/// everything else is turned away. No field refuses it: what cannot be read or does not fit is left
/// out, and the first entry of the incident's timeline names it. A body that breaks off, does not
/// come within 3 seconds or is no JSON is read as far as it goes; of one of more than 256 KiB nothing
/// is read. When not all of a body came, its `Idempotency-Key` is not kept, so the call counts again
/// when it is sent again; a key that does not fit counts as none. The same key with another whole body
/// is 422. Only the store must be known: by `site`, or because whoever presses has just one.
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
    request: Request,
) -> Result<Response, Problem> {
    visitor.needs(Action::Panic)?;
    let _calling = counter.lanes.call(&visitor.actor)?;
    let Call { ask, is_whole } = Call::of(request).await;
    let _place = counter.lanes.help()?;
    let organisation = counter.house.ledger.organisation();
    let once = ask.once(&visitor.actor);
    let mut pressed = Panic::read(&ask.body);
    if !is_whole {
        pressed.left_out.insert("body");
    }
    let draft = draft(pressed, &visitor.actor, &organisation)?;
    let mut answer = file_as(&counter, &visitor, once, Command::Panic(draft)).await?;
    if !is_whole {
        // What is left of the body is no request.
        let close = HeaderValue::from_static("close");
        answer.headers_mut().insert(header::CONNECTION, close);
    }
    Ok(answer)
}

impl Panic {
    /// All that can be read, up to where the text breaks off.
    fn read(bytes: &[u8]) -> Self {
        let mut read = Self::default();
        let bytes = if bytes.is_empty() { b"{}" } else { bytes };
        let mut json = serde_json::Deserializer::from_slice(bytes);
        let whole = json.deserialize_map(&mut read).and_then(|()| json.end());
        if whole.is_err() {
            read.left_out.insert("body");
        }
        read
    }

    fn take(&mut self, name: &str, value: Value) {
        let (name, taken) = match name {
            "site" => ("site", put(&mut self.site, value)),
            "area" => ("area", put(&mut self.area, value)),
            "device" => ("device", put(&mut self.device, value)),
            "silent" => ("silent", put(&mut self.silent, value)),
            "pressed_at" => ("pressed_at", put(&mut self.pressed_at, value)),
            _ => ("unknown fields", false),
        };
        if !taken {
            self.left_out.insert(name);
        }
    }
}

/// Puts a value into its field, if it is one for it.
fn put<T: DeserializeOwned>(field: &mut Option<T>, value: Value) -> bool {
    let read = serde_json::from_value::<Option<T>>(value);
    let fits = read.is_ok();
    *field = read.unwrap_or_default();
    fits
}

impl<'de> Reads<'de> for &mut Panic {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("must be an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some((name, value)) = map.next_entry::<String, Value>()? {
            self.take(&name, value);
        }
        Ok(())
    }
}

fn draft(pressed: Panic, actor: &Actor, organisation: &Organisation) -> Result<Draft, Problem> {
    let mut left_out = pressed.left_out;
    let site = match pressed.site {
        Some(site) if organisation.site(&site).is_some() => site,
        named => {
            if named.is_some() {
                left_out.insert("site");
            }
            let meant = only_site(actor, organisation).or(named);
            meant.ok_or_else(|| Problem::field("/site", WHICH))?
        }
    };
    Ok(Draft {
        site,
        category: Category::Panic,
        channel: match actor.role {
            Role::Integration => Channel::Button,
            _ => Channel::Terminal,
        },
        occurred_at: pressed.pressed_at.map(|time| time.0),
        area: pressed.area,
        device: pressed.device,
        reporter: None,
        narrative: None,
        fields: BTreeMap::new(),
        items: Vec::new(),
        silent: pressed.silent,
        left_out: left_out.into_iter().map(str::to_owned).collect(),
    })
}

const WHICH: &str = "must be the id of a store, such as leeds-012: you have not just one, so help would \
    not know where to go; GET /api/v1/sites lists yours";

/// The store of somebody who can mean no other one.
fn only_site(actor: &Actor, organisation: &Organisation) -> Option<SiteId> {
    let sites = organisation.sites.values().map(|site| &site.value);
    let mut within = sites.filter(|site| actor.reach.covers(&site.region, &site.id));
    let only = within.next()?;
    within.next().is_none().then(|| only.id.clone())
}
