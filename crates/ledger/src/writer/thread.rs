//! Where the writer runs. Never knows what it writes.

use std::io;

use tokio::sync::oneshot;

use super::Task;

impl Task {
    /// Runs on a thread of its own: each commit takes a dozen turns with the database, and none of them
    /// stands in line behind requests. What comes back resolves when the task has ended. Fails when
    /// the machine has no file or no thread left.
    pub(super) fn start(self) -> io::Result<oneshot::Receiver<()>> {
        let (ended, end) = oneshot::channel();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        std::thread::Builder::new()
            .name("ledger-writer".to_owned())
            .spawn(move || {
                // A panic is as final as a commit that failed.
                let broken = self.broken.clone().drop_guard();
                runtime.block_on(self.run());
                broken.disarm();
                let _ = ended.send(());
            })?;
        Ok(end)
    }
}
