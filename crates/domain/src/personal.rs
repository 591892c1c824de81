//! Text about people: readable in memory only where it is needed, sealed everywhere else.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, ser};

/// Text that may identify somebody. `Debug` shows nothing, there is no `Display`, and only the
/// sealed form can be written out: writing an open one is an error, not a leak.
#[derive(Clone, PartialEq, Eq)]
pub enum Personal {
    /// Readable; exists in memory only.
    Open(String),
    /// Sealed under the incident's data key: base64url of nonce and AES-256-GCM ciphertext.
    Sealed(String),
    /// The key is gone: nobody can read it any more.
    Forgotten,
}

impl Personal {
    /// Readable text.
    pub fn new(text: impl Into<String>) -> Self {
        Self::Open(text.into())
    }

    /// The text, if it is open.
    pub fn open(&self) -> Option<&str> {
        match self {
            Self::Open(text) => Some(text),
            Self::Sealed(_) | Self::Forgotten => None,
        }
    }
}

impl fmt::Debug for Personal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Open(_) => "Personal(open)",
            Self::Sealed(_) => "Personal(sealed)",
            Self::Forgotten => "Personal(forgotten)",
        })
    }
}

#[derive(Serialize, Deserialize)]
struct SealedText {
    sealed: Option<String>,
}

impl Serialize for Personal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Open(_) => Err(ser::Error::custom(
                "personal text must be sealed before it is written",
            )),
            Self::Sealed(text) => SealedText {
                sealed: Some(text.clone()),
            }
            .serialize(serializer),
            Self::Forgotten => SealedText { sealed: None }.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Personal {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = SealedText::deserialize(deserializer)?;
        Ok(text.sealed.map_or(Self::Forgotten, Self::Sealed))
    }
}

/// Visits every personal text of an event or a state, so that one place seals and opens them all.
pub trait Visit {
    /// Calls `f` with each personal text, always in the same order.
    fn personal(&mut self, f: &mut dyn FnMut(&mut Personal));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_open_text_is_never_written_or_shown() {
        let secret = Personal::new("Ann Novak, till 4");
        assert!(serde_json::to_string(&secret).is_err());
        assert_eq!(format!("{secret:?}"), "Personal(open)");
    }

    #[test]
    fn a_sealed_text_reads_back() {
        let sealed = Personal::Sealed("q0".into());
        let json = serde_json::to_string(&sealed).expect("sealed can be written");
        assert_eq!(json, r#"{"sealed":"q0"}"#);
        assert_eq!(
            serde_json::from_str::<Personal>(&json).expect("reads"),
            sealed
        );
    }
}
