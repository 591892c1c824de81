//! Every limit on what an event may hold, by name. Lengths of text are in characters.

/// Events in one batch.
pub const BATCH_EVENTS_MAX: usize = 1_000;
/// Bytes of one request.
pub const BODY_BYTES_MAX: usize = 1024 * 1024;
/// Problems that are reported of one event; the rest show when these are mended.
pub const PROBLEMS_MAX: usize = 8;

/// `id` of an event.
pub const ID_CHARS_MAX: usize = 128;
/// `source` of an event.
pub const SOURCE_CHARS_MAX: usize = 200;
/// Site, area, person, till and camera ids (`a-z`, `0-9` and `-`).
pub const SLUG_CHARS_MAX: usize = 40;
/// Transaction number.
pub const TRANSACTION_CHARS_MAX: usize = 64;
/// Article number.
pub const SKU_CHARS_MAX: usize = 64;
/// Article name.
pub const NAME_CHARS_MAX: usize = 200;
/// Label of a camera mark.
pub const LABEL_CHARS_MAX: usize = 200;
/// Role of a person on shift.
pub const ROLE_CHARS_MAX: usize = 40;
/// Lines of one transaction.
pub const LINES_MAX: usize = 500;

/// Largest quantity of a line, either way of zero.
pub const QUANTITY_MAX: i64 = 1_000_000;
/// Largest amount of money in minor units (pence, cents), either way of zero.
pub const AMOUNT_MINOR_MAX: i64 = 1_000_000_000_000;
/// Largest stock level, either way of zero.
pub const LEVEL_MAX: i64 = 1_000_000_000;
/// Largest footfall count of one event.
pub const FOOTFALL_MAX: i64 = 1_000_000;

/// How far ahead of our clock an event's time may be.
pub const FUTURE_US_MAX: i64 = 5 * 60 * 1_000_000;
/// An event counts as late when it arrives this long after its own time.
pub const LATE_AFTER_US: i64 = 60 * 1_000_000;

/// Transactions that one context lists.
pub const CONTEXT_TRANSACTIONS_MAX: usize = 60;
/// Lines that one context lists of each transaction.
pub const CONTEXT_LINES_MAX: usize = 20;
/// Item matches that one context lists, best first.
pub const CONTEXT_MATCHES_MAX: usize = 50;
/// Cameras that one context lists.
pub const CONTEXT_CAMERAS_MAX: usize = 50;
/// Reported items that are looked for.
pub const CONTEXT_ITEMS_MAX: usize = 20;
/// Longest time either side of an incident that one context looks at.
pub const CONTEXT_REACH_US_MAX: i64 = 60 * 60 * 1_000_000;
/// Large contexts that are put together at the same time; further ones wait their turn.
pub const CONTEXTS_AT_ONCE_MAX: usize = 2;
/// Events and articles in memory up to which a context is put together by the task that asks: that takes less than
/// handing it to another thread and back.
pub const CONTEXT_INLINE_ENTRIES_MAX: usize = 2_000;
/// Bytes of events that one context reads back from segment files.
pub const CONTEXT_READ_BYTES_MAX: usize = 64 * 1024 * 1024;

/// Shift starts and ends kept in memory per site.
pub const SHIFTS_PER_SITE_MAX: usize = 2_000;
/// Articles with a known price, level or place kept in memory per site.
pub const ITEMS_PER_SITE_MAX: usize = 10_000;
/// Sources remembered per site.
pub const SOURCES_PER_SITE_MAX: usize = 200;
/// Time ranges watched for late events per site.
pub const WATCHES_PER_SITE_MAX: usize = 2_000;
/// Time ranges watched for late events in all.
pub const WATCHES_MAX: usize = 50_000;
