//! Chores: what else is written, each in a commit of its own.

use outcry_domain::{RegionId, Time};
use tokio::sync::oneshot;

use super::append::sort;
use super::{Task, Writer};
use crate::Error;
use crate::store::Value;

/// The longest lease, in seconds.
pub(crate) const LEASE_MAX_S: u32 = 60;
/// One that ends in more seconds than that was taken before the clock was set back, and nobody waits for that. Far
/// more than a clock is ahead that its owner lets go back slowly, for that owner still works.
const LEASE_AHEAD_S: u32 = 600;

/// Who waits for a chore; `None` once answered.
pub(crate) type Reply<T> = Option<oneshot::Sender<T>>;

/// Something to write that is no fact.
pub(crate) enum Chore {
    /// A loop asks to have its work to itself; answered with whether it has.
    Lease {
        name: String,
        owner: String,
        now: Time,
        until: Time,
        reply: Reply<bool>,
    },
    /// A region key is put to use; answered with the fingerprint that counts.
    Kek {
        id: String,
        fingerprint: Vec<u8>,
        reply: Reply<Vec<u8>>,
    },
    /// Words of incidents become findable.
    Tokens {
        rows: Vec<(i64, String)>,
        region: RegionId,
        sequence: u64,
        reply: Reply<()>,
    },
}

impl Writer {
    /// Hands a chore over and waits for its answer. `Unavailable`: the connection was lost, and the
    /// chore can be handed over again.
    pub(crate) async fn chore<T>(&self, chore: impl FnOnce(Reply<T>) -> Chore) -> Result<T, Error> {
        let (reply, answer) = oneshot::channel();
        let sent = self.chores.send(chore(Some(reply))).await;
        sent.map_err(|_| Error::Stopped)?;
        answer.await.map_err(|_| match self.broken.is_cancelled() {
            true => Error::Stopped,
            false => Error::Unavailable("the database does not answer at the moment".into()),
        })
    }
}

impl Task {
    pub(super) async fn chore(&mut self, mut chore: Chore) -> Result<(), sqlx::Error> {
        match self.run_chore(&mut chore).await {
            Err(error) if sort(&error).is_none() => {
                self.unanswered = Some(chore);
                Err(error)
            }
            done => {
                // When it is not done nobody is answered, so whoever waits asks again.
                drop(chore);
                self.or_later(done).await
            }
        }
    }

    async fn run_chore(&mut self, chore: &mut Chore) -> Result<(), sqlx::Error> {
        self.connection.begin().await?;
        match chore {
            Chore::Lease {
                name,
                owner,
                now,
                until,
                reply,
            } => {
                let sql = "INSERT INTO lease (name, owner, until) VALUES ($1, $2, $3) \
                           ON CONFLICT (name) DO UPDATE SET owner = excluded.owner, until = excluded.until \
                           WHERE lease.owner = excluded.owner OR lease.until <= $4 OR lease.until > $5";
                let owner = Value::Text(owner);
                let values = [
                    Value::Text(name),
                    owner,
                    Value::Int(until.0),
                    Value::Int(now.0),
                    Value::Int(now.plus_s(LEASE_AHEAD_S).0),
                ];
                let taken = self.connection.execute(sql, &values).await? > 0;
                self.finish(reply, taken).await
            }
            Chore::Kek {
                id,
                fingerprint,
                reply,
            } => {
                let counts = self.adopt(id, fingerprint).await?;
                self.finish(reply, counts).await
            }
            Chore::Tokens {
                rows,
                region,
                sequence,
                reply,
            } => {
                self.rows += rows.len();
                let values: Vec<Value<'_>> = rows
                    .iter()
                    .flat_map(|(term, incident)| [Value::Int(*term), Value::Text(incident)])
                    .collect();
                // First, for its row is what an erasure waits for.
                let cursor = (
                    (crate::search::FOLLOWER.to_owned(), region.clone()),
                    *sequence,
                );
                self.statements
                    .write_cursors(&mut self.connection, &[cursor])
                    .await?;
                self.statements
                    .tokens
                    .run(&mut self.connection, &values)
                    .await?;
                self.finish(reply, ()).await
            }
        }
    }

    /// The fingerprint that counts for a key: the first that was ever used.
    async fn adopt(&mut self, id: &str, fingerprint: &[u8]) -> Result<Vec<u8>, sqlx::Error> {
        let sql = "INSERT INTO kek (id, fingerprint) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING";
        self.connection
            .execute(sql, &[Value::Text(id), Value::Bytes(fingerprint)])
            .await?;
        let sql = "SELECT fingerprint FROM kek WHERE id = $1";
        let mut found = self
            .connection
            .rows::<(Vec<u8>,)>(sql, &[Value::Text(id)])
            .await?;
        found
            .pop()
            .map(|(counts,)| counts)
            .ok_or(sqlx::Error::RowNotFound)
    }

    async fn finish<T>(&mut self, reply: &mut Reply<T>, answer: T) -> Result<(), sqlx::Error> {
        self.connection.commit().await?;
        if let Some(reply) = reply.take() {
            // Who no longer waits does not need the answer.
            let _ = reply.send(answer);
        }
        Ok(())
    }
}
