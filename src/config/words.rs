//! What is wrong with a setting, in words for whoever runs the house. Never shows what stands there: it
//! may be a secret in the wrong place.

use figment::error::Kind;

/// An address that something listens on, as it must be written.
const SOCKET: &str = "must be an address and a port in double quotes, such as \"127.0.0.1:8643\"";
/// How the standard library says that a text is none.
const NO_SOCKET: &str = "invalid socket address syntax";
/// How the reader of the file begins when it is no TOML; the place follows.
const NO_TOML: &str = "TOML parse error";

/// What is wrong, and how it must be.
pub(super) fn of(kind: &Kind) -> String {
    match kind {
        Kind::InvalidType(_, expected) | Kind::InvalidValue(_, expected) => must_be(expected),
        Kind::UnknownVariant(_, known) => format!("must be one of {}", known.join(", ")),
        Kind::MissingField(name) => format!("{name} is missing"),
        Kind::Message(words) if words == NO_SOCKET => SOCKET.to_owned(),
        Kind::Message(words) if words.starts_with(NO_TOML) => no_toml(words),
        other => other.to_string(),
    }
}

fn must_be(expected: &str) -> String {
    match expected {
        "u16" => "must be a whole number from 0 to 65535".to_owned(),
        "u32" => format!("must be a whole number from 0 to {}", u32::MAX),
        "u64" | "usize" => "must be a whole number, 0 or more".to_owned(),
        "a boolean" => "must be true or false".to_owned(),
        "a string" | "path string" => "must be a text in double quotes".to_owned(),
        "a sequence" => "must be a list in square brackets, such as [\"…\"]".to_owned(),
        "socket address" => SOCKET.to_owned(),
        table if table.starts_with("struct ") => "must be a table of settings".to_owned(),
        other => format!("must be {other}"),
    }
}

/// The place and the reason, without the line itself, which stands between them.
fn no_toml(words: &str) -> String {
    let mut lines = words.trim_end().lines();
    let place = lines.next().unwrap_or_default();
    let place = place.trim_start_matches(NO_TOML).trim_start_matches(" at ");
    let reason = lines.next_back().unwrap_or("cannot be read");
    format!("{place}: {reason}")
}

#[cfg(test)]
mod tests {
    use super::super::{BadConfig, read};

    fn told(text: &str) -> String {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("c.toml");
        std::fs::write(&file, text).expect("written");
        let BadConfig(words) = read(Some(&file)).expect_err("refused");
        let place = format!(" (in {})", file.display());
        assert!(words.ends_with(&place), "{words}");
        words.replace(&place, "")
    }

    #[test]
    fn what_a_setting_must_be_is_said_in_plain_words() {
        for (text, words) in [
            (
                "[server]\nlisten = \"localhost:80\"",
                "server.listen: must be an address and a port",
            ),
            (
                "[server]\nlisten = 8080",
                "server.listen: must be an address and a port",
            ),
            (
                "[server]\nstrangers_per_address = -1",
                "must be a whole number from 0 to 4294967295",
            ),
            (
                "[data]\ndir = 5",
                "data.dir: must be a text in double quotes",
            ),
            (
                "[log]\nformat = \"xml\"",
                "log.format: must be one of text, json",
            ),
            (
                "[channels.mail]\nhost = \"x\"",
                "channels.mail: from is missing",
            ),
            (
                "[channels.webhook]\nallow_private = 1",
                "must be true or false",
            ),
            (
                "[log]\nlevel = \"info\"\nlevel = \"warn\"",
                "line 3, column 1: duplicate key",
            ),
            ("server = 1", "server: must be a table of settings"),
        ] {
            let told = told(text);
            assert!(told.contains(words), "{text}: {told}");
        }
    }

    #[test]
    fn a_secret_in_the_wrong_place_is_not_shown() {
        for text in [
            "[channels.webhook]\nsecrets = \"hunter2\"",
            "[channels.mail]\npassword = \"hunter2",
            "[channels.mail]\nport = \"hunter2\"",
            "[log]\nformat = \"hunter2\"",
        ] {
            let told = told(text);
            assert!(!told.contains("hunter2"), "{told}");
        }
    }
}
