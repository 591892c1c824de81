//! Settings: defaults, then `outcry.toml`, then `OUTCRY__SECTION__KEY`, then flags. Each room owns
//! its part; an unknown key is refused with the nearest known one. Secrets come by file.

mod words;

use std::io::Read as _;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use axum::http::Uri;
use figment::Figment;
use figment::providers::{Env, Format, Toml};
use serde::Deserialize;
use tracing_subscriber::EnvFilter;

/// Everything that can be set.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Where people and machines come in.
    pub server: Server,
    /// Where things are kept.
    pub data: Data,
    /// What is logged.
    pub log: Log,
    /// Till, camera, rota and stock events.
    pub stream: Stream,
    /// Context and score.
    pub assess: Assess,
    /// Ways out: mail and webhooks.
    pub channels: outcry_channels::Settings,
}

/// Where people and machines come in.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Server {
    /// Address and port. Put a TLS proxy before it when it is not this machine alone.
    pub listen: SocketAddr,
    /// The address that people's browsers use, for links in mails; the listening one unless set.
    pub public_url: Option<String>,
    /// Connections from one address on which nobody has signed in yet; not counted where `public_url` is
    /// `https`, because behind a proxy everybody has one address.
    pub strangers_per_address: u32,
}

impl Default for Server {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8643)),
            public_url: None,
            strangers_per_address: 2_048,
        }
    }
}

/// Where things are kept.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Data {
    /// Keys, event segments and, with SQLite, the log.
    pub dir: PathBuf,
    /// A PostgreSQL URL, read from this file; without it the log is SQLite in the data directory.
    pub postgres_url_file: Option<PathBuf>,
}

impl Default for Data {
    fn default() -> Self {
        Self {
            dir: PathBuf::from("outcry-data"),
            postgres_url_file: None,
        }
    }
}

/// What is logged.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Log {
    /// `error`, `warn`, `info`, `debug`, or a filter such as `info,outcry_ledger=debug`.
    pub level: String,
    /// `text` or `json`.
    pub format: LogFormat,
}

impl Default for Log {
    fn default() -> Self {
        Self {
            level: "info".into(),
            format: LogFormat::Text,
        }
    }
}

/// How logs are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    Text,
    /// For machines: one JSON object a line.
    Json,
}

/// Till, camera, rota and stock events.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Stream {
    /// How long events are kept, in hours.
    pub keep_hours: u32,
    /// How much of the disk they may take, in MiB.
    pub keep_mib: u32,
    /// How many of the latest events are recognised at least when they are sent again.
    pub remembered_events: u32,
}

impl Default for Stream {
    fn default() -> Self {
        Self {
            keep_hours: 168,
            keep_mib: 2_048,
            remembered_events: 7_000_000,
        }
    }
}

/// Context and score.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Assess {
    /// How long before the incident the tills are looked at, in seconds.
    pub before_s: u32,
    /// How long after.
    pub after_s: u32,
}

impl Default for Assess {
    fn default() -> Self {
        Self {
            before_s: 300,
            after_s: 300,
        }
    }
}

/// What `log.level` may say.
const LEVELS: [&str; 6] = ["error", "warn", "info", "debug", "trace", "off"];
/// From this likeness on (Jaro and Winkler's, 0 to 1) a name was probably mistyped.
const NEAR: f64 = 0.8;
/// Bytes of a settings file; the example with everything in it has some thousand.
const FILE_BYTES_MAX: u64 = 1024 * 1024;
/// The file that is read when none is named.
pub const FILE: &str = "outcry.toml";

/// A setting that cannot work.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct BadConfig(String);

impl BadConfig {
    /// With these words.
    pub fn new(words: impl Into<String>) -> Self {
        Self(words.into())
    }
}

/// Reads the settings from a named file (which must exist), or from `outcry.toml` where it is.
pub fn read(file: Option<&Path>) -> Result<Config, BadConfig> {
    let mut figment = Figment::new();
    match file {
        Some(path) if matches!(path.try_exists(), Ok(false)) => {
            let path = path.display();
            return Err(BadConfig(format!(
                "the settings file {path} does not exist"
            )));
        }
        Some(path) => figment = figment.merge(Toml::string(&text(path)?)),
        None if Path::new(FILE).exists() => {
            figment = figment.merge(Toml::string(&text(Path::new(FILE))?));
        }
        None => {}
    }
    figment = figment.merge(Env::prefixed("OUTCRY__").split("__"));
    let config: Config = figment
        .extract()
        .map_err(|errors| explain(&errors, file.unwrap_or(Path::new(FILE))))?;
    check(&config)?;
    Ok(config)
}

/// The text of a settings file, which may be a pipe and so is read once.
fn text(path: &Path) -> Result<String, BadConfig> {
    let problem = |what: String| {
        let path = path.display();
        BadConfig(format!("the settings file {path} {what}"))
    };
    let mut bytes = Vec::new();
    std::fs::File::open(path)
        .and_then(|file| file.take(FILE_BYTES_MAX + 1).read_to_end(&mut bytes))
        .map_err(|error| problem(format!("cannot be read: {error}")))?;
    if bytes.len() as u64 > FILE_BYTES_MAX {
        return Err(problem("is larger than 1 MiB".into()));
    }
    let text = String::from_utf8(bytes);
    text.map_err(|_| problem("is not text in UTF-8".into()))
}

