//! Starts the bus: what the memory must know is read back from the log the way it is read at any time.

use std::path::Path;
use std::sync::{Arc, Mutex};

use tokio::sync::{Notify, Semaphore, watch};

use super::queue::Queue;
use super::write::{End, Writer};
use super::{Bus, Handle, Shared};
use crate::error::Error;
use crate::limits::CONTEXTS_AT_ONCE_MAX;
use crate::record::Record;
use crate::seen::{Keys, Seen};
use crate::segment::{Group, Log, Segments};
use crate::settings::Settings;
use crate::watch::Watches;
use crate::window::{ITEM_KINDS, SHIFT_KINDS, Windows};

pub(super) fn open(dir: &Path, settings: Settings, now_us: i64) -> Result<Bus, Error> {
    let mut log = Log::open(dir, &settings)?;
    log.prune(now_us)?;
    let keys = Keys::default();
    let mut windows = Windows::new(&settings, now_us);
    let mut seen = Seen::new(settings.remembered_max);
    recall(&log.segments(), &keys, &mut windows, &mut seen, &settings)
        .map_err(Error::storage(dir))?;
    let shared = Arc::new(Shared {
        queue: Queue::new(settings.waiting_bytes_max),
        keys,
        segments: log.segments(),
        windows: Mutex::new(windows),
        watches: Mutex::new(Watches::default()),
        late: Notify::new(),
        asking: Arc::new(Semaphore::new(CONTEXTS_AT_ONCE_MAX)),
        ended: watch::Sender::new(false),
        settings,
    });
    let writer = Writer {
        shared: Arc::clone(&shared),
        log,
        seen,
        group: Group::default(),
    };
    let end = End(Arc::clone(&shared));
    let work = move || {
        let _end = end;
        writer.run();
    };
    let thread = std::thread::Builder::new().name("stream-writer".to_owned());
    thread.spawn(work).map_err(Error::storage(dir))?;
    Ok(Bus(Arc::new(Handle(shared))))
}

/// Reads everything where repetitions or the windows need it, and only shifts and articles elsewhere.
fn recall(
    segments: &Segments,
    keys: &Keys,
    windows: &mut Windows,
    seen: &mut Seen,
    settings: &Settings,
) -> std::io::Result<()> {
    let segments = segments.list();
    let mut later: u64 = segments.iter().map(|segment| segment.events).sum();
    for segment in &segments {
        later -= segment.events;
        let is_remembered = later < settings.remembered_max as u64;
        let floor_us = windows.floor_us();
        let mut wanted = |head: &crate::segment::Head| {
            is_remembered || head.max_us >= floor_us || head.kinds & (SHIFT_KINDS | ITEM_KINDS) != 0
        };
        segment.visit(&mut wanted, &mut |record: Record<'_>| {
            if is_remembered && let Some(identity) = record.identity() {
                seen.insert(keys.key(identity), record.arrived_us);
            }
            windows.insert(&record);
        })?;
    }
    Ok(())
}
