//! Where the writer runs. Never knows what it writes.

use std::io;

use tokio::sync::oneshot;

use super::Task;
use crate::Error;

impl Task {
    /// Runs on a thread of its own: each commit takes a dozen turns with the database, and none of them
    /// stands in line behind requests. What comes back resolves when the task has ended. Fails with
    /// `Unavailable` when the machine has no file or no thread left.
    pub(super) fn start(self) -> Result<oneshot::Receiver<()>, Error> {
        let (ended, end) = oneshot::channel();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(no_room)?;
        std::thread::Builder::new()
            .name("ledger-writer".to_owned())
            .spawn(move || {
                // A panic is as final as a commit that failed.
                let broken = self.broken.clone().drop_guard();
                runtime.block_on(self.run());
                broken.disarm();
                let _ = ended.send(());
            })
            .map_err(no_room)?;
        Ok(end)
    }
}

#[allow(clippy::needless_pass_by_value)] // as map_err hands it over
fn no_room(why: io::Error) -> Error {
    Error::Unavailable(format!(
        "the thread that writes the log cannot be started: {why}. This machine allows too few open files or \
         threads"
    ))
}
