//! Sign a call and check a signature (Standard Webhooks 1.0, symmetric `v1`).
//! Never knows where the call goes.

use std::fmt;
use std::str::FromStr;

use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// What a signing secret begins with.
const PREFIX: &str = "whsec_";
/// Bytes that a signing secret has, as the standard wants it.
const KEY_BYTES: std::ops::RangeInclusive<usize> = 24..=64;
/// Seconds that a call's time may be away from the receiver's clock.
const TOLERANCE_S: u64 = 5 * 60;

/// One signing secret, ready to use. `Debug` hides it.
#[derive(Clone)]
pub struct SigningKey(hmac::Key);

/// The text is no signing secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "a signing secret is whsec_ and 24 to 64 bytes in base64: make one with  echo whsec_$(openssl rand -base64 32)"
)]
pub struct NotASigningKey;

impl FromStr for SigningKey {
    type Err = NotASigningKey;

    fn from_str(text: &str) -> Result<Self, NotASigningKey> {
        let encoded = text.trim().strip_prefix(PREFIX).ok_or(NotASigningKey)?;
        let bytes = STANDARD.decode(encoded).map_err(|_| NotASigningKey)?;
        if !KEY_BYTES.contains(&bytes.len()) {
            return Err(NotASigningKey);
        }
        Ok(Self(hmac::Key::new(hmac::HMAC_SHA256, &bytes)))
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SigningKey(hidden)")
    }
}

/// The value of `webhook-signature`: for each key `v1,` and the base64 of HMAC-SHA256 over `id.at_s.body`, joined
/// with spaces. `at_s` is seconds since 1970 UTC.
#[must_use]
pub fn sign(keys: &[SigningKey], id: &str, at_s: i64, body: &[u8]) -> String {
    let signatures = keys.iter().map(|key| {
        let mut context = hmac::Context::with_key(&key.0);
        context.update(format!("{id}.{at_s}.").as_bytes());
        context.update(body);
        format!("v1,{}", STANDARD.encode(context.sign()))
    });
    signatures.collect::<Vec<_>>().join(" ")
}

/// Why a call is not to be believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VerifyError {
    /// `webhook-timestamp` is no number.
    #[error("webhook-timestamp must be whole seconds since 1970")]
    Timestamp,
    /// The call is older or newer than five minutes: perhaps somebody sends an old one again.
    #[error("the call's time is more than 5 minutes away from ours")]
    TooFarAway,
    /// No signature fits any of the keys.
    #[error("no signature fits")]
    Signature,
}

/// Checks a call as its receiver must: the three headers' values, the body exactly as it came, the receiver's clock in
/// seconds since 1970 UTC. Any signature that fits any key is enough; the comparison takes the same time wherever
/// they differ.
///
/// # Errors
/// [`VerifyError`].
pub fn verify(
    keys: &[SigningKey],
    id: &str,
    timestamp: &str,
    signatures: &str,
    body: &[u8],
    now_s: i64,
) -> Result<(), VerifyError> {
    let at_s: i64 = timestamp.parse().map_err(|_| VerifyError::Timestamp)?;
    if at_s.abs_diff(now_s) > TOLERANCE_S {
        return Err(VerifyError::TooFarAway);
    }
    let signed = [id.as_bytes(), b".", timestamp.as_bytes(), b".", body].concat();
    let fits = signatures
        .split(' ')
        .filter_map(|signature| STANDARD.decode(signature.strip_prefix("v1,")?).ok())
        .any(|tag| {
            keys.iter()
                .any(|key| hmac::verify(&key.0, &signed, &tag).is_ok())
        });
    if fits {
        Ok(())
    } else {
        Err(VerifyError::Signature)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    // The vector of the standard's own libraries.
    const SECRET: &str = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
    const ID: &str = "msg_27UH4WbU6Z5A5EzD8u03UvzRbpk";
    const AT_S: i64 = 1_649_367_553;
    const BODY: &[u8] = br#"{"email":"test@example.com","username":"test_user"}"#;
    const SIGNATURE: &str = "v1,tZ1I4/hDygAJgO5TYxiSd6Sd0kDW6hPenDe+bTa3Kkw=";

    fn key(byte: u8) -> SigningKey {
        format!("whsec_{}", STANDARD.encode([byte; 32]))
            .parse()
            .unwrap()
    }

    #[test]
    fn the_published_vector_passes() {
        let keys = [SECRET.parse().unwrap()];
        assert_eq!(sign(&keys, ID, AT_S, BODY), SIGNATURE);
        assert_eq!(
            verify(&keys, ID, &AT_S.to_string(), SIGNATURE, BODY, AT_S),
            Ok(())
        );
    }

    #[test]
    fn while_a_secret_is_changed_either_key_verifies() {
        let both = sign(&[key(2), key(1)], ID, AT_S, BODY);
        for one in [key(1), key(2)] {
            assert_eq!(
                verify(&[one], ID, &AT_S.to_string(), &both, BODY, AT_S),
                Ok(())
            );
        }
        assert_eq!(
            verify(&[key(3)], ID, &AT_S.to_string(), &both, BODY, AT_S),
            Err(VerifyError::Signature)
        );
    }

    #[test]
    fn five_minutes_are_tolerated_and_no_more() {
        let keys = [key(1)];
        let signature = sign(&keys, ID, AT_S, BODY);
        for (now_s, result) in [
            (AT_S + 300, Ok(())),
            (AT_S - 300, Ok(())),
            (AT_S + 301, Err(VerifyError::TooFarAway)),
            (AT_S - 301, Err(VerifyError::TooFarAway)),
        ] {
            assert_eq!(
                verify(&keys, ID, &AT_S.to_string(), &signature, BODY, now_s),
                result
            );
        }
        assert_eq!(
            verify(&keys, ID, "soon", &signature, BODY, AT_S),
            Err(VerifyError::Timestamp)
        );
    }

    #[test]
    fn only_a_secret_of_the_standard_form_is_a_key() {
        for bad in [
            "",
            "whsec_",
            "C2FVsBQIhrscChlQIMV+b5sSYspob7oD",
            "whsec_c2hvcnQ=",
            "whsec_!!!!",
        ] {
            assert!(bad.parse::<SigningKey>().is_err(), "{bad}");
        }
        assert_eq!(format!("{:?}", key(1)), "SigningKey(hidden)");
    }

    proptest! {
        #[test]
        fn a_change_anywhere_is_noticed(id in "[!-~]{1,40}", body: Vec<u8>, at_s in 0i64..4_000_000_000, flip: prop::sample::Index) {
            let keys = [key(1)];
            let signature = sign(&keys, &id, at_s, &body);
            prop_assert_eq!(verify(&keys, &id, &at_s.to_string(), &signature, &body, at_s), Ok(()));
            let mut other = body.clone();
            if other.is_empty() { other.push(0) } else { let at = flip.index(other.len()); other[at] ^= 1 }
            prop_assert_eq!(verify(&keys, &id, &at_s.to_string(), &signature, &other, at_s), Err(VerifyError::Signature));
            prop_assert_eq!(verify(&keys, &format!("{id}x"), &at_s.to_string(), &signature, &body, at_s), Err(VerifyError::Signature));
            prop_assert_eq!(verify(&keys, &id, &(at_s + 1).to_string(), &signature, &body, at_s), Err(VerifyError::Signature));
        }

        #[test]
        fn no_header_panics(timestamp in ".{0,20}", signatures in ".{0,80}", now_s: i64) {
            prop_assert!(verify(&[key(1)], "id", &timestamp, &signatures, b"", now_s).is_err());
        }
    }
}
