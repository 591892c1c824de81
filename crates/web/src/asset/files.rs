//! The files, each with its hash, its media type and its gzip form.

use std::borrow::Cow;
use std::collections::HashMap;
use std::io::Write;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use aws_lc_rs::digest;
use axum::body::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use rust_embed::RustEmbed;

#[derive(RustEmbed)]
#[folder = "ui/"]
#[exclude = "node_modules/*"]
#[exclude = "test/*"]
#[exclude = "e2e/*"]
#[exclude = "*.md"]
#[exclude = "*.ts"]
#[exclude = "*.sh"]
#[exclude = "package*.json"]
#[exclude = "tsconfig.json"]
#[exclude = ".*"]
struct Files;

/// How much of a hash tells one version of a file from another.
const VERSION_BYTES: usize = 12;
/// Files smaller than this gain nothing.
const COMPRESSED_FROM_BYTES: usize = 512;

/// A file as it is sent.
#[derive(Debug, Clone)]
pub(super) struct File {
    pub(super) plain: Bytes,
    /// `None` where compression gains nothing.
    pub(super) gzip: Option<Bytes>,
    /// SHA-256, shortened, with the quotes of an ETag.
    pub(super) tag: String,
    pub(super) form: &'static str,
}

/// The folder of this program's files as browsers ask for it: its name is made of all that is in them, so that
/// what was fetched from it may be kept for ever. Modules and styles name one another by relative paths
/// and stay within it. A debug build keeps the name that the files had when the first page was sent.
pub(crate) fn folder() -> &'static str {
    static FOLDER: LazyLock<String> = LazyLock::new(|| {
        let mut all = digest::Context::new(&digest::SHA256);
        for path in Files::iter() {
            all.update(path.as_bytes());
            if let Some(file) = Files::get(&path) {
                all.update(&file.metadata.sha256_hash());
            }
        }
        format!("/assets/{}", hex(&all.finish().as_ref()[..VERSION_BYTES]))
    });
    &FOLDER
}

/// A text of ours with the folder's name in its places.
pub(crate) fn filled(text: &str) -> String {
    text.replace("{{assets}}", folder())
}

/// Compressed once; a file that changed on disk (debug builds) is read anew.
static READY: LazyLock<Mutex<HashMap<String, Arc<File>>>> = LazyLock::new(Mutex::default);

/// Compresses every file, so that nobody waits for it later.
pub(crate) fn prepare() {
    for path in Files::iter() {
        find(&path);
    }
}

/// The file of that path.
pub(super) fn find(path: &str) -> Option<Arc<File>> {
    let found = Files::get(path)?;
    let hash = found.metadata.sha256_hash();
    let tag = format!("\"{}\"", hex(&hash[..VERSION_BYTES]));
    let mut ready = READY.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(file) = ready.get(path).filter(|file| file.tag == tag) {
        return Some(Arc::clone(file));
    }
    let plain = match found.data {
        Cow::Borrowed(bytes) => Bytes::from_static(bytes),
        Cow::Owned(bytes) => Bytes::from(bytes),
    };
    let file = Arc::new(File::of(plain, tag, form(path)));
    ready.insert(path.to_owned(), Arc::clone(&file));
    Some(file)
}

impl File {
    fn of(plain: Bytes, tag: String, form: &'static str) -> Self {
        Self {
            gzip: gzip(&plain, form),
            plain,
            tag,
            form,
        }
    }

    /// The same file with the folder's name in its places.
    pub(super) fn filled(&self) -> Self {
        let text = filled(&String::from_utf8_lossy(&self.plain));
        let version = folder().rsplit('/').next().unwrap_or_default();
        let tag = format!("\"{}-{version}\"", self.tag.trim_matches('"'));
        Self::of(text.into(), tag, self.form)
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn gzip(plain: &[u8], form: &str) -> Option<Bytes> {
    let packed_already = matches!(form, "font/woff2" | "image/png");
    if plain.len() < COMPRESSED_FROM_BYTES || packed_already {
        return None;
    }
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(plain).ok()?;
    let packed = encoder.finish().ok()?;
    (packed.len() < plain.len()).then(|| packed.into())
}

/// The media type by the end of the name.
fn form(path: &str) -> &'static str {
    match path.rsplit('.').next().unwrap_or_default() {
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" => "application/json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "woff2" => "font/woff2",
        "html" => "text/html; charset=utf-8",
        "webmanifest" => "application/manifest+json",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_the_browser_needs_is_there() {
        assert!(find("app.js").is_some());
        for absent in [
            "package.json",
            "node_modules/htm/package.json",
            "../Cargo.toml",
            ".gitignore",
            "vendor/build.sh",
            "",
        ] {
            assert!(find(absent).is_none(), "{absent}");
        }
    }

    #[test]
    fn files_name_one_another_without_the_folder() {
        for path in Files::iter() {
            let file = find(&path).expect("there");
            let text = String::from_utf8_lossy(&file.plain);
            let own = path == "manifest.webmanifest"; // it is fetched once and names the mark for good
            assert!(own || !text.contains("\"/assets/"), "{path}");
            assert!(!text.contains("'/assets/"), "{path}");
        }
    }

    #[test]
    fn what_is_compressed_reads_back() {
        let file = find("vendor/ui.js").expect("there");
        let mut plain = Vec::new();
        let mut decoder = flate2::write::GzDecoder::new(&mut plain);
        decoder
            .write_all(file.gzip.as_ref().expect("large"))
            .expect("reads");
        decoder.finish().expect("ends");
        assert_eq!(plain, file.plain);
    }
}
