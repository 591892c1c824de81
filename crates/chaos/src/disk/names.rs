//! The directory tree: what programs see, what is safe, and the steps between the two.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::{OsStr, OsString};

use crate::dice::Dice;
use crate::disk::{Damage, Mode};

/// A place in the tree: the directory's number and the name in it.
type Place = (u64, OsString);

/// One create, link, remove or rename: what each place holds afterwards. A rename is one step, never
/// half done, as every journalling file system promises.
#[derive(Clone, Debug)]
struct Step(Vec<(Place, Option<u64>)>);

impl Step {
    fn touches_folder(&self, folder: u64) -> bool {
        self.0.iter().any(|((parent, _), _)| *parent == folder)
    }

    fn moves(&self, inode: u64) -> bool {
        self.0.iter().any(|(_, holds)| *holds == Some(inode))
    }

    fn creates(&self, inode: u64) -> bool {
        self.0.len() == 1 && self.moves(inode)
    }

    fn apply(self, tree: &mut BTreeMap<Place, u64>) {
        for (place, holds) in self.0 {
            match holds {
                Some(inode) => tree.insert(place, inode),
                None => tree.remove(&place),
            };
        }
    }
}

/// The names that programs see, those that are safe, and the unsafe steps in order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Names {
    seen: BTreeMap<Place, u64>,
    stable: BTreeMap<Place, u64>,
    pending: Vec<Step>,
}

impl Names {
    pub(crate) fn find(&self, folder: u64, name: &OsStr) -> Option<u64> {
        self.seen.get(&(folder, name.to_owned())).copied()
    }

    pub(crate) fn name_of(&self, inode: u64) -> Option<&OsStr> {
        let mut places = self.seen.iter();
        places.find_map(|((_, name), held)| (*held == inode).then_some(name.as_os_str()))
    }

    /// The entries of one directory, in the order of their names.
    pub(crate) fn list(&self, folder: u64) -> impl Iterator<Item = (&OsStr, u64)> {
        self.seen
            .range((folder, OsString::new())..(folder + 1, OsString::new()))
            .map(|((_, name), inode)| (name.as_os_str(), *inode))
    }

    /// Records what each place holds from now on, as one step.
    pub(crate) fn change(&mut self, edits: Vec<(Place, Option<u64>)>) {
        let step = Step(edits);
        step.clone().apply(&mut self.seen);
        self.pending.push(step);
    }

    /// fsync or fdatasync of a file. Ordered: the journal up to the last step that concerns it
    /// (fdatasync: up to its creation). Strict: nothing; only its directory can make it safe.
    pub(crate) fn sync_file(&mut self, inode: u64, mode: Mode, data_only: bool) {
        let concerns = |step: &Step| match data_only {
            true => step.creates(inode),
            false => step.moves(inode),
        };
        if mode == Mode::Ordered {
            self.commit_through(self.pending.iter().rposition(concerns));
        }
    }

    /// fsync of a directory: its entries are safe. Ordered: with all that came before them.
    pub(crate) fn sync_folder(&mut self, folder: u64, mode: Mode) {
        match mode {
            Mode::Ordered => {
                let concerns = |step: &Step| step.touches_folder(folder) || step.moves(folder);
                self.commit_through(self.pending.iter().rposition(concerns));
            }
            Mode::Strict => self.commit_folder(folder),
        }
    }

    fn commit_through(&mut self, last: Option<usize>) {
        if let Some(last) = last {
            for step in self.pending.drain(..=last) {
                step.apply(&mut self.stable);
            }
        }
    }

    /// Commits the steps in this directory and the earlier ones that they build upon.
    fn commit_folder(&mut self, folder: u64) {
        let mut built_upon: BTreeSet<Place> = BTreeSet::new();
        let mut committed = Vec::new();
        let mut left = Vec::new();
        for step in self.pending.drain(..).rev() {
            let wanted = step.0.iter().any(|(place, _)| built_upon.contains(place));
            if wanted || step.touches_folder(folder) {
                built_upon.extend(step.0.iter().map(|(place, _)| place.clone()));
                committed.push(step);
            } else {
                left.push(step);
            }
        }
        for step in committed.into_iter().rev() {
            step.apply(&mut self.stable);
        }
        self.pending = left.into_iter().rev().collect();
    }

    /// The tree as it is found after the power came back. Ordered: some prefix of the journal.
    /// Strict: any of the steps, except those that build upon one that was lost.
    pub(crate) fn survivor(self, mode: Mode, mut dice: Dice, damage: &mut Damage) -> Names {
        let mut tree = self.stable;
        let prefix = dice.below(self.pending.len() + 1);
        let mut lost: BTreeSet<Place> = BTreeSet::new();
        for (number, step) in self.pending.into_iter().enumerate() {
            let kept = match mode {
                Mode::Ordered => number < prefix,
                Mode::Strict => {
                    dice.chance(4) && !step.0.iter().any(|(place, _)| lost.contains(place))
                }
            };
            if kept {
                damage.names_kept += 1;
                step.apply(&mut tree);
            } else {
                damage.names_undone += 1;
                lost.extend(step.0.into_iter().map(|(place, _)| place));
            }
        }
        Names {
            seen: tree.clone(),
            stable: tree,
            pending: Vec::new(),
        }
    }
}
