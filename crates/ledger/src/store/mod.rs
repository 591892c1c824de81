//! Two databases behind one door: the same SQL text with `$1 … $n` runs on both.
//! The only place that knows which engine it is; never knows what the statements mean.

pub(crate) mod postgres;
pub(crate) mod schema;
pub(crate) mod sqlite;
mod text;

use sqlx::postgres::PgRow;
use sqlx::query::Query;
use sqlx::sqlite::SqliteRow;
use sqlx::{
    AssertSqlSafe, Connection as _, Encode, FromRow, PgConnection, PgPool, Postgres, SqlSafeStr,
    Sqlite, SqliteConnection, SqlitePool, Type,
};

pub(crate) use text::Text;

/// How many keys one statement looks up.
const KEYS: [usize; 4] = [1, 8, 64, KEYS_MAX];
/// The most keys that one statement looks up.
const KEYS_MAX: usize = 256;

/// A parameter of a statement.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Value<'a> {
    Int(i64),
    MaybeInt(Option<i64>),
    Text(&'a str),
    MaybeText(Option<&'a str>),
    Bytes(&'a [u8]),
}

/// Something that a row of either engine becomes.
pub(crate) trait Row:
    for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin
{
}
impl<T> Row for T where T: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin
{}

/// Where reads go.
#[derive(Clone)]
pub(crate) enum Store {
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

/// One connection that owns its transaction.
pub(crate) enum Connection {
    Sqlite(Box<SqliteConnection>),
    Postgres(Box<PgConnection>),
}

/// Every statement passes here, and can be watched: without its values, which may be personal.
fn bind<'q, DB>(sql: impl SqlSafeStr, values: &[Value<'_>]) -> Query<'q, DB, DB::Arguments>
where
    DB: sqlx::Database,
    i64: for<'t> Encode<'t, DB> + Type<DB>,
    Option<i64>: for<'t> Encode<'t, DB> + Type<DB>,
    for<'t> &'t str: Encode<'t, DB> + Type<DB>,
    for<'t> Option<&'t str>: Encode<'t, DB> + Type<DB>,
    for<'t> &'t [u8]: Encode<'t, DB> + Type<DB>,
{
    let sql = sql.into_sql_str();
    tracing::trace!(target: "outcry_ledger::statement", engine = DB::NAME, sql = sql.as_str());
    values
        .iter()
        .fold(sqlx::query::<DB>(sql), |query, value| match *value {
            Value::Int(number) => query.bind(number),
            Value::MaybeInt(number) => query.bind(number),
            Value::Text(text) => query.bind(text),
            Value::MaybeText(text) => query.bind(text),
            Value::Bytes(bytes) => query.bind(bytes),
        })
}

/// `$7, $8, $9`, or `?, ?, ?`: SQLite finds a numbered parameter by walking a list of all of them,
/// which for the thousand of a large statement costs more than what the statement does.
pub(crate) fn places(first: usize, count: usize, numbered: bool) -> String {
    let place = |place| {
        if numbered {
            format!("${place}")
        } else {
            "?".to_owned()
        }
    };
    (first..first + count)
        .map(place)
        .collect::<Vec<_>>()
        .join(", ")
}

fn read<R, T>(rows: &[R]) -> Result<Vec<T>, sqlx::Error>
where
    R: sqlx::Row,
    T: for<'r> FromRow<'r, R>,
{
    rows.iter().map(T::from_row).collect()
}

impl Store {
    /// All rows of a query; the query bounds them.
    pub(crate) async fn rows<T: Row>(
        &self,
        sql: impl SqlSafeStr,
        values: &[Value<'_>],
    ) -> Result<Vec<T>, sqlx::Error> {
        match self {
            Self::Sqlite(pool) => read(&bind::<Sqlite>(sql, values).fetch_all(pool).await?),
            Self::Postgres(pool) => read(&bind::<Postgres>(sql, values).fetch_all(pool).await?),
        }
    }

    /// The first row of a query, if there is one.
    pub(crate) async fn row<T: Row>(
        &self,
        sql: impl SqlSafeStr,
        values: &[Value<'_>],
    ) -> Result<Option<T>, sqlx::Error> {
        match self {
            Self::Sqlite(pool) => {
                let row = bind::<Sqlite>(sql, values).fetch_optional(pool).await?;
                row.as_ref().map(T::from_row).transpose()
            }
            Self::Postgres(pool) => {
                let row = bind::<Postgres>(sql, values).fetch_optional(pool).await?;
                row.as_ref().map(T::from_row).transpose()
            }
        }
    }

    /// Bytes of a column as hex digits.
    pub(crate) fn hex(&self, column: &str) -> String {
        match self {
            Self::Sqlite(_) => format!("hex({column})"),
            Self::Postgres(_) => format!("encode({column}, 'hex')"),
        }
    }

    /// A text as the bytes that it has, whether they are one or not.
    pub(crate) fn bytes(&self, text: &str) -> String {
        match self {
            Self::Sqlite(_) => format!("CAST({text} AS BLOB)"),
            Self::Postgres(_) => format!("textsend({text})"),
        }
    }

    /// All rows of a query over many keys: `before` ends with `IN`, `after` follows the list.
    pub(crate) async fn rows_of<T: Row>(
        &self,
        before: &str,
        keys: &[&str],
        after: &str,
    ) -> Result<Vec<T>, sqlx::Error> {
        let mut found = Vec::new();
        for keys in keys.chunks(KEYS_MAX) {
            // Few sizes, so that the statement stays prepared; a key named twice is found once.
            let size = KEYS
                .into_iter()
                .find(|size| *size >= keys.len())
                .unwrap_or(KEYS_MAX);
            let numbered = matches!(self, Self::Postgres(_));
            let sql = format!("{before} ({}) {after}", places(1, size, numbered));
            let padded = keys.iter().chain(std::iter::repeat(&keys[0])).take(size);
            let values: Vec<Value<'_>> = padded.map(|key| Value::Text(key)).collect();
            found.extend(self.rows::<T>(AssertSqlSafe(sql), &values).await?);
        }
        Ok(found)
    }

    pub(crate) async fn close(&self) {
        match self {
            Self::Sqlite(pool) => pool.close().await,
            Self::Postgres(pool) => pool.close().await,
        }
    }
}

impl Connection {
    /// Whether the parameters of long statements have numbers.
    pub(crate) fn numbered(&self) -> bool {
        matches!(self, Self::Postgres(_))
    }

    /// Runs a statement; how many rows it changed.
    pub(crate) async fn execute(
        &mut self,
        sql: impl SqlSafeStr,
        values: &[Value<'_>],
    ) -> Result<u64, sqlx::Error> {
        match self {
            Self::Sqlite(c) => {
                let done = bind::<Sqlite>(sql, values).execute(&mut **c).await?;
                Ok(done.rows_affected())
            }
            Self::Postgres(c) => {
                let done = bind::<Postgres>(sql, values).execute(&mut **c).await?;
                Ok(done.rows_affected())
            }
        }
    }

    /// All rows of a query; the query bounds them.
    pub(crate) async fn rows<T: Row>(
        &mut self,
        sql: impl SqlSafeStr,
        values: &[Value<'_>],
    ) -> Result<Vec<T>, sqlx::Error> {
        match self {
            Self::Sqlite(c) => read(&bind::<Sqlite>(sql, values).fetch_all(&mut **c).await?),
            Self::Postgres(c) => read(&bind::<Postgres>(sql, values).fetch_all(&mut **c).await?),
        }
    }

    /// Begins a transaction that may write.
    pub(crate) async fn begin(&mut self) -> Result<(), sqlx::Error> {
        match self {
            Self::Sqlite(_) => self.execute("BEGIN IMMEDIATE", &[]).await,
            Self::Postgres(_) => self.execute("BEGIN", &[]).await,
        }
        .map(drop)
    }

    pub(crate) async fn commit(&mut self) -> Result<(), sqlx::Error> {
        self.execute("COMMIT", &[]).await.map(drop)
    }

    pub(crate) async fn rollback(&mut self) -> Result<(), sqlx::Error> {
        self.execute("ROLLBACK", &[]).await.map(drop)
    }

    pub(crate) async fn close(self) -> Result<(), sqlx::Error> {
        match self {
            Self::Sqlite(c) => c.close().await,
            Self::Postgres(c) => c.close().await,
        }
    }
}
