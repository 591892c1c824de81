//! A secret from the settings: a password, a signing key.
//! Never printed; read from its file when it is used.

use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::path::PathBuf;

use serde::Deserialize;

/// Bytes that a secret may have.
const BYTES_MAX: u64 = 4096;

/// A secret, written into the settings as text or, better, named by the file that holds it:
/// `password = { file = "/run/secrets/smtp" }`. `Debug` hides it.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Secret(Source);

#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(
    untagged,
    deny_unknown_fields,
    expecting = "a secret is a text, or { file = \"/path/to/it\" }"
)]
enum Source {
    Text(String),
    File { file: PathBuf },
}

impl Secret {
    /// The secret that stands in a file.
    #[must_use]
    pub fn in_file(path: impl Into<PathBuf>) -> Self {
        Self(Source::File { file: path.into() })
    }

    /// The secret itself, without the line end that editors add to a file.
    ///
    /// # Errors
    /// When the file cannot be read, is longer than 4096 bytes, is not text or is empty; the error names the file.
    pub fn reveal(&self) -> io::Result<String> {
        let path = match &self.0 {
            Source::Text(text) => return Ok(text.clone()),
            Source::File { file } => file,
        };
        let named =
            |error: io::Error| io::Error::new(error.kind(), format!("{}: {error}", path.display()));
        let mut text = String::new();
        File::open(path)
            .and_then(|file| file.take(BYTES_MAX + 1).read_to_string(&mut text))
            .map_err(named)?;
        if text.len() as u64 > BYTES_MAX {
            return Err(named(io::Error::other("too long for a secret")));
        }
        text.truncate(text.trim_end_matches(['\r', '\n']).len());
        if text.is_empty() {
            Err(named(io::Error::other("holds no secret")))
        } else {
            Ok(text)
        }
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self(Source::Text(text.to_owned()))
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(Source::Text(text))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Source::Text(_) => f.write_str("Secret(hidden)"),
            Source::File { file } => write!(f, "Secret(in {})", file.display()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_hides_the_text() {
        assert_eq!(format!("{:?}", Secret::from("hunter2")), "Secret(hidden)");
    }

    #[test]
    fn a_secret_is_read_from_text_or_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("smtp");
        std::fs::write(&path, "hunter2\n").unwrap();
        let json = format!("{{\"file\": {:?}}}", path.display().to_string());
        assert_eq!(
            serde_json::from_str::<Secret>(&json)
                .unwrap()
                .reveal()
                .unwrap(),
            "hunter2"
        );
        assert_eq!(
            serde_json::from_str::<Secret>("\"hunter2\"")
                .unwrap()
                .reveal()
                .unwrap(),
            "hunter2"
        );
        let wrong = serde_json::from_str::<Secret>("{\"path\": \"x\"}")
            .unwrap_err()
            .to_string();
        assert!(wrong.contains("a secret is a text, or { file"), "{wrong}");
    }

    #[test]
    fn a_file_without_a_usable_secret_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("empty");
        std::fs::write(&path, "\n").unwrap();
        assert!(
            Secret::in_file(&path)
                .reveal()
                .unwrap_err()
                .to_string()
                .contains("empty: holds no secret")
        );
        std::fs::write(&path, "x".repeat(5000)).unwrap();
        assert!(
            Secret::in_file(&path)
                .reveal()
                .unwrap_err()
                .to_string()
                .contains("too long")
        );
        assert!(
            Secret::in_file(folder.path().join("none"))
                .reveal()
                .is_err()
        );
    }
}
