//! The keys of regions: 32 bytes in a file that only its owner can read. They wrap the keys of
//! stories, so a key may be replaced without any fact being written again.

use std::fs::{self, File, OpenOptions};
use std::io::{Read as _, Write as _};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::hmac;
use outcry_domain::RegionId;

use super::seal::DataKey;
use crate::{Error, directory};

/// The bytes of a key.
const KEY_BYTES: usize = 32;
/// The bytes of a fingerprint.
const FINGERPRINT_BYTES: usize = 16;

/// A region's key.
pub(crate) struct RegionKey {
    wrap: LessSafeKey,
    search: hmac::Key,
    fingerprint: [u8; FINGERPRINT_BYTES],
    id: String,
}

impl RegionKey {
    fn new(region: &RegionId, bytes: &[u8; KEY_BYTES]) -> Self {
        // Each use has a key of its own, derived by HMAC (NIST SP 800-108, one block).
        let root = hmac::Key::new(hmac::HMAC_SHA256, bytes);
        let derived = |label: &[u8]| hmac::sign(&root, label);
        let wrap = UnboundKey::new(&AES_256_GCM, derived(b"outcry wrap 1").as_ref())
            .expect("an HMAC-SHA256 tag has the length of an AES-256 key");
        let mut fingerprint = [0; FINGERPRINT_BYTES];
        fingerprint
            .copy_from_slice(&derived(b"outcry fingerprint 1").as_ref()[..FINGERPRINT_BYTES]);
        Self {
            wrap: LessSafeKey::new(wrap),
            search: hmac::Key::new(hmac::HMAC_SHA256, derived(b"outcry search 1").as_ref()),
            fingerprint,
            id: Self::id_of(region),
        }
    }

    /// The name of a region's present key.
    pub(crate) fn id_of(region: &RegionId) -> String {
        format!("region/{region}/1")
    }

    /// The name under which rows say which key wrapped them.
    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    /// Tells this key from any other without telling anything about it.
    pub(crate) fn fingerprint(&self) -> [u8; FINGERPRINT_BYTES] {
        self.fingerprint
    }

    /// Wraps a story's key for that story alone: nonce, ciphertext, tag.
    pub(crate) fn wrap(&self, stream: &str, key: &DataKey, nonce: [u8; NONCE_LEN]) -> Vec<u8> {
        let mut sealed = key.bytes().to_vec();
        self.wrap
            .seal_in_place_append_tag(
                Nonce::assume_unique_for_key(nonce),
                Aad::from(self.binding(stream)),
                &mut sealed,
            )
            .expect("32 bytes are within AES-GCM's limit");
        let mut wrapped = nonce.to_vec();
        wrapped.append(&mut sealed);
        wrapped
    }

    /// The story's key; `None` when the bytes were changed or belong to another story.
    pub(crate) fn unwrap(&self, stream: &str, wrapped: &[u8]) -> Option<DataKey> {
        let (nonce, sealed) = wrapped.split_at_checked(NONCE_LEN)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let mut sealed = sealed.to_vec();
        let open = self
            .wrap
            .open_in_place(nonce, Aad::from(self.binding(stream)), &mut sealed)
            .ok()?;
        Some(DataKey::new((&*open).try_into().ok()?))
    }

    fn binding(&self, stream: &str) -> Vec<u8> {
        format!("{stream}\n{}", self.id).into_bytes()
    }

    /// The keyed hash of a word, of which the search keeps 8 bytes: enough to find, too little and
    /// too keyed to read.
    pub(crate) fn term(&self, word: &str) -> i64 {
        let tag = hmac::sign(&self.search, word.as_bytes());
        let mut low = [0; 8];
        low.copy_from_slice(&tag.as_ref()[..8]);
        i64::from_be_bytes(low)
    }
}

pub(crate) fn path(directory: &Path, region: &RegionId) -> PathBuf {
    directory.join(format!("region-{region}.key"))
}

fn failed(what: &str, path: &Path, why: &std::io::Error) -> Error {
    Error::file(&format!("cannot {what} {}", path.display()), why)
}

/// Refuses what others may enter or read.
pub(super) fn private(path: &Path, mode: &str) -> Result<(), Error> {
    let found = fs::metadata(path).map_err(|why| failed("read", path, &why))?;
    if found.permissions().mode() & 0o077 == 0 {
        return Ok(());
    }
    Err(Error::Unavailable(format!(
        "others on this machine can read {}; run: chmod {mode} {}",
        path.display(),
        path.display()
    )))
}

/// Reads a region's key; `None` when there is no file.
pub(crate) fn read(directory: &Path, region: &RegionId) -> Result<Option<RegionKey>, Error> {
    let path = path(directory, region);
    let file = match File::open(&path) {
        Ok(file) => file,
        Err(why) if why.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(why) => return Err(failed("read", &path, &why)),
    };
    private(&path, "600")?;
    let mut bytes = Vec::with_capacity(KEY_BYTES);
    file.take(KEY_BYTES as u64 + 1)
        .read_to_end(&mut bytes)
        .map_err(|why| failed("read", &path, &why))?;
    let bytes: [u8; KEY_BYTES] = bytes.try_into().map_err(|_| {
        Error::Unavailable(format!(
            "{} is not a key: a key has {KEY_BYTES} bytes",
            path.display()
        ))
    })?;
    Ok(Some(RegionKey::new(region, &bytes)))
}

/// Writes a new key, making the directory for it if need be; it is on the disk, and findable there,
/// before this returns.
pub(super) fn make(
    keys: &Path,
    region: &RegionId,
    bytes: [u8; KEY_BYTES],
) -> Result<RegionKey, Error> {
    directory::make(keys).map_err(|why| failed("make", keys, &why))?;
    let path = path(keys, region);
    let fresh = keys.join(format!(".region-{region}.new"));
    let write = || {
        // A crash may have left half a key under this name; nothing was ever sealed with it.
        if fresh.exists() {
            fs::remove_file(&fresh)?;
        }
        let mut file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&fresh)?;
        file.write_all(&bytes)?;
        file.sync_all()?;
        // A hard link, unlike a rename, never replaces a key that is there already.
        fs::hard_link(&fresh, &path)?;
        fs::remove_file(&fresh)?;
        directory::sync(keys)
    };
    write().map_err(|why| failed("write", &path, &why))?;
    Ok(RegionKey::new(region, &bytes))
}
