//! PostgreSQL: several processes share one log; the head row of a region makes them take turns.
//! Never knows what is in the tables.

use std::io::ErrorKind;
use std::net::IpAddr;
use std::str::FromStr;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgPoolOptions, PgSslMode};
use sqlx::{ConnectOptions as _, Connection as _, PgConnection, PgPool};

use crate::Error;
use crate::settings::Secret;

/// Connections that read.
const READERS: u32 = 8;
/// How long a start waits for the server.
const CONNECT_WAIT: Duration = Duration::from_secs(30);
/// How long it says nothing about that.
const SILENT_WAIT: Duration = Duration::from_secs(2);
/// Prepared statements that a connection keeps.
const STATEMENTS_MAX: usize = 256;
/// The channel on which processes tell each other that the log grew.
pub(crate) const CHANNEL: &str = "outcry_log";

fn options(url: &Secret) -> Result<PgConnectOptions, Error> {
    let options = PgConnectOptions::from_str(url.reveal()).map_err(|_| {
        Error::Unavailable(
            "the PostgreSQL URL cannot be read; it looks like postgres://user@host/database".into(),
        )
    })?;
    let options = if names_mode(url.reveal()) || on_this_machine(&options) {
        options
    } else {
        options.ssl_mode(PgSslMode::VerifyFull)
    };
    Ok(options
        .application_name("outcry")
        .statement_cache_capacity(STATEMENTS_MAX)
        // A reply to a reporter is sent only when the disk has the fact, whatever the server's default.
        // And what is there already at every start but the first is no news for the log.
        .options([
            ("synchronous_commit", "on"),
            ("client_min_messages", "warning"),
        ])
        .disable_statement_logging())
}

/// Whether the URL itself says how the connection is encrypted, by one of the names that sqlx knows.
fn names_mode(url: &str) -> bool {
    let url = url.split('#').next().unwrap_or_default();
    let parameters = url.split_once('?').map_or("", |(_, parameters)| parameters);
    parameters
        .split('&')
        .filter_map(|parameter| parameter.split('=').next())
        .any(|name| matches!(name, "sslmode" | "ssl-mode"))
}

/// Whether what is sent leaves this machine not at all: a socket, or a loopback address.
fn on_this_machine(options: &PgConnectOptions) -> bool {
    let host = options.get_host();
    let address: Result<IpAddr, _> = host.trim_matches(['[', ']']).parse();
    options.get_socket().is_some()
        || host.starts_with('/')
        || host.eq_ignore_ascii_case("localhost")
        || address.is_ok_and(|address| address.is_loopback())
}

fn unreachable(error: &sqlx::Error) -> Error {
    tracing::error!(%error, "PostgreSQL cannot be reached");
    // What rustls does not accept comes as data that is not valid.
    let untrusted = match error {
        sqlx::Error::Tls(_) => true,
        sqlx::Error::Io(error) => error.kind() == ErrorKind::InvalidData,
        _ => false,
    };
    if untrusted {
        return Error::Unavailable(
            "the PostgreSQL server offers no TLS, or its certificate is not trusted for the name in the URL: \
             set TLS up there, and name the authority of its certificate with sslrootcert in the URL; \
             docs/operate.md says how"
                .into(),
        );
    }
    let code = error.as_database_error().and_then(|error| error.code());
    let words = match code.as_deref() {
        // PostgreSQL appendix A: invalid_authorization_specification and invalid_password.
        Some("28000" | "28P01") => {
            "the PostgreSQL server does not let the user of the URL in: put the right name and password into the \
             file that data.postgres_url_file names, or let that user in there (pg_hba.conf)"
        }
        // invalid_catalog_name.
        Some("3D000") => {
            "the PostgreSQL server has no database of the name in the URL: make it there (docs/operate.md), or put \
             the right name into the file that data.postgres_url_file names"
        }
        // insufficient_privilege.
        Some("42501") => {
            "the user of the URL may not use that database of the PostgreSQL server: make the user its owner \
             (docs/operate.md), or name others in the file that data.postgres_url_file names"
        }
        _ => {
            "the PostgreSQL server cannot be reached: start it, or put where it is into the file that \
             data.postgres_url_file names"
        }
    };
    Error::Unavailable(words.into())
}

