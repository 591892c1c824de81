//! Sealing and opening of the texts of one story: AES-256-GCM, a random nonce each, bound to the
//! story so that a sealed text moved elsewhere opens nowhere.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use outcry_domain::Personal;
use outcry_domain::personal::Visit;

use super::{Held, Vault};

/// The key of one story. Only its bytes are kept: there are many, and each is used seldom.
pub(crate) struct DataKey([u8; 32]);

impl DataKey {
    pub(super) fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    pub(super) fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    fn ready(&self) -> LessSafeKey {
        let key = UnboundKey::new(&AES_256_GCM, &self.0).expect("32 bytes are an AES-256 key");
        LessSafeKey::new(key)
    }

    fn seal(&self, stream: &str, text: &str, nonce: [u8; NONCE_LEN]) -> String {
        let mut sealed = Vec::with_capacity(NONCE_LEN + text.len() + AES_256_GCM.tag_len());
        sealed.extend_from_slice(&nonce);
        sealed.extend_from_slice(text.as_bytes());
        let tag = self
            .ready()
            .seal_in_place_separate_tag(
                Nonce::assume_unique_for_key(nonce),
                Aad::from(stream.as_bytes()),
                &mut sealed[NONCE_LEN..],
            )
            .expect("texts have limits far below AES-GCM's");
        sealed.extend_from_slice(tag.as_ref());
        URL_SAFE_NO_PAD.encode(sealed)
    }

    fn open(&self, stream: &str, sealed: &str) -> Option<String> {
        let mut sealed = URL_SAFE_NO_PAD.decode(sealed).ok()?;
        let (nonce, sealed) = sealed.split_at_mut_checked(NONCE_LEN)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let open = self
            .ready()
            .open_in_place(nonce, Aad::from(stream.as_bytes()), sealed)
            .ok()?;
        String::from_utf8(open.to_vec()).ok()
    }
}

/// Why nothing more is said in a story whose texts nobody had erased.
pub(crate) const KEY_LOST: &str =
    "the key of its story is gone, and no fact says that it was erased";

/// Whether there is a text in it that has to be sealed.
pub(crate) fn speaks(of: &mut dyn Visit) -> bool {
    let mut speaks = false;
    of.personal(&mut |personal| speaks |= matches!(personal, Personal::Open(_)));
    speaks
}

/// Seals every open text. Under a destroyed key nothing can be kept, so it is forgotten at once.
pub(crate) fn seal_all(vault: &Vault, held: &Held, stream: &str, of: &mut dyn Visit) {
    of.personal(&mut |personal| {
        let Personal::Open(text) = personal else {
            return;
        };
        *personal = match held {
            Held::Key(key) => Personal::Sealed(key.seal(stream, text, vault.random())),
            Held::Forgotten => Personal::Forgotten,
        };
    });
}

/// Opens every sealed text; `false` if one does not open although its key is there.
pub(crate) fn open_all(held: &Held, stream: &str, of: &mut dyn Visit) -> bool {
    let mut whole = true;
    of.personal(&mut |personal| {
        let Personal::Sealed(text) = personal else {
            return;
        };
        *personal = match held {
            Held::Key(key) => match key.open(stream, text) {
                Some(open) => Personal::Open(open),
                None => {
                    whole = false;
                    Personal::Forgotten
                }
            },
            Held::Forgotten => Personal::Forgotten,
        };
    });
    whole
}
