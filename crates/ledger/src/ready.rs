//! Ready: whether the database answers, asked in the cheapest way.

use crate::Error;
use crate::ledger::Ledger;

impl Ledger {
    /// Returns when the database has answered a read of one row, whatever that row says. `Stopped`
    /// when nothing more is written.
    pub async fn answers(&self) -> Result<(), Error> {
        if self.0.writer.ended() {
            return Err(Error::Stopped);
        }
        let sql = "SELECT projected FROM head LIMIT 1";
        self.0.store.row::<(i64,)>(sql, &[]).await?;
        Ok(())
    }
}