/// The connection that owns this process's writes.
pub(crate) async fn writer(url: &Secret) -> Result<PgConnection, Error> {
    let mut connection = options(url)?.connect().await.map_err(|e| unreachable(&e))?;
    let durable: String = sqlx::query_scalar("SHOW synchronous_commit")
        .fetch_one(&mut connection)
        .await?;
    if durable != "on" {
        return Err(Error::Unavailable(format!(
            "PostgreSQL has synchronous_commit = {durable}; Outcry needs it on"
        )));
    }
    // So it is on every standby as well.
    let read_only: String = sqlx::query_scalar("SHOW transaction_read_only")
        .fetch_one(&mut connection)
        .await?;
    if read_only == "off" {
        return Ok(connection);
    }
    Err(Error::Unavailable(
        "the PostgreSQL server takes no writes: it is a standby, and the file that data.postgres_url_file names must \
         name its primary; or default_transaction_read_only is on for the server, the database or the user, and \
         must be off"
            .into(),
    ))
}

/// The connections that read.
pub(crate) async fn readers(url: &Secret) -> Result<PgPool, Error> {
    let options = options(url)?;
    let server = format!("{}:{}", options.get_host(), options.get_port());
    let pool = PgPoolOptions::new()
        .max_connections(READERS)
        .acquire_timeout(CONNECT_WAIT);
    let connecting = pool.connect_with(options);
    tokio::pin!(connecting);
    let connected = match tokio::time::timeout(SILENT_WAIT, &mut connecting).await {
        Ok(connected) => connected,
        Err(_) => {
            let wait_s = CONNECT_WAIT.as_secs();
            tracing::warn!("waiting up to {wait_s} s for the PostgreSQL server at {server}");
            connecting.await
        }
    };
    connected.map_err(|e| unreachable(&e))
}

/// Clears away what was deleted from the keys and the search, out of the indexes too. It waits for
/// whoever still reads an older state no more than `VACUUM` does; the server's own comes later.
/// Whether it was done.
pub(crate) async fn vacuum(url: &Secret) -> bool {
    const SQL: &str = "VACUUM (INDEX_CLEANUP ON, TRUNCATE OFF) data_key, token";
    let Ok(mut connection) = writer(url).await else {
        return false;
    };
    let done = sqlx::query(SQL).execute(&mut connection).await;
    if let Err(error) = &done {
        tracing::warn!(%error, "erased rows are not cleared away yet");
    }
    // It has done its work, whether it closes well or not.
    let _ = connection.close().await;
    done.is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mode(url: &str) -> PgSslMode {
        let url = Secret::from(url.to_owned());
        options(&url).expect("a URL").get_ssl_mode()
    }

    #[test]
    fn what_leaves_this_machine_goes_over_tls_that_is_checked() {
        for url in [
            "postgres://outcry@db.example.org/outcry",
            "postgres://outcry@10.0.0.7:5432/outcry?application_name=x",
            "postgres://outcry@[2001:db8::7]/outcry",
            "postgres:///outcry?host=db.example.org",
            // Not a loopback address, and not parameters.
            "postgres://outcry@localhost.example.org/outcry",
            "postgres://sslmode=disable@db.example.org/outcry",
            "postgres://outcry@db.example.org/outcry#?sslmode=disable",
            "postgres://outcry@db.example.org/outcry?application_name=sslmode",
        ] {
            assert!(matches!(mode(url), PgSslMode::VerifyFull), "{url}");
        }
    }

    #[test]
    fn what_stays_on_it_needs_none() {
        for url in [
            "postgres://outcry@localhost/outcry",
            "postgres://outcry@127.0.0.1:5433/outcry",
            "postgres://outcry@127.8.8.8/outcry",
            "postgres://outcry@[::1]/outcry",
            "postgres://outcry@%2Frun%2Fpostgresql/outcry",
            "postgres:///outcry?host=/run/postgresql",
        ] {
            assert!(matches!(mode(url), PgSslMode::Prefer), "{url}");
        }
    }

    #[test]
    fn what_the_url_names_is_done() {
        let disable = "postgres://outcry@db.example.org/outcry?sslmode=disable";
        assert!(matches!(mode(disable), PgSslMode::Disable));
        let checked = "postgres://outcry@db.example.org/outcry?x=1&ssl-mode=verify-ca";
        assert!(matches!(mode(checked), PgSslMode::VerifyCa));
        let here = "postgres://outcry@127.0.0.1/outcry?sslmode=verify-full";
        assert!(matches!(mode(here), PgSslMode::VerifyFull));
    }
}
