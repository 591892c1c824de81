use std::collections::BTreeSet;
use std::ffi::OsStr;

use proptest::prelude::*;

use super::*;

const SEEDS: u64 = 200;

fn name(text: &str) -> &OsStr {
    OsStr::new(text)
}

fn disk_with(mode: Mode, text: &str, bytes: &[u8]) -> (Disk, u64) {
    let mut disk = Disk::new(mode);
    let inode = disk.create(ROOT, name(text), Kind::File, 0o600).unwrap();
    disk.write(inode, 0, bytes).unwrap();
    disk.sync(inode, true).unwrap();
    disk.sync(ROOT, false).unwrap();
    (disk, inode)
}

fn content(disk: &Disk, text: &str) -> Option<Vec<u8>> {
    let inode = disk.find(ROOT, name(text)).ok()?;
    Some(disk.read(inode, 0, usize::MAX).unwrap().to_vec())
}

/// What the file holds after each of many different cuts.
fn outcomes(disk: &Disk, text: &str) -> BTreeSet<Option<Vec<u8>>> {
    let cut = |seed| content(&disk.clone().power_cut(seed).0, text);
    (0..SEEDS).map(cut).collect()
}

#[test]
fn unsynced_writes_are_kept_lost_and_mixed() {
    for (mode, block) in [(Mode::Ordered, 4096), (Mode::Strict, 512)] {
        let (mut disk, inode) = disk_with(mode, "a", &vec![b'-'; block * 4]);
        disk.write(inode, 0, &vec![b'1'; block]).unwrap();
        disk.write(inode, 2 * block as u64, &vec![b'2'; block])
            .unwrap();
        disk.write(inode, 3 * block as u64, &vec![b'3'; block])
            .unwrap();
        let heads: BTreeSet<String> = outcomes(&disk, "a")
            .into_iter()
            .flatten()
            .map(|bytes| (0..3).map(|part| char::from(bytes[part * block])).collect())
            .collect();
        assert!(heads.contains("---"), "{mode:?}: all can be lost");
        assert!(heads.contains("1-2"), "{mode:?}: all can be kept");
        assert!(heads.contains("--2"), "{mode:?}: the later can win");
    }
}

#[test]
fn a_write_can_be_torn_inside_a_sector_when_strict() {
    let (mut disk, inode) = disk_with(Mode::Strict, "a", &[b'-'; 512]);
    disk.write(inode, 0, &[b'1'; 512]).unwrap();
    let torn = outcomes(&disk, "a").into_iter().flatten();
    let mixed = torn.filter(|bytes| bytes.contains(&b'1') && bytes.contains(&b'-'));
    assert!(mixed.count() > 0);
}

#[test]
fn an_unsynced_length_can_be_lost_and_a_hole_can_stay() {
    let (mut disk, inode) = disk_with(Mode::Strict, "a", b"");
    disk.write(inode, 0, &[b'1'; 1024]).unwrap();
    let found = outcomes(&disk, "a");
    assert!(found.contains(&Some(Vec::new())), "length lost");
    assert!(found.contains(&Some(vec![0; 1024])), "length without bytes");
    assert!(found.contains(&Some(vec![b'1'; 1024])), "both kept");
}

#[test]
fn an_ordered_disk_never_shows_pages_that_were_not_written() {
    let (mut disk, inode) = disk_with(Mode::Ordered, "a", b"");
    for page in 0..8 {
        disk.write(inode, page * 4096, &[b'1'; 4096]).unwrap();
    }
    for found in outcomes(&disk, "a").into_iter().flatten() {
        assert!(found.iter().all(|byte| *byte == b'1'));
    }
}

#[test]
fn a_new_name_needs_its_directory_synced_when_strict() {
    for (mode, can_vanish) in [(Mode::Ordered, false), (Mode::Strict, true)] {
        let mut disk = Disk::new(mode);
        let inode = disk.create(ROOT, name("a"), Kind::File, 0o600).unwrap();
        disk.write(inode, 0, b"kept").unwrap();
        disk.sync(inode, true).unwrap();
        let found = outcomes(&disk, "a");
        assert_eq!(found.contains(&None), can_vanish, "{mode:?}");
        assert!(found.contains(&Some(b"kept".to_vec())), "{mode:?}");
    }
}

#[test]
fn a_rename_is_done_or_undone_and_never_half() {
    for mode in [Mode::Ordered, Mode::Strict] {
        let (mut disk, _) = disk_with(mode, "a", b"old");
        let fresh = disk.create(ROOT, name("b"), Kind::File, 0o600).unwrap();
        disk.write(fresh, 0, b"new").unwrap();
        disk.sync(fresh, false).unwrap();
        disk.rename((ROOT, name("b")), (ROOT, name("a")), true)
            .unwrap();
        let expected = [b"old".to_vec(), b"new".to_vec()].map(Some);
        assert_eq!(outcomes(&disk, "a"), BTreeSet::from(expected));
        disk.sync(ROOT, false).unwrap();
        let expected = [Some(b"new".to_vec())];
        assert_eq!(outcomes(&disk, "a"), BTreeSet::from(expected));
    }
}

