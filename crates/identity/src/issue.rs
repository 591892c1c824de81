//! Make a token out of fresh random bytes.
//! Never asks for randomness itself.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::token::{Kind, RANDOM_BYTES, Token, TokenHash};

/// A new token and the hash to keep of it. `random` must come from the operating system's randomness and be used
/// for nothing else: whoever knows it holds the token.
#[must_use]
pub fn issue(kind: Kind, random: [u8; RANDOM_BYTES]) -> (Token, TokenHash) {
    let mut text = String::from(kind.prefix());
    URL_SAFE_NO_PAD.encode_string(random, &mut text);
    text.push_str(&checksum(&text));
    let hash = TokenHash::of(kind, &random);
    (Token { kind, text, hash }, hash)
}

/// CRC-32 (ISO-HDLC) of prefix and secret, big-endian, as 6 characters of base64url. It keeps no secret: it lets a
/// typing error be told without a look-up and keeps secret scanners from false alarms.
pub(crate) fn checksum(body: &str) -> String {
    URL_SAFE_NO_PAD.encode(crc32fast::hash(body.as_bytes()).to_be_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_is_prefix_secret_and_checksum() {
        let (token, _) = issue(Kind::Api, [0; 32]);
        // python3 -c "import zlib,base64; b='oc_api_'+'A'*43;
        //   print(base64.urlsafe_b64encode(zlib.crc32(b.encode()).to_bytes(4,'big')).decode().rstrip('='))"
        assert_eq!(
            token.reveal(),
            "oc_api_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAKi7Ssg"
        );
    }
}
