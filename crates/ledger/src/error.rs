//! Why the ledger did not do it, in the terms of the caller's only questions: may I try again, and
//! what do I tell the person? The database's own words go to the log and never further.

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
    /// A commit failed. What is durable is unknown, so the process must end; the next start reads
    /// the truth from the disk.
    #[error("the database could not make a change durable; the process must end")]
    Stopped,
    /// The database or a key cannot be used now; the words say what an operator can do.
    #[error("{0}")]
    Unavailable(String),
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
        Self::Unavailable("the database cannot be used now".into())
    }
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        Self::database(&error)
    }
}
