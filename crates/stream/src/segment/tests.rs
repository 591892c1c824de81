//! Durability: torn ends, failed syncs, damage, retention, the lock.

use std::fs::OpenOptions;
use std::path::Path;

use super::*;
use crate::error::Error;
use crate::event::{Body, Event};
use crate::record;
use crate::settings::Settings;

fn group(ids: &[&str], time_us: i64) -> Group {
    let mut group = Group::default();
    let records: Vec<Vec<u8>> = ids
        .iter()
        .map(|id| {
            let body = Body::Footfall { count: 1 };
            let event = Event {
                source: "/door",
                id,
                time_us,
                site: "camden",
                body,
            };
            let mut bytes = Vec::new();
            record::write(&mut bytes, &event, time_us + 5);
            bytes
        })
        .collect();
    group.frame(time_us + 5, records.iter().map(Vec::as_slice));
    group
}

fn open(dir: &Path, settings: &Settings) -> Log {
    Log::open(dir, settings).expect("the log opens")
}

fn ids(log: &Log) -> Vec<String> {
    let range = Range {
        site: "camden",
        from_us: i64::MIN,
        until_us: i64::MAX,
        kinds: u16::MAX,
    };
    let found = log
        .segments()
        .read(range, usize::MAX)
        .expect("the log reads");
    record::read(&found)
        .filter_map(|record| Some(record.event()?.id.to_owned()))
        .collect()
}

fn last_path(log: &Log) -> PathBuf {
    log.segments()
        .list()
        .pop()
        .expect("there is always one")
        .path
}

#[test]
fn a_torn_end_loses_nothing_that_was_confirmed() {
    let dir = tempfile::tempdir().expect("a directory");
    let settings = Settings::default();
    let mut log = open(dir.path(), &settings);
    log.append(&group(&["a", "b"], 1_000), 1_000)
        .expect("durable");
    let kept = std::fs::metadata(last_path(&log)).expect("a file").len();
    log.append(&group(&["c", "d"], 2_000), 2_000)
        .expect("durable");
    let path = last_path(&log);
    drop(log);
    let whole = std::fs::read(&path).expect("a file");
    for length in kept as usize..whole.len() {
        std::fs::write(&path, &whole[..length]).expect("cut");
        let mut log = open(dir.path(), &settings);
        assert_eq!(ids(&log), ["a", "b"], "cut at {length}");
        log.append(&group(&["e"], 3_000), 3_000).expect("goes on");
        drop(log);
        assert_eq!(
            ids(&open(dir.path(), &settings)),
            ["a", "b", "e"],
            "cut at {length}"
        );
    }
    for damaged in kept as usize..whole.len() {
        let mut bytes = whole.clone();
        bytes[damaged] ^= 0x40;
        std::fs::write(&path, &bytes).expect("damage");
        assert_eq!(
            ids(&open(dir.path(), &settings)),
            ["a", "b"],
            "damaged at {damaged}"
        );
    }
    std::fs::write(&path, &whole).expect("mend");
    assert_eq!(ids(&open(dir.path(), &settings)), ["a", "b", "c", "d"]);
}

#[test]
fn a_failed_sync_is_an_error() {
    let dir = tempfile::tempdir().expect("a directory");
    let mut log = open(dir.path(), &Settings::default());
    // Takes every write and refuses to sync (fsync(2): EINVAL on a special file).
    log.file = OpenOptions::new()
        .append(true)
        .open("/dev/null")
        .expect("there is one");
    assert!(matches!(
        log.append(&group(&["a"], 1), 1),
        Err(Error::Storage { .. })
    ));
    assert_eq!(ids(&log), [""; 0]);
    log.file = OpenOptions::new()
        .append(true)
        .open("/dev/full")
        .expect("there is one");
    assert!(matches!(
        log.append(&group(&["a"], 1), 1),
        Err(Error::Storage { .. })
    ));
}

#[test]
fn damage_in_an_older_file_costs_no_other() {
    let dir = tempfile::tempdir().expect("a directory");
    let settings = Settings {
        segment_bytes: 1,
        ..Settings::default()
    };
    let mut log = open(dir.path(), &settings);
    for (index, id) in ["a", "b", "c"].iter().enumerate() {
        log.append(&group(&[id], index as i64), 0).expect("durable");
    }
    let first = log.segments().list()[0].path.clone();
    drop(log);
    let mut bytes = std::fs::read(&first).expect("a file");
    let end = bytes.len() - 1;
    bytes[end] ^= 1;
    std::fs::write(&first, bytes).expect("damage");
    assert_eq!(ids(&open(dir.path(), &settings)), ["b", "c"]);
}

#[test]
fn the_oldest_files_go_by_age_and_by_bytes() {
    let dir = tempfile::tempdir().expect("a directory");
    let settings = Settings {
        segment_bytes: 1,
        keep_us: 1_000,
        ..Settings::default()
    };
    let mut log = open(dir.path(), &settings);
    for (id, time_us) in [("a", 0), ("b", 500), ("c", 900)] {
        log.append(&group(&[id], time_us), time_us)
            .expect("durable");
    }
    log.prune(1_005).expect("pruned");
    assert_eq!(
        ids(&log),
        ["a", "b", "c"],
        "a arrived at 5 and may stay a thousand"
    );
    log.prune(1_006).expect("pruned");
    assert_eq!(ids(&log), ["b", "c"]);
    log.prune(10_000).expect("pruned");
    assert_eq!(
        ids(&log),
        [""; 0],
        "even the file that was written to, once it is old"
    );
    drop(log);

    let dir = tempfile::tempdir().expect("a directory");
    let settings = Settings {
        segment_bytes: 1,
        keep_bytes: 250,
        ..Settings::default()
    };
    let mut log = open(dir.path(), &settings);
    for id in ["a", "b", "c", "d", "e", "f"] {
        log.append(&group(&[id], 0), 0).expect("durable");
    }
    assert!(ids(&log).len() < 5, "{:?}", ids(&log));
    assert_eq!(ids(&log).last().map(String::as_str), Some("f"));
    let files = std::fs::read_dir(dir.path()).expect("a directory").count();
    assert_eq!(files, log.segments().list().len() + 1, "files and the lock");
}

#[test]
fn two_writers_are_refused() {
    let dir = tempfile::tempdir().expect("a directory");
    let log = open(dir.path(), &Settings::default());
    assert!(matches!(
        Log::open(dir.path(), &Settings::default()),
        Err(Error::InUse(_))
    ));
    drop(log);
    open(dir.path(), &Settings::default());
}

#[test]
fn frames_that_cannot_match_are_skipped_unread() {
    let dir = tempfile::tempdir().expect("a directory");
    let mut log = open(dir.path(), &Settings::default());
    log.append(&group(&["a"], 1_000), 0).expect("durable");
    log.append(&group(&["b"], 2_000), 0).expect("durable");
    let mut met = 0;
    let segment = log.segments().list().remove(0);
    segment
        .visit(&mut |head| head.min_us > 1_500, &mut |_| met += 1)
        .expect("read");
    assert_eq!(met, 1);
    let range = Range {
        site: "camden",
        from_us: 2_000,
        until_us: 2_000,
        kinds: u16::MAX,
    };
    let found = log.segments().read(range, usize::MAX).expect("read");
    assert_eq!(record::read(&found).count(), 1);
    let elsewhere = Range {
        site: "soho",
        ..range
    };
    assert!(
        log.segments()
            .read(elsewhere, usize::MAX)
            .expect("read")
            .is_empty()
    );
}
