//! Comment: words on the incident, at any time, even after it is closed.

use super::{Event, NOTE_CHARS_MAX, Refusal};
use crate::Personal;

pub(super) fn comment(text: Personal) -> Result<Vec<Event>, Refusal> {
    let chars = text.open().unwrap_or_default().trim().chars().count();
    if (1..=NOTE_CHARS_MAX).contains(&chars) {
        Ok(vec![Event::Commented { text }])
    } else {
        Err(Refusal::invalid(
            "/text",
            format!("must be 1 to {NOTE_CHARS_MAX} characters"),
        ))
    }
}
