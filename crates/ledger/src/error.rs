//! Why the ledger did not do it, in the terms of the caller's only questions: may I try again, and
//! what do I tell the person? The database's own words go to the log of the process and to the operator
//! of a start, never further.

use std::io::{self, ErrorKind};

use outcry_domain::{RegionId, incident, organisation};

/// Why not.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Error {
    /// The law says no; nothing changed.
    #[error(transparent)]
    Refused(#[from] incident::Refusal),
    /// The law of the settings says no; nothing changed.
    #[error(transparent)]
    RefusedSetting(#[from] organisation::Refusal),
    /// The idempotency key was used for another request.
    #[error("this idempotency key was used for another request")]
    Reused,
    /// The same request is being worked on.
    #[error("the same request is being worked on")]
    InFlight,
    /// More comes in than can be made durable.
    #[error("too much is coming in; try again in {retry_after_s} s")]
    Busy {
        /// When to try again.
        retry_after_s: u32,
    },
    /// A page cursor that this ledger never gave out, or one of another list.
    #[error("this cursor does not belong to this list; begin without it")]
    BadCursor,
    /// A commit failed, or the writer broke off. What is durable is unknown, so the process must end; the
    /// next start reads the truth from the disk.
    #[error(
        "the log takes nothing more: what was recorded last may not be durable, so the process must end"
    )]
    Stopped,
    /// The database or a key cannot be used now; the words say what an operator can do.
    #[error("{0}")]
    Unavailable(String),
    /// The disk is full; the words say which.
    #[error("{0}")]
    NoRoom(String),
    /// There is no log where one must be; the words say what is there and what an operator can do.
    #[error("{0}")]
    Missing(String),
    /// The database itself is damaged: cut short, overwritten, or changed by somebody else.
    #[error(
        "the database is damaged: something in it was cut short or overwritten. Keep a copy of it, and put the \
         newest backup in its place (see docs/operate.md)"
    )]
    Damaged,
    /// A record does not say what it must.
    #[error("the log of {region} is damaged at {sequence}: {why}")]
    Corrupt {
        /// Whose log.
        region: RegionId,
        /// Which record.
        sequence: u64,
        /// What is wrong with it.
        why: String,
    },
}

impl Error {
    /// A failure of the database: its words go to the log of the process.
    pub(crate) fn database(error: &sqlx::Error) -> Self {
        tracing::error!(%error, "the database failed");
        if damaged(error) {
            return Self::Damaged;
        }
        if full(error) {
            let words = "the disk is full: make room on the disk of the database, and start again";
            return Self::NoRoom(words.into());
        }
        Self::Unavailable("the database cannot be used now".into())
    }

    /// A file or a directory refused something; `what` was tried, and on what.
    pub(crate) fn file(what: &str, why: &io::Error) -> Self {
        let words = format!("{what}: {why}");
        match why.kind() {
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => Self::NoRoom(words),
            _ => Self::Unavailable(words),
        }
    }

    /// A failure at the start, which only an operator reads: with the database's words, which name tables
    /// and rights, but neither a password nor what is in a row.
    pub(crate) fn at_start(what: &str, error: &sqlx::Error) -> Self {
        match Self::database(error) {
            Self::Unavailable(_) => {
                let cause = match error {
                    sqlx::Error::Database(error) => error.message().to_owned(),
                    error => error.to_string(),
                };
                Self::Unavailable(format!("{what}: {cause}"))
            }
            told => told,
        }
    }
}

/// Whether a column holds what this program never wrote, such as a text that is none, or SQLite says
/// that its file is damaged: the low byte of its result code is `SQLITE_CORRUPT` or `SQLITE_NOTADB`
/// (sqlite.org/rescode.html). PostgreSQL's codes have five characters.
fn damaged(error: &sqlx::Error) -> bool {
    let error = match error {
        sqlx::Error::Database(error) => error,
        sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) => return true,
        _ => return false,
    };
    let code = error.code().filter(|code| code.len() < 5);
    let code: Option<u32> = code.and_then(|code| code.parse().ok());
    matches!(code.map(|code| code & 0xff), Some(11 | 26))
}

/// Whether there was no room: SQLite's `SQLITE_FULL`, or `SQLITE_IOERR_SHMSIZE` for the file beside its
/// write-ahead log that a start makes; or PostgreSQL's `disk_full`.
fn full(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(|error| error.code());
    matches!(code.as_deref(), Some("13" | "4874" | "53100"))
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        Self::database(&error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_found_no_room_is_told_from_one_that_may_not_be_made() {
        let told = |kind: ErrorKind| Error::file("cannot write key", &kind.into());
        assert!(matches!(told(ErrorKind::StorageFull), Error::NoRoom(_)));
        let denied = told(ErrorKind::PermissionDenied);
        assert!(matches!(denied, Error::Unavailable(_)), "{denied}");
    }

    #[test]
    fn damage_is_told_in_words_that_fit_both_databases() {
        let damaged = Error::from(sqlx::Error::Decode("no text".into()));
        assert_eq!(
            damaged.to_string(),
            "the database is damaged: something in it was cut short or overwritten. Keep a copy of it, and put \
             the newest backup in its place (see docs/operate.md)"
        );
    }
}
