//! What an operator may set about the event stream.

/// Bounds on disk, memory and waiting. The defaults suit a chain of some hundred stores.
#[derive(Clone, Debug)]
pub struct Settings {
    /// How long events are kept on disk; older ones are refused. Seven days.
    pub keep_us: i64,
    /// How many bytes of events are kept on disk before the oldest are deleted. 2 GiB.
    pub keep_bytes: u64,
    /// Size at which a new segment file is begun; retention deletes whole files. 32 MiB.
    pub segment_bytes: u64,
    /// Age at which a new segment file is begun. One hour.
    pub segment_us: i64,
    /// Bytes that may wait for the disk before senders are told to come back. 16 MiB.
    pub waiting_bytes_max: usize,
    /// How far back events are held in memory; older ones are read from disk. 30 minutes.
    pub window_us: i64,
    /// Events held in memory per site. 100,000.
    pub window_events_per_site_max: usize,
    /// Bytes of events held in memory in all. 256 MiB.
    pub window_bytes_max: usize,
    /// Events whose `source` and `id` are remembered to recognise repetitions: the latest this many
    /// at least, twice as many at most, also after a restart. 10 to 20 bytes each, taken as events come.
    /// Seven million.
    pub remembered_max: usize,
}

const MINUTE_US: i64 = 60 * 1_000_000;

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            keep_us: 7 * 24 * 60 * MINUTE_US,
            keep_bytes: 2 << 30,
            segment_bytes: 32 << 20,
            segment_us: 60 * MINUTE_US,
            waiting_bytes_max: 16 << 20,
            window_us: 30 * MINUTE_US,
            window_events_per_site_max: 100_000,
            window_bytes_max: 256 << 20,
            remembered_max: 7_000_000,
        }
    }
}
