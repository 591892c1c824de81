//! The files of the browser app: read from disk in a debug build, embedded and compressed in a
//! release.

mod files;
mod send;

pub(crate) use files::{filled, folder, prepare};
pub(crate) use send::{asset, manifest, worker};
