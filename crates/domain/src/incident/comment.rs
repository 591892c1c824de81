//! Comment: words on the incident, at any time, even after it is closed.

use outcry_words::say;

use super::{Event, Incident, NOTE_CHARS_MAX, Refusal};
use crate::Personal;

/// The most comments of one incident.
pub(crate) const COMMENTS_MAX: u32 = 1_000;

pub(super) fn comment(incident: &Incident, text: Personal) -> Result<Vec<Event>, Refusal> {
    if incident.comments >= COMMENTS_MAX {
        return Err(Refusal::invalid(
            "/text",
            say("check-comments", [("most", COMMENTS_MAX.into())]),
        ));
    }
    let chars = text.open().unwrap_or_default().trim().chars().count();
    if (1..=NOTE_CHARS_MAX).contains(&chars) {
        Ok(vec![Event::Commented { text }])
    } else {
        Err(Refusal::invalid(
            "/text",
            say("check-comment", [("most", NOTE_CHARS_MAX.into())]),
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::super::Command;
    use super::super::given::*;
    use super::*;

    #[test]
    fn an_incident_keeps_so_many_comments_and_says_so() {
        let mut tale = Tale::theft();
        let comment = || Command::Comment {
            text: Personal::new("seen again"),
        };
        let ann = by("ann", 1);
        for _ in 0..COMMENTS_MAX {
            tale.when(comment(), &ann).expect("kept");
        }
        let refused = tale.when(comment(), &ann).map(<[_]>::len);
        assert!(
            matches!(&refused, Err(Refusal::Invalid(faults))
                if faults.to_string().starts_with("/text: this incident has 1000 comments")),
            "{refused:?}"
        );
    }

    #[test]
    fn an_empty_comment_says_nothing() {
        let mut tale = Tale::theft();
        let text = Personal::new("  ");
        let refused = tale.when(Command::Comment { text }, &by("ann", 1));
        assert!(matches!(refused, Err(Refusal::Invalid(_))));
    }
}
