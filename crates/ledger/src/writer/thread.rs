//! Where the writer runs. Never knows what it writes.

use tokio::sync::oneshot;

use super::Task;

impl Task {
    /// Runs on a thread of its own: each commit takes a dozen turns with the database, and none of them
    /// stands in line behind requests. What comes back resolves when the task has ended.
    pub(super) fn start(self) -> oneshot::Receiver<()> {
        let (ended, end) = oneshot::channel();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a thread can have a runtime");
        std::thread::Builder::new()
            .name("ledger-writer".to_owned())
            .spawn(move || {
                runtime.block_on(self.run());
                let _ = ended.send(());
            })
            .expect("a thread can be started");
        end
    }
}
