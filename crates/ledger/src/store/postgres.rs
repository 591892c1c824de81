//! PostgreSQL: several processes share one log; the head row of a region makes them take turns.
//! Never knows what is in the tables.

use std::str::FromStr;

use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{ConnectOptions as _, PgConnection, PgPool};

use crate::Error;
use crate::settings::Secret;

/// Connections that read.
const READERS: u32 = 8;
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
    Ok(options
        .application_name("outcry")
        .statement_cache_capacity(STATEMENTS_MAX)
        // A reply to a reporter is sent only when the disk has the fact, whatever the server's default.
        .options([("synchronous_commit", "on")])
        .disable_statement_logging())
}

fn unreachable(error: &sqlx::Error) -> Error {
    tracing::error!(%error, "PostgreSQL cannot be reached");
    Error::Unavailable("the PostgreSQL server cannot be reached".into())
}

/// The connection that owns this process's writes.
pub(crate) async fn writer(url: &Secret) -> Result<PgConnection, Error> {
    let mut connection = options(url)?.connect().await.map_err(|e| unreachable(&e))?;
    let durable: String = sqlx::query_scalar("SHOW synchronous_commit")
        .fetch_one(&mut connection)
        .await?;
    if durable == "on" {
        Ok(connection)
    } else {
        Err(Error::Unavailable(format!(
            "PostgreSQL has synchronous_commit = {durable}; Outcry needs it on"
        )))
    }
}

/// The connections that read.
pub(crate) async fn readers(url: &Secret) -> Result<PgPool, Error> {
    PgPoolOptions::new()
        .max_connections(READERS)
        .connect_with(options(url)?)
        .await
        .map_err(|e| unreachable(&e))
}
