//! Times in bodies: RFC 3339.

use std::fmt;

use outcry_domain::Time;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

const MUST_BE: &str = "must be a time such as 2026-11-22T14:02:07Z (RFC 3339)";

const MUST_END: &str = "must be a time before the end of the year 9999";

/// RFC 3339; read with any offset, written in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Rfc3339(pub(crate) Time);

impl From<Time> for Rfc3339 {
    fn from(time: Time) -> Self {
        Self(time)
    }
}

impl<'de> Deserialize<'de> for Rfc3339 {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reads;
        impl de::Visitor<'_> for Reads {
            type Value = Rfc3339;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(MUST_BE)
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<Rfc3339, E> {
                let words = match text.strip_prefix("9999-") {
                    // The calendar ends there.
                    Some(rest) if Time::parse(&format!("9996-{rest}")).is_some() => MUST_END,
                    _ => MUST_BE,
                };
                Time::parse(text)
                    .map(Rfc3339)
                    .ok_or_else(|| E::custom(words))
            }
        }
        deserializer.deserialize_str(Reads)
    }
}

impl Serialize for Rfc3339 {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0.rfc3339())
    }
}

impl utoipa::PartialSchema for Rfc3339 {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .format(Some(utoipa::openapi::SchemaFormat::KnownFormat(
                utoipa::openapi::KnownFormat::DateTime,
            )))
            .description(Some("RFC 3339, in UTC"))
            .examples(["2026-11-22T14:02:07.125Z"])
            .into()
    }
}

impl utoipa::ToSchema for Rfc3339 {
    fn name() -> std::borrow::Cow<'static, str> {
        "Time".into()
    }
}
