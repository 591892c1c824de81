//! Reads any JSON value without ever failing on its type: what came is noted, to be judged later with
//! a message of our own. Objects and lists are walked by the shape that expects them, else skipped.

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// What came.
#[derive(Clone, Debug, Default)]
pub(super) enum Loose<'de> {
    #[default]
    Missing,
    /// The name stood there more than once.
    Twice,
    Null,
    Bool,
    Whole(i64),
    Fraction(f64),
    Text(Cow<'de, str>),
    List,
    Object,
}

impl Loose<'_> {
    /// What came, in words.
    pub(super) fn words(&self) -> &'static str {
        match self {
            Loose::Missing => "missing",
            Loose::Twice => "given twice",
            Loose::Null => "null",
            Loose::Bool => "true or false",
            Loose::Whole(_) | Loose::Fraction(_) => "a number",
            Loose::Text(_) => "text",
            Loose::List => "a list",
            Loose::Object => "an object",
        }
    }
}

/// Walks the objects or lists that it expects; the others are skipped, however deep.
pub(super) trait Shape<'de>: Sized {
    fn object<A: MapAccess<'de>>(self, mut object: A) -> Result<(), A::Error> {
        while object.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(())
    }

    fn list<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(())
    }
}

/// Expects neither object nor list.
pub(super) struct Plain;

impl Shape<'_> for Plain {}

/// Reads a value with a shape and says what it was.
pub(super) struct Visit<S>(pub(super) S);

impl<'de, S: Shape<'de>> DeserializeSeed<'de> for Visit<S> {
    type Value = Loose<'de>;

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Loose<'de>, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, S: Shape<'de>> Visitor<'de> for Visit<S> {
    type Value = Loose<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON value")
    }

    fn visit_bool<E>(self, _: bool) -> Result<Loose<'de>, E> {
        Ok(Loose::Bool)
    }

    #[inline]
    fn visit_i64<E>(self, number: i64) -> Result<Loose<'de>, E> {
        Ok(Loose::Whole(number))
    }

    #[inline]
    fn visit_u64<E>(self, number: u64) -> Result<Loose<'de>, E> {
        Ok(i64::try_from(number).map_or(Loose::Fraction(number as f64), Loose::Whole))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Loose<'de>, E> {
        Ok(Loose::Fraction(number))
    }

    #[inline]
    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Loose<'de>, E> {
        Ok(Loose::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Loose<'de>, E> {
        Ok(Loose::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_unit<E>(self) -> Result<Loose<'de>, E> {
        Ok(Loose::Null)
    }

    #[inline]
    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Loose<'de>, A::Error> {
        self.0.list(list)?;
        Ok(Loose::List)
    }

    #[inline]
    fn visit_map<A: MapAccess<'de>>(self, object: A) -> Result<Loose<'de>, A::Error> {
        self.0.object(object)?;
        Ok(Loose::Object)
    }
}

/// Reads the name of a field and looks it up in the allow-list; all other names are `None`.
pub(super) struct Name<F>(pub(super) F);

impl<'de, F: Fn(&str) -> Option<K>, K> DeserializeSeed<'de> for Name<F> {
    type Value = Option<K>;

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Option<K>, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<F: Fn(&str) -> Option<K>, K> Visitor<'_> for Name<F> {
    type Value = Option<K>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the name of a field")
    }

    #[inline]
    fn visit_str<E>(self, name: &str) -> Result<Option<K>, E> {
        Ok((self.0)(name))
    }
}
