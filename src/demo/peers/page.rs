//! What the simulated peers show: the last letters and calls, newest first, as plain text.

use std::fmt::Write as _;

use super::Kept;

/// Letters and calls that are shown, each.
const SHOWN_MAX: usize = 30;

pub(super) fn words(kept: &Kept) -> String {
    let mut page = String::from(
        "SIMULATED by outcry demo: a mail server and a webhook receiver. Nothing on this page left the machine.\n",
    );
    let (letters, calls) = (&kept.letters, &kept.calls);
    let _ = writeln!(
        page,
        "\n{} letters taken, the last of them:\n",
        letters.taken
    );
    for letter in letters.last.iter().rev().take(SHOWN_MAX) {
        let _ = writeln!(
            page,
            "{}  to {}\n  {}",
            letter.at.rfc3339(),
            letter.to,
            letter.subject
        );
        for line in letter.text.lines() {
            let _ = writeln!(page, "  | {line}");
        }
        page.push('\n');
    }
    let _ = writeln!(
        page,
        "{} webhook calls came, the last of them:\n",
        calls.taken
    );
    for call in calls.last.iter().rev().take(SHOWN_MAX) {
        let _ = writeln!(
            page,
            "{}  for {}\n  id {}\n  answered {}",
            call.at.rfc3339(),
            call.to,
            call.id,
            call.answered
        );
        let _ = writeln!(page, "  | {}\n", call.body);
    }
    page
}
