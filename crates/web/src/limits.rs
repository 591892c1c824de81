//! Every limit of the counter, by name. What is beyond one is answered with a problem that says so.

use std::time::Duration;

/// Bytes of a report's body, and of every other JSON body but events.
pub const BODY_BYTES_MAX: usize = 256 * 1024;
/// Bytes of one request to `/events`.
pub const EVENTS_BYTES_MAX: usize = outcry_stream::BODY_BYTES_MAX;
/// Bytes of a body nobody wanted that are read and thrown away after its answer, so that its sender gets to read that.
pub const DRAINED_BYTES_MAX: u64 = 16 * 1024 * 1024;
/// How long that may take.
pub const DRAIN_WAIT: Duration = Duration::from_secs(5);
/// Bytes of a request's head.
pub const HEAD_BYTES_MAX: usize = 32 * 1024;
/// Header lines of a request.
pub const HEADERS_MAX: usize = 64;

/// How long a client may take over the head of a request.
pub const HEAD_WAIT: Duration = Duration::from_secs(10);
/// How long a new connection may stay silent.
pub const FIRST_REQUEST_WAIT: Duration = Duration::from_secs(15);
/// How long a client may take over the body of a request.
pub const BODY_WAIT: Duration = Duration::from_secs(10);
/// How long a call for help waits for its body; then it goes on with what has come.
pub const CALL_BODY_WAIT: Duration = Duration::from_secs(3);
/// How long a client may refuse to read what it asked for.
pub const WRITE_WAIT: Duration = Duration::from_secs(30);
/// How long a request may take in all; the live stream has no end.
pub const REQUEST_WAIT: Duration = Duration::from_secs(30);
/// How long requests in flight have to finish when the house closes.
pub const STOP_WAIT: Duration = Duration::from_secs(10);

/// Connections at once; beyond them only calls for help are served.
pub const CONNECTIONS_MAX: usize = 4_096;
/// Connections from one address on which nobody has shown a token yet; beyond them a new one is closed
/// at once, so that one sender's half-open requests leave places for others. A store behind one
/// address has far fewer.
pub const STRANGERS_PER_ADDRESS_MAX: usize = 2_048;
/// Connections kept back for calls for help; beyond them a connection is closed at once.
pub const CONNECTIONS_RESERVED: usize = 256;
/// Requests over one HTTP/2 connection at once.
pub const STREAMS_PER_CONNECTION_MAX: u32 = 128;
/// Requests that change something, at once; beyond them the sender is told to come back.
pub const WRITES_MAX: usize = 128;
/// KiB that requests whose bodies are on their way may have together, each as large as it may be with its head; what is
/// there at once does not count.
pub const WAITING_KIB_MAX: usize = 64 * 1024;
/// Bodies that are read away at once; beyond them the connection ends with its answer.
pub const DRAINS_MAX: usize = 64;
/// Requests that only read, at once.
pub const READS_MAX: usize = 256;
/// Places that only calls for help may take; they take the places of writes as well.
pub const PANICS_RESERVED: usize = 64;
/// Calls for help of one person that are under way at once, whether their bodies have arrived or not.
pub const PANICS_PER_PERSON_MAX: usize = 8;
/// The same of one machine, which may speak for the buttons of many stores.
pub const PANICS_PER_MACHINE_MAX: usize = 64;
/// When a sender that was turned away should come back.
pub const RETRY_AFTER_S: u32 = 1;

/// How many facts a follower may be behind for the house to count as ready.
pub const FOLLOWER_BEHIND_MAX: u64 = 20_000;

/// Live streams at once.
pub const LIVE_STREAMS_MAX: usize = 1_000;
/// Live streams of one person at once.
pub const LIVE_STREAMS_PER_PERSON_MAX: usize = 20;
/// Facts that wait for a slow client before it is dropped.
pub const LIVE_WAITING_MAX: usize = 1_024;
/// Facts that are told again after a break; a longer break means: load everything anew.
pub const LIVE_REPLAY_MAX: u64 = 10_000;
/// Facts read from the ledger at a time.
pub const LIVE_PAGE: usize = 500;
/// How often a live stream says that it is alive.
pub const LIVE_TICK: Duration = Duration::from_secs(5);

/// Items of a list when nothing else is asked for.
pub const PAGE_ITEMS: usize = 50;
/// Facts, comments and deliveries that come with an incident; earlier ones come by pages.
pub const STORY_ITEMS: usize = 100;
/// Items of a list at most.
pub const PAGE_ITEMS_MAX: usize = 200;
/// Characters of an `Idempotency-Key`.
pub const KEY_CHARS_MAX: usize = 200;
/// Characters of a request id that a caller brings.
pub const REQUEST_ID_CHARS_MAX: usize = 64;
/// Characters of a text that is searched for.
pub const SEARCH_CHARS_MAX: usize = 200;
/// Values of one list in a query.
pub const QUERY_VALUES_MAX: usize = 20;
/// Values that fit a parameter and are named when another one is sent.
pub const NAMED_VALUES_MAX: usize = 20;
/// Answers of one report.
pub const FIELDS_MAX: usize = 60;
/// Answers to requests with an `Idempotency-Key` that are kept outside the ledger.
pub const ANSWERS_MAX: usize = 2_000;
/// Bytes of them together.
pub const ANSWERS_BYTES_MAX: usize = 16 << 20;
