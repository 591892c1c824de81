//! The mounted disk, seen through the ordinary calls that any program makes.

mod support;

use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::FileExt;
use std::sync::atomic::Ordering::Relaxed;
use std::time::{Duration, Instant};

use outcry_chaos::disk::Mode;
use support::mount;

const EIO: i32 = 5;
const ENOSPC: i32 = 28;

#[test]
fn what_was_synced_is_there_after_the_cut_and_what_was_not_may_be_gone() {
    for mode in [Mode::Ordered, Mode::Strict] {
        let Some(mut mount) = mount(mode) else { return };
        fs::create_dir(mount.path().join("shop")).unwrap();
        let path = mount.path().join("shop/till");
        let mut file = File::create(&path).unwrap();
        file.write_all(&[b'a'; 100_000]).unwrap();
        file.sync_all().unwrap();
        let folder = File::open(mount.path().join("shop")).unwrap();
        folder.sync_all().unwrap();
        File::open(mount.path()).unwrap().sync_all().unwrap();
        file.write_all_at(&[b'b'; 50_000], 25_000).unwrap();
        assert_eq!(fs::read(&path).unwrap()[25_000], b'b', "seen at once");
        drop((file, folder));
        let damage = mount.cut().unwrap();
        assert!(damage.blocks_lost > 0, "{mode:?}: {damage:?}");
        let found = fs::read(&path).unwrap();
        assert_eq!(found.len(), 100_000);
        assert!(found[..25_000].iter().all(|byte| *byte == b'a'), "{mode:?}");
        assert!(found[75_000..].iter().all(|byte| *byte == b'a'), "{mode:?}");
    }
}

#[test]
fn names_are_made_moved_listed_and_removed() {
    let Some(mut mount) = mount(Mode::Strict) else {
        return;
    };
    let at = |name: &str| mount.path().join(name);
    fs::write(at("new"), "text").unwrap();
    fs::write(at("old"), "other").unwrap();
    File::open(at("new")).unwrap().sync_all().unwrap();
    fs::rename(at("new"), at("old")).unwrap();
    fs::create_dir(at("folder")).unwrap();
    fs::write(at("folder/inner"), "").unwrap();
    assert!(fs::remove_dir(at("folder")).is_err(), "not empty");
    fs::remove_file(at("folder/inner")).unwrap();
    fs::remove_dir(at("folder")).unwrap();
    File::open(mount.path()).unwrap().sync_all().unwrap();
    mount.cut().unwrap();
    let names = fs::read_dir(mount.path()).unwrap();
    let names: Vec<_> = names.map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names, ["old"]);
    assert_eq!(fs::read(mount.path().join("old")).unwrap(), b"text");
}

#[test]
fn faults_come_and_go_on_demand() {
    let Some(mut mount) = mount(Mode::Strict) else {
        return;
    };
    let path = mount.path().join("a");
    let file = OpenOptions::new()
        .create_new(true)
        .write(true)
        .open(&path)
        .unwrap();
    file.write_all_at(b"old", 0).unwrap();
    file.sync_all().unwrap();
    File::open(mount.path()).unwrap().sync_all().unwrap();

    mount.fill(true);
    let error = file.write_all_at(b"longer", 0).unwrap_err();
    assert_eq!(error.raw_os_error(), Some(ENOSPC));
    mount.fill(false);

    mount.slow_fsync(Duration::from_millis(50));
    let started = Instant::now();
    file.sync_data().unwrap();
    assert!(started.elapsed() >= Duration::from_millis(50));
    mount.slow_fsync(Duration::ZERO);

    file.write_all_at(b"new", 0).unwrap();
    mount.fail_fsync(true);
    let error = file.sync_data().unwrap_err();
    assert_eq!(error.raw_os_error(), Some(EIO));
    mount.fail_fsync(false);
    file.sync_data().unwrap();
    drop(file);
    assert_eq!(fs::read(&path).unwrap(), b"new", "read from the cache");
    assert_eq!(mount.counters().failed_syncs.load(Relaxed), 1);
    mount.cut().unwrap();
    assert_eq!(fs::read(&path).unwrap(), b"old", "never written");
}
