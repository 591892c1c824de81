//! Open-loop load: when each request is due is fixed beforehand, whatever became of the ones before it.

use std::time::{Duration, Instant};

use tokio::sync::mpsc;

/// The instants at which requests are due: `per_s` a second for `for_s` seconds, handed out when their time
/// has come by a thread of its own, so that a busy runtime does not make the schedule late.
pub(crate) fn every(per_s: f64, for_s: f64) -> mpsc::UnboundedReceiver<Instant> {
    let (sender, receiver) = mpsc::unbounded_channel();
    std::thread::spawn(move || {
        let begun = Instant::now();
        let count = (per_s * for_s) as u64;
        for number in 0..count {
            let due = begun + Duration::from_secs_f64(number as f64 / per_s);
            std::thread::sleep(due.saturating_duration_since(Instant::now()));
            if sender.send(due).is_err() {
                return;
            }
        }
    });
    receiver
}
