//! Where a list goes on: opaque to callers, checked when it comes back.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::Order;
use crate::Error;

/// The last incident that was listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    /// Its urgency, in an urgency list.
    pub(super) urgency: i64,
    /// Its id, 32 hex digits.
    pub(super) id: String,
}

impl Place {
    pub(super) fn write(&self, order: Order) -> String {
        let text = match order {
            Order::Newest => format!("n.{}", self.id),
            Order::Urgency => format!("u{}.{}", self.urgency, self.id),
        };
        URL_SAFE_NO_PAD.encode(text)
    }

    pub(super) fn read(text: &str, order: Order) -> Result<Self, Error> {
        let place = || {
            let text = String::from_utf8(URL_SAFE_NO_PAD.decode(text).ok()?).ok()?;
            let (key, id) = text.split_once('.')?;
            let hex = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
            let urgency = match order {
                Order::Newest => (key == "n").then_some(0)?,
                Order::Urgency => key.strip_prefix('u')?.parse().ok()?,
            };
            (id.len() == 32 && id.bytes().all(hex)).then(|| Self {
                urgency,
                id: id.to_owned(),
            })
        };
        place().ok_or(Error::BadCursor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_place_reads_back(urgency: i64, id: u128) {
            let place = Place { urgency, id: format!("{id:032x}") };
            prop_assert_eq!(Place::read(&place.write(Order::Urgency), Order::Urgency)?.urgency, urgency);
            let newest = Place::read(&place.write(Order::Newest), Order::Newest)?;
            prop_assert_eq!(newest.id, place.id.clone());
            prop_assert_eq!(Place::read(&place.write(Order::Newest), Order::Urgency), Err(Error::BadCursor));
        }

        #[test]
        fn other_texts_are_refused_and_never_panic(text in ".{0,80}") {
            prop_assert_eq!(Place::read(&text, Order::Newest), Err(Error::BadCursor));
        }
    }
}
