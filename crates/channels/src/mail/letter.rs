//! One letter: what it says and how it is written down (RFC 5322, MIME).
//! Never knows who reads it or why.

use std::fmt::Write as _;
use std::time::{Duration, SystemTime};

use aws_lc_rs::digest;
use lettre::Address;
use lettre::address::Envelope;
use lettre::message::header::{ContentType, HeaderName, HeaderValue, MIME_VERSION_1_0};
use lettre::message::{Mailbox, MessageBuilder};
use outcry_words::say;

use crate::DedupeKey;
use crate::text::{one_line, paragraphs};

/// Characters of what happened that fit the subject of a phone's lock screen.
const WHAT_CHARS_MAX: usize = 60;
/// Characters of a place's name in the subject.
const PLACE_CHARS_MAX: usize = 80;
/// Characters of an incident's reference.
const REFERENCE_CHARS_MAX: usize = 40;
/// Characters of the whole subject: its parts and what joins them.
const SUBJECT_CHARS_MAX: usize = 200;
/// Characters of the text; a letter is to be read on a phone.
const TEXT_CHARS_MAX: usize = 8_000;
/// Bytes of a mail address (RFC 5321 section 4.5.3.1.3).
const ADDRESS_BYTES_MAX: usize = 254;
/// The last second that a Date header can tell.
const LAST_SECOND: u64 = 253_402_300_799;

/// A letter about one incident to one mailbox. Any text is safe in any part: control characters and line ends
/// cannot leave their part, and too much text is shortened and ends with `…`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// The mailbox, such as `duty.manager@shop.example`, in ASCII.
    pub to: String,
    /// 1 (critical) to 4 (low), shown as `[P1]`.
    pub priority: u8,
    /// What happened, in two or three words: `Panic`.
    pub what: String,
    /// Where, as people call it: `Camden High St`.
    pub place: String,
    /// The incident's reference: `INC-7F3K-92QX`.
    pub reference: String,
    /// What the reader must know and do, the most important first, in plain text.
    pub text: String,
}

/// A letter ready to be handed to a mail server.
#[derive(Debug)]
pub(super) struct Written {
    pub(super) envelope: Envelope,
    /// ASCII in lines that end with CR LF, the last one without.
    pub(super) text: String,
}

impl Letter {
    /// The subject line: `[P1] Panic at Camden High St: INC-7F3K-92QX`.
    #[must_use]
    pub fn subject(&self) -> String {
        let what = one_line(&self.what, WHAT_CHARS_MAX);
        let place = one_line(&self.place, PLACE_CHARS_MAX);
        let reference = one_line(&self.reference, REFERENCE_CHARS_MAX);
        let subject = say(
            "letter-subject",
            [
                ("priority", self.priority.into()),
                ("what", what.into()),
                ("place", place.into()),
                ("reference", reference.into()),
            ],
        );
        let subject = one_line(&subject, SUBJECT_CHARS_MAX);
        // A text that looks like an encoded word (RFC 2047) would be decoded by the reader's program.
        subject.replace("=?", "= ?")
    }

    /// Writes the letter down as of `now_us`. The same letter with the same key has the same `Message-ID`.
    pub(super) fn write(
        &self,
        from: &Mailbox,
        key: &DedupeKey,
        now_us: i64,
    ) -> Result<Written, String> {
        let to = self.recipient()?;
        let envelope = Envelope::new(Some(from.email.clone()), vec![to.clone()])
            .map_err(|error| error.to_string())?;
        let second = u64::try_from(now_us.div_euclid(1_000_000))
            .unwrap_or(0)
            .min(LAST_SECOND);
        let reference = one_line(&self.reference, REFERENCE_CHARS_MAX).replace("=?", "= ?");
        let message = MessageBuilder::new()
            .date(SystemTime::UNIX_EPOCH + Duration::from_secs(second))
            .from(from.clone())
            .to(Mailbox::new(None, to))
            .subject(self.subject())
            .message_id(Some(message_id(key, from.email.domain())))
            .raw_header(header("Auto-Submitted", "auto-generated"))
            .raw_header(header("X-Outcry-Incident", &reference))
            .raw_header(header("X-Outcry-Delivery", key.as_str()))
            .header(MIME_VERSION_1_0)
            .header(ContentType::TEXT_PLAIN)
            .envelope(envelope.clone())
            .body(paragraphs(&self.text, TEXT_CHARS_MAX))
            .map_err(|error| error.to_string())?;
        let text = String::from_utf8(message.formatted()).map_err(|error| error.to_string())?;
        Ok(Written { envelope, text })
    }

    fn recipient(&self) -> Result<Address, String> {
        let address = self.to.trim();
        let fits = address.is_ascii()
            && address.len() <= ADDRESS_BYTES_MAX
            && !address.contains(char::is_control);
        match address.parse() {
            Ok(address) if fits => Ok(address),
            _ => Err(say("outcome-mail-address", [])),
        }
    }
}

fn header(name: &'static str, value: &str) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned())
}

/// The first 128 bits of SHA-256 over the key, at the sender's domain.
fn message_id(key: &DedupeKey, domain: &str) -> String {
    let mut id = String::from("<");
    for byte in &digest::digest(&digest::SHA256, key.as_str().as_bytes()).as_ref()[..16] {
        let _ = write!(id, "{byte:02x}");
    }
    let _ = write!(id, "@{domain}>");
    id
}
