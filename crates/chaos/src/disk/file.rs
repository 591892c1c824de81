//! One file: what programs read, what is safe on the platter, and the changes between the two.

use std::collections::BTreeMap;

use crate::dice::Dice;
use crate::disk::{Damage, Mode};

/// The unit that a disk writes whole.
const SECTOR_BYTES: usize = 512;
/// The unit that the page cache writes back.
const PAGE_BYTES: usize = 4096;
/// How many eighths of a file's blocks reach the platter by themselves before the power fails. One
/// value is drawn per file, so that some cuts lose nearly all and some only a little: bugs of
/// order show in the second kind.
const KEPT_EIGHTHS: [usize; 6] = [0, 0, 1, 4, 7, 7];

/// One change that no fsync has covered yet.
#[derive(Clone, Debug)]
enum Change {
    Write { offset: usize, bytes: Vec<u8> },
    Resize { from: usize, to: usize },
}

impl Change {
    /// The bytes of the file that this change rewrites.
    fn range(&self) -> std::ops::Range<usize> {
        match self {
            Change::Write { offset, bytes } => *offset..offset + bytes.len(),
            // What lies beyond a shortened end reads as zero if the file grows again.
            Change::Resize { from, to } => *to..*from.max(to),
        }
    }

    /// Applies the part of this change that falls into `block`, which starts at `start`.
    fn apply(&self, block: &mut [u8], start: usize) {
        let range = self.range();
        let from = range.start.max(start);
        let to = range.end.min(start + block.len());
        if from >= to {
            return;
        }
        let target = &mut block[from - start..to - start];
        match self {
            Change::Write { offset, bytes } => {
                target.copy_from_slice(&bytes[from - offset..to - offset]);
            }
            Change::Resize { .. } => target.fill(0),
        }
    }

    /// The file's length after this change.
    fn len_after(&self, len: usize) -> usize {
        match self {
            Change::Write { .. } => len.max(self.range().end),
            Change::Resize { to, .. } => *to,
        }
    }
}

/// A file's two faces and the way from one to the other.
#[derive(Clone, Debug, Default)]
pub(crate) struct File {
    seen: Vec<u8>,
    stable: Vec<u8>,
    pending: Vec<Change>,
}

impl File {
    pub(crate) fn len(&self) -> usize {
        self.seen.len()
    }

    pub(crate) fn read(&self, offset: usize, len: usize) -> &[u8] {
        let from = offset.min(self.seen.len());
        &self.seen[from..offset.saturating_add(len).min(self.seen.len())]
    }

    pub(crate) fn write(&mut self, offset: usize, bytes: &[u8]) {
        if bytes.is_empty() {
            return;
        }
        let end = offset + bytes.len();
        if end > self.seen.len() {
            self.seen.resize(end, 0);
        }
        self.seen[offset..end].copy_from_slice(bytes);
        let bytes = bytes.to_vec();
        self.pending.push(Change::Write { offset, bytes });
    }

    pub(crate) fn resize(&mut self, to: usize) {
        let from = self.seen.len();
        if from != to {
            self.seen.resize(to, 0);
            self.pending.push(Change::Resize { from, to });
        }
    }

    /// Everything written so far is safe from now on.
    pub(crate) fn sync(&mut self) {
        for change in self.pending.drain(..) {
            let len = change.len_after(self.stable.len());
            self.stable.resize(len, 0);
            change.apply(&mut self.stable, 0);
        }
    }

    /// A failed fsync as Linux does it: the pages count as clean although they never reached the
    /// platter. Programs go on reading the new bytes; the next power cut brings back the old.
    pub(crate) fn forget_unsynced(&mut self) {
        self.pending.clear();
    }

    /// The file as it is found after the power came back.
    pub(crate) fn survivor(mut self, mode: Mode, mut dice: Dice, damage: &mut Damage) -> File {
        let kept_eighths = KEPT_EIGHTHS[dice.below(KEPT_EIGHTHS.len())];
        damage.changes_unsynced += self.pending.len();
        self.tear_last_write(mode, &mut dice);
        let len = self.surviving_len(kept_eighths, &mut dice);
        let longest = self.longest();
        let block_bytes = match mode {
            Mode::Ordered => PAGE_BYTES,
            Mode::Strict => SECTOR_BYTES,
        };
        let stable_len = self.stable.len();
        let mut image = std::mem::take(&mut self.stable);
        image.resize(longest, 0);
        for (block, changes) in self.touched(block_bytes) {
            let start = block * block_bytes;
            let end = (start + block_bytes).min(longest);
            // ext4 data=ordered lets a file grow only over blocks that were written first.
            let fewest = usize::from(mode == Mode::Ordered && start >= stable_len);
            let kept = if dice.chance(kept_eighths) {
                changes.len()
            } else {
                fewest + dice.below(changes.len() - fewest)
            };
            for change in &changes[..kept] {
                self.pending[*change].apply(&mut image[start..end], start);
            }
            let lost = kept < changes.len() || start >= len;
            damage.blocks_lost += usize::from(lost);
            damage.blocks_kept += usize::from(!lost);
        }
        image.truncate(len);
        File {
            seen: image.clone(),
            stable: image,
            pending: Vec::new(),
        }
    }

    /// The write that was under way when the power failed stops somewhere inside.
    fn tear_last_write(&mut self, mode: Mode, dice: &mut Dice) {
        if let Some(Change::Write { offset, bytes }) = self.pending.last_mut()
            && dice.chance(4)
        {
            let mut end = *offset + dice.below(bytes.len());
            if mode == Mode::Ordered {
                end -= end % SECTOR_BYTES;
            }
            bytes.truncate(end.saturating_sub(*offset));
        }
    }

    /// One of the lengths that the file had since the last fsync: metadata are written late, too.
    fn surviving_len(&self, kept_eighths: usize, dice: &mut Dice) -> usize {
        let lens = self.lens();
        if dice.chance(kept_eighths) {
            lens[lens.len() - 1]
        } else {
            lens[dice.below(lens.len())]
        }
    }

    fn longest(&self) -> usize {
        self.lens().into_iter().max().unwrap_or_default()
    }

    fn lens(&self) -> Vec<usize> {
        let mut lens = vec![self.stable.len()];
        for change in &self.pending {
            lens.push(change.len_after(lens[lens.len() - 1]));
        }
        lens
    }

    /// For every block that a pending change touches: the numbers of those changes, oldest first.
    fn touched(&self, block_bytes: usize) -> BTreeMap<usize, Vec<usize>> {
        let mut blocks: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (number, change) in self.pending.iter().enumerate() {
            let range = change.range();
            for block in range.start / block_bytes..range.end.div_ceil(block_bytes) {
                blocks.entry(block).or_default().push(number);
            }
        }
        blocks
    }
}
