//! Why a whole request was not taken. What is wrong with single events is in `Rejected`.

use std::path::PathBuf;

/// The caller's two questions: may I try again, and what do I tell the sender?
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The text is not JSON (or not UTF-8); nothing of it was taken.
    #[error("the body is not valid JSON at line {line}, column {column}: {detail}")]
    Malformed {
        /// Line, from 1.
        line: usize,
        /// Column in bytes, from 1.
        column: usize,
        /// What the reader met there.
        detail: String,
    },
    /// A batch was expected and something else came.
    #[error(
        "the body must be a JSON array of events; send a single event as application/cloudevents+json"
    )]
    NotABatch,
    /// The batch holds too many events; nothing of it was taken.
    #[error("the batch holds {found} events, at most {limit} are taken; send it in parts")]
    TooManyEvents {
        /// Events in the batch.
        found: usize,
        /// Events that are taken at once.
        limit: usize,
    },
    /// The body is too long; nothing of it was taken.
    #[error("the body is {found} bytes long, at most {limit} are taken; send it in parts")]
    TooLarge {
        /// Bytes of the body.
        found: usize,
        /// Bytes that are taken at once.
        limit: usize,
    },
    /// Too much waits for the disk already; nothing was taken, the same request may be sent again.
    #[error("the event stream is behind; send again in {retry_after_s} s")]
    Busy {
        /// Seconds to wait.
        retry_after_s: u32,
    },
    /// The bus was stopped, or the disk refused a write; a restart is needed.
    #[error("the event stream has stopped")]
    Stopped,
    /// More time ranges are watched than fit.
    #[error("{limit} time ranges are watched already")]
    TooManyWatches {
        /// Ranges that fit.
        limit: usize,
    },
    /// Another process has the directory open.
    #[error("{} is in use by another process", .0.display())]
    InUse(PathBuf),
    /// The directory could not be opened or read.
    #[error("{}: {source}", path.display())]
    Storage {
        /// What was touched.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
}

impl Error {
    /// Names the path that an input or output error came from.
    pub(crate) fn storage(path: &std::path::Path) -> impl FnOnce(std::io::Error) -> Error {
        let path = path.to_owned();
        move |source| Error::Storage { path, source }
    }
}