fn check(config: &Config) -> Result<(), BadConfig> {
    let range = |key: &str, value: u32, limits: std::ops::RangeInclusive<u32>| {
        if limits.contains(&value) {
            Ok(())
        } else {
            Err(BadConfig(format!(
                "{key}: {value} is not between {} and {}",
                limits.start(),
                limits.end()
            )))
        }
    };
    range(
        "server.strangers_per_address",
        config.server.strangers_per_address,
        64..=1_000_000,
    )?;
    range("stream.keep_hours", config.stream.keep_hours, 1..=2_160)?;
    range("stream.keep_mib", config.stream.keep_mib, 64..=1_048_576)?;
    range(
        "stream.remembered_events",
        config.stream.remembered_events,
        100_000..=100_000_000,
    )?;
    range("assess.before_s", config.assess.before_s, 10..=3_600)?;
    range("assess.after_s", config.assess.after_s, 10..=3_600)?;
    if config.data.dir.as_os_str().is_empty() {
        return Err(BadConfig("data.dir: must name a folder".into()));
    }
    if let Some(url) = &config.server.public_url {
        check_url("server.public_url", url)?;
    }
    check_level(&config.log.level)
}

/// Reads them as a server does, with the secrets of its channels: nobody else needs those, and what hands them
/// over may do so only while the server runs.
pub fn read_to_serve(file: Option<&Path>) -> Result<Config, BadConfig> {
    let config = read(file)?;
    outcry_channels::Outbound::open(&config.channels)
        .map_err(|error| BadConfig(format!("channels.{error}")))?;
    Ok(config)
}

/// Refuses an address that no browser would open, or below which pages would not be found.
pub fn check_url(key: &str, url: &str) -> Result<(), BadConfig> {
    let wrong = |words: &str| Err(BadConfig(format!("{key}: {words}")));
    if !(url.starts_with("http://") || url.starts_with("https://")) {
        return wrong("must begin with http:// or https://");
    }
    let whole = |uri: &Uri| {
        let named = uri.authority().map_or("", |authority| authority.as_str());
        let host = uri.host().is_some_and(|host| !host.is_empty());
        host && !named.contains('@') && uri.path() == "/" && uri.query().is_none()
    };
    if url.contains('#') || !url.parse().is_ok_and(|uri| whole(&uri)) {
        return wrong("must be scheme, host and port alone, such as https://outcry.example");
    }
    Ok(())
}

/// Refuses what is no level and no filter: a lone word would be taken as the name of a part, and say nothing.
fn check_level(filter: &str) -> Result<(), BadConfig> {
    let wrong = |part: &str| {
        BadConfig(format!(
            "log.level: there is no level {part:?}; there are {}, or a filter such as info,outcry_ledger=debug",
            LEVELS.join(", ")
        ))
    };
    for part in filter.split(',').map(str::trim) {
        let level = part.rsplit_once('=').map_or(part, |(_, level)| level);
        if !LEVELS.iter().any(|known| known.eq_ignore_ascii_case(level)) {
            return Err(wrong(part));
        }
    }
    EnvFilter::try_new(filter)
        .map(drop)
        .map_err(|_| wrong(filter))
}

/// What is wrong, and where: in the settings file, which figment knows as a text alone, or elsewhere.
fn explain(errors: &figment::Error, file: &Path) -> BadConfig {
    let lines: Vec<String> = errors
        .clone()
        .into_iter()
        .map(|error| {
            let mut path = error.path.clone();
            if let figment::error::Kind::UnknownField(name, _) = &error.kind {
                // Where it stands, without its own name.
                path.pop_if(|last| last == name);
            }
            let key = path.join(".");
            let source = error.metadata.as_ref().map_or_else(String::new, |from| {
                if from.name.starts_with("TOML") {
                    format!(" (in {})", file.display())
                } else {
                    format!(" (in {})", from.name)
                }
            });
            let at = if key.is_empty() {
                String::new()
            } else {
                format!("{key}: ")
            };
            match &error.kind {
                figment::error::Kind::UnknownField(name, known) => {
                    // Every setting stands in a table, so what stands in none is a table's name.
                    let what = if key.is_empty() { "table" } else { "setting" };
                    let hint = hint(name, known);
                    format!("{at}there is no {what} {name}; {hint}{source}")
                }
                kind => format!("{at}{}{source}", words::of(kind)),
            }
        })
        .collect();
    BadConfig(lines.join("\n"))
}

/// The known name that was probably meant, or all of them.
fn hint(name: &str, known: &[&str]) -> String {
    let name = name.to_lowercase();
    let near = |known: &str| strsim::jaro_winkler(known, &name);
    match known.iter().max_by(|a, b| near(a).total_cmp(&near(b))) {
        Some(nearest) if near(nearest) >= NEAR => format!("did you mean {nearest}?"),
        _ => format!("there are {}", known.join(", ")),
    }
}

/// An example with every setting and its default, kept true by a test.
pub const EXAMPLE: &str = include_str!("../outcry.example.toml");

#[cfg(test)]
mod tests;