#[test]
fn a_second_name_is_safe_with_its_directory() {
    for mode in [Mode::Ordered, Mode::Strict] {
        let (mut disk, inode) = disk_with(mode, "draft", b"text");
        disk.link(inode, ROOT, name("final")).unwrap();
        disk.remove(ROOT, name("draft")).unwrap();
        let expected = [None, Some(b"text".to_vec())];
        assert_eq!(outcomes(&disk, "final"), BTreeSet::from(expected));
        disk.sync(ROOT, false).unwrap();
        let expected = [Some(b"text".to_vec())];
        assert_eq!(outcomes(&disk, "final"), BTreeSet::from(expected));
        assert_eq!(outcomes(&disk, "draft"), BTreeSet::from([None]));
    }
}

#[test]
fn a_removed_file_can_come_back_until_its_directory_is_synced() {
    for mode in [Mode::Ordered, Mode::Strict] {
        let (mut disk, _) = disk_with(mode, "a", b"old");
        disk.remove(ROOT, name("a")).unwrap();
        let expected = [None, Some(b"old".to_vec())];
        assert_eq!(outcomes(&disk, "a"), BTreeSet::from(expected));
        disk.sync(ROOT, false).unwrap();
        assert_eq!(outcomes(&disk, "a"), BTreeSet::from([None]));
    }
}

#[test]
fn a_failed_sync_loses_the_bytes_for_good_although_they_can_be_read() {
    let (mut disk, inode) = disk_with(Mode::Strict, "a", b"old");
    disk.write(inode, 0, b"new").unwrap();
    assert_eq!(disk.fail_sync(inode), Errno::EIO);
    disk.sync(inode, false).unwrap();
    assert_eq!(content(&disk, "a"), Some(b"new".to_vec()));
    let expected = [Some(b"old".to_vec())];
    assert_eq!(outcomes(&disk, "a"), BTreeSet::from(expected));
}

#[test]
fn a_full_disk_refuses_growth_but_not_overwriting() {
    let (mut disk, inode) = disk_with(Mode::Strict, "a", b"old");
    disk.set_full(true);
    assert_eq!(disk.write(inode, 1, b"new"), Err(Errno::ENOSPC));
    assert_eq!(disk.write(inode, 0, b"new"), Ok(()));
    let created = disk.create(ROOT, name("b"), Kind::File, 0o600);
    assert_eq!(created, Err(Errno::ENOSPC));
}

proptest! {
    /// Whatever happens to a file before its fsync and to other files after it: it comes back byte
    /// for byte, and the whole disk is the same for the same seed.
    #[test]
    fn what_was_synced_survives(
        strict: bool,
        before in proptest::collection::vec((0u64..6000, 0usize..3000, any::<u8>()), 0..12),
        shorten in proptest::option::of(0u64..5000),
        after in proptest::collection::vec((0u64..6000, 1usize..3000, any::<u8>()), 0..12),
        seed: u64,
    ) {
        let mode = if strict { Mode::Strict } else { Mode::Ordered };
        let (mut disk, inode) = disk_with(mode, "kept", b"");
        for (offset, len, byte) in before {
            disk.write(inode, offset, &vec![byte; len]).unwrap();
        }
        if let Some(len) = shorten {
            disk.resize(inode, len).unwrap();
        }
        disk.sync(inode, true).unwrap();
        let expected = content(&disk, "kept");
        let other = disk.create(ROOT, name("other"), Kind::File, 0o600).unwrap();
        for (offset, len, byte) in after {
            disk.write(other, offset, &vec![byte; len]).unwrap();
        }
        let (found, damage) = disk.clone().power_cut(seed);
        prop_assert_eq!(content(&found, "kept"), expected);
        let (again, same_damage) = disk.power_cut(seed);
        prop_assert_eq!(content(&again, "other"), content(&found, "other"));
        prop_assert_eq!(same_damage, damage);
    }

    /// Each unsynced block comes back as one of the versions that were written, or older.
    #[test]
    fn nothing_is_invented(
        strict: bool,
        writes in proptest::collection::vec((0u64..4, any::<u8>()), 1..10),
        seed: u64,
    ) {
        let mode = if strict { Mode::Strict } else { Mode::Ordered };
        let (mut disk, inode) = disk_with(mode, "a", &[0; 4 * 4096]);
        for (page, byte) in &writes {
            disk.write(inode, page * 4096, &[*byte; 4096]).unwrap();
        }
        let found = content(&disk.power_cut(seed).0, "a").unwrap();
        for (at, byte) in found.iter().enumerate() {
            let written = writes.iter().any(|write| write == &((at / 4096) as u64, *byte));
            prop_assert!(*byte == 0 || written, "byte {byte} at {at}");
        }
    }
}
