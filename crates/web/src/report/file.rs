//! `POST /reports`.

use std::collections::BTreeMap;
use std::fmt;

use axum::extract::State;
use axum::response::Response;
use outcry_domain::incident::{Channel, Command, Draft, Given, Item};
use outcry_domain::{AreaId, Category, DeviceId, PersonId, SiteId};
use serde::{Deserialize, Deserializer, de};

use super::{Filed, file_as};
use crate::ask::{Ask, Rfc3339};
use crate::house::Shared;
use crate::incident::{category_schema, personal};
use crate::limits::FIELDS_MAX;
use crate::problem::Problem;
use crate::session::Visitor;

/// What somebody saw. Only `site` and `category` are needed; the rest can come later as comments.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Report {
    /// The store.
    #[schema(value_type = String, example = "leeds-012")]
    site: SiteId,
    #[schema(schema_with = category_schema)]
    category: Category,
    /// When it happened; now, if left out. Up to two years back and five minutes ahead.
    #[serde(default)]
    occurred_at: Option<Rfc3339>,
    /// What happened, up to 20000 characters. Kept sealed.
    #[serde(default)]
    #[schema(max_length = 20000)]
    narrative: Option<String>,
    /// Where in the store.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    area: Option<AreaId>,
    /// The device that it was reported on.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    device: Option<DeviceId>,
    /// How it came in; `api` if left out.
    #[serde(default)]
    #[schema(value_type = Option<String>, pattern = "^(terminal|phone|api|mail|portal)$")]
    channel: Option<Way>,
    /// Answers to the questions of the category's template: text, whole number, true or false, or a
    /// list of chips.
    #[serde(default)]
    #[schema(value_type = Object, example = json!({"still_here": true}))]
    fields: Fields,
    /// What was taken, damaged or refunded; at most 100.
    #[serde(default)]
    #[schema(max_items = 100)]
    items: Vec<Thing>,
    /// Who says so, if it is not whoever sends it.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    reporter: Option<PersonId>,
}

/// How a report may come in over the API.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Way {
    Terminal,
    Phone,
    Api,
    Mail,
    Portal,
}

/// Something taken, damaged or refunded.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ReportItem)]
pub(crate) struct Thing {
    /// The stock code, if known.
    #[serde(default)]
    #[schema(max_length = 64)]
    sku: Option<String>,
    /// What it is called.
    #[schema(min_length = 1, max_length = 200)]
    name: String,
    /// How many.
    #[schema(minimum = 1, maximum = 100000)]
    quantity: u32,
    /// What one is worth, in pence or cents.
    #[serde(default)]
    #[schema(minimum = 0)]
    value_minor: Option<i64>,
}

/// File a report. The answer comes when it is durable.
#[utoipa::path(
    post,
    path = "/reports",
    tag = "reports",
    request_body = Report,
    responses((status = 201, description = "On record", body = Filed,
        headers(("Location" = String, description = "The incident"))))
)]
pub(crate) async fn file(
    State(counter): State<Shared>,
    visitor: Visitor,
    ask: Ask<Report>,
) -> Result<Response, Problem> {
    let once = ask.once(&visitor.actor);
    let command = Command::Report(draft(ask.body));
    file_as(&counter, &visitor, once, command).await
}

fn draft(report: Report) -> Draft {
    let item = |thing: Thing| Item {
        sku: thing.sku,
        name: thing.name,
        quantity: thing.quantity,
        value_minor: thing.value_minor,
    };
    Draft {
        site: report.site,
        category: report.category,
        channel: match report.channel {
            Some(Way::Terminal) => Channel::Terminal,
            Some(Way::Phone) => Channel::Phone,
            Some(Way::Mail) => Channel::Mail,
            Some(Way::Portal) => Channel::Portal,
            Some(Way::Api) | None => Channel::Api,
        },
        occurred_at: report.occurred_at.map(|time| time.0),
        area: report.area,
        device: report.device,
        reporter: report.reporter,
        narrative: personal(report.narrative),
        fields: report.fields.0,
        items: report.items.into_iter().map(item).collect(),
        silent: None,
        left_out: Vec::new(),
    }
}

/// Answers by question; each question once.
#[derive(Debug, Default)]
struct Fields(BTreeMap<String, Given>);

impl<'de> Deserialize<'de> for Fields {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reads;
        impl<'de> de::Visitor<'de> for Reads {
            type Value = Fields;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("must be an object of answers by question")
            }
            fn visit_map<A: de::MapAccess<'de>>(self, mut map: A) -> Result<Fields, A::Error> {
                let mut fields = BTreeMap::new();
                while let Some((id, Reply(given))) = map.next_entry::<String, Reply>()? {
                    if fields.len() >= FIELDS_MAX {
                        return Err(de::Error::custom(format!(
                            "may hold at most {FIELDS_MAX} answers"
                        )));
                    }
                    if fields.insert(id, given).is_some() {
                        return Err(de::Error::custom(
                            "has two answers to one question; send one",
                        ));
                    }
                }
                Ok(Fields(fields))
            }
        }
        deserializer.deserialize_map(Reads)
    }
}

/// One answer.
struct Reply(Given);

impl<'de> Deserialize<'de> for Reply {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reads;
        impl<'de> de::Visitor<'de> for Reads {
            type Value = Reply;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("must be true, false, a whole number, text, or a list of chips")
            }
            fn visit_bool<E: de::Error>(self, yes: bool) -> Result<Reply, E> {
                Ok(Reply(Given::Flag(yes)))
            }
            fn visit_i64<E: de::Error>(self, number: i64) -> Result<Reply, E> {
                Ok(Reply(Given::Number(number)))
            }
            fn visit_u64<E: de::Error>(self, number: u64) -> Result<Reply, E> {
                let number = i64::try_from(number)
                    .map_err(|_| E::custom(format!("must be at most {}", i64::MAX)))?;
                Ok(Reply(Given::Number(number)))
            }
            fn visit_str<E: de::Error>(self, word: &str) -> Result<Reply, E> {
                Ok(Reply(Given::Word(word.to_owned())))
            }
            fn visit_seq<A: de::SeqAccess<'de>>(self, mut seq: A) -> Result<Reply, A::Error> {
                let mut words = Vec::new();
                while let Some(word) = seq.next_element::<String>()? {
                    if words.len() >= FIELDS_MAX {
                        return Err(de::Error::custom(format!(
                            "may hold at most {FIELDS_MAX} chips"
                        )));
                    }
                    words.push(word);
                }
                Ok(Reply(Given::Words(words)))
            }
        }
        deserializer.deserialize_any(Reads)
    }
}
