//! How much memory an incident takes, roughly: enough to keep the ones in memory within a bound.

use outcry_domain::incident::{Answer, Context, Report};
use outcry_domain::{Incident, Personal};

/// What every incident takes: its own fields, its steps, its reasons.
const INCIDENT_BYTES: usize = 3_072;
/// A delivery with its place in the map.
const DELIVERY_BYTES: usize = 384;
/// An answer, an item, a receipt, a line, or what else is listed.
const ENTRY_BYTES: usize = 160;

/// The incident in bytes, to within a factor of about two.
pub(crate) fn bytes(incident: &Incident) -> usize {
    let told = incident.deliveries.values();
    let told: usize = told
        .map(|delivery| DELIVERY_BYTES + delivery.provider_text.as_ref().map_or(0, String::len))
        .sum();
    INCIDENT_BYTES + said(&incident.report) + told + incident.context.as_ref().map_or(0, found)
}

fn said(report: &Report) -> usize {
    let answers = report.fields.values().map(|answer| match answer {
        Answer::Text(words) => ENTRY_BYTES + text(words),
        Answer::Many(chips) => ENTRY_BYTES * (1 + chips.len()),
        Answer::Choice(_) | Answer::Flag(_) | Answer::Number(_) => ENTRY_BYTES,
    });
    let listed = (report.items.len() + report.left_out.len()) * ENTRY_BYTES;
    report.narrative.as_ref().map_or(0, text) + answers.sum::<usize>() + listed
}

fn text(personal: &Personal) -> usize {
    match personal {
        Personal::Open(text) | Personal::Sealed(text) => text.len(),
        Personal::Forgotten => 0,
    }
}

fn found(context: &Context) -> usize {
    let receipts = context.tills.iter().flat_map(|till| &till.transactions);
    let receipts: usize = receipts.map(|receipt| 1 + receipt.lines.len()).sum();
    let others = context.tills.len()
        + context.matches.len()
        + context.cameras.len()
        + context.on_shift.len()
        + context.stock.len()
        + context.sources.len();
    (receipts + others) * ENTRY_BYTES
}
