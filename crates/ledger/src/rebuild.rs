//! Rebuild: the read tables filled again from the log, in one transaction: a crash on the way leaves
//! what was there before.

use outcry_domain::incident::Summary;
use outcry_domain::{Incident, Stream};
use serde::Serialize;
use sqlx::AssertSqlSafe;

use crate::entry::FactRow;
use crate::facts::corrupt;
use crate::incidents::row::{self, Row};
use crate::open::{self, Lost};
use crate::recognise::{lacks_a_table, recognise};
use crate::shifts::{self, Shifts};
use crate::store::{Connection, Store, Value, schema};
use crate::work::fold;
use crate::{Broken, Database, Error, Settings, search};

/// Facts read at once.
const PAGE: i64 = 4_096;
/// Rows written at once.
const ROWS: usize = 256;
/// What sorts before every incident, and after the settings never.
const FIRST: &str = "";
/// The story of the settings, which sorts after all incidents.
const SETTINGS: &str = "organisation";

/// Damaged incidents that are named; more are only counted.
const DAMAGED_MAX: usize = 100;

/// What was done.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Rebuilt {
    /// Facts read.
    pub facts: u64,
    /// Incidents written.
    pub incidents: u64,
    /// Incidents left out, for not all that the log has of them can be read.
    pub left_out: u64,
    /// The first bad record of each, of 100 at most.
    pub damaged: Vec<Broken>,
}

/// Fills the read tables of a closed house again, and makes what is missing of them. On PostgreSQL other processes wait meanwhile.
/// An incident that cannot be read is left out and named. Fails with `Missing` where there is no log, and
/// makes none; with `Corrupt` where the settings cannot be read.
pub async fn rebuild(settings: &Settings) -> Result<Rebuilt, Error> {
    recognise(settings).await?;
    let mut opened = open::database(settings, Lost::MadeAgain).await?;
    let done = refill(&mut opened.connection, FIRST).await;
    opened.store.close().await;
    opened.connection.close().await?;
    done
}

/// Refuses a database that lost a table which can be made again: what needs it would fail for ever, and
/// the rest go on as if all were well.
pub(crate) async fn tables_are_there(
    settings: &Settings,
    store: &Store,
    made: usize,
) -> Result<(), Error> {
    let tables: String = schema::read_tables(made)
        .map(|table| format!(", {table}"))
        .collect();
    let sql = format!("SELECT head.sequence FROM head{tables} WHERE FALSE");
    match store.row::<(i64,)>(AssertSqlSafe(sql), &[]).await {
        Err(error) if lacks_a_table(&error) => {
            tracing::error!(%error, "a read table is missing");
            let answers = "SELECT expires FROM once WHERE FALSE";
            let what = match store.row::<(i64,)>(answers, &[]).await {
                Ok(_) => "a table of the database is missing",
                Err(_) => {
                    "the table of answered requests is missing, and one of the last 24 hours that is sent again \
                     will be taken for a new one"
                }
            };
            Err(needed(settings, what))
        }
        read => Ok(read.map(drop)?),
    }
}

/// Refuses a read table that was emptied: nobody would be told what is open. Looks at its first row alone,
/// which is that of the first story that can be read.
pub(crate) async fn tables_are_filled(settings: &Settings, store: &Store) -> Result<(), Error> {
    let sql =
        "SELECT (SELECT MIN(stream) FROM fact WHERE stream > $1), (SELECT MIN(id) FROM incident)";
    let mut after = FIRST.to_owned();
    loop {
        let firsts: Option<(Option<String>, Option<String>)> =
            store.row(sql, &[Value::Text(&after)]).await?;
        let (story, row) = firsts.unwrap_or_default();
        let story = story.filter(|story| story != SETTINGS);
        if story == row {
            return Ok(());
        }
        match story {
            Some(story) if is_damaged(store, &story).await? => after = story,
            _ => {
                let what = "the table of incidents is not what the log says";
                return Err(needed(settings, what));
            }
        }
    }
}

async fn is_damaged(store: &Store, stream: &str) -> Result<bool, Error> {
    let sql = "SELECT region, sequence, stream, version, at, actor, kind, body, hash FROM fact \
               WHERE stream = $1 ORDER BY version";
    let rows: Vec<FactRow> = store.rows(sql, &[Value::Text(stream)]).await?;
    let mut story = Story::default();
    rows.iter().for_each(|row| story.take(row));
    Ok(story.damage.is_some())
}

pub(crate) fn needed(settings: &Settings, what: &str) -> Error {
    let data = settings.data.display();
    let config = match settings.database {
        Database::Sqlite => "",
        Database::Postgres { .. } => " --config FILE",
    };
    Error::Unavailable(format!(
        "{what}; no fact and no key is lost with it, and no backup is needed: with the server stopped, run: \
         outcry rebuild --data {data}{config}"
    ))
}

/// Finishes what was cut short: when the read tables are not as far as the log, they are refilled.
pub(crate) async fn catch_up(connection: &mut Connection) -> Result<(), Error> {
    let sql = "SELECT region FROM head WHERE projected <> sequence";
    let behind: Vec<(String,)> = connection.rows(sql, &[]).await?;
    if behind.is_empty() {
        return Ok(());
    }
    tracing::warn!("the read tables are behind the log: they are filled again");
    // As they are after an upgrade: what hangs on the incidents is as it was.
    let first = match behind.iter().all(|(region,)| region == SETTINGS) {
        true => SETTINGS,
        false => FIRST,
    };
    for Broken {
        region,
        sequence,
        why,
    } in refill(connection, first).await?.damaged
    {
        tracing::error!(%region, sequence, %why, "an incident is damaged and left out of the read tables: run outcry verify");
    }
    Ok(())
}

/// Fills the tables from the story `first` on.
async fn refill(connection: &mut Connection, first: &str) -> Result<Rebuilt, Error> {
    connection.begin().await?;
    let done = fill(connection, first).await;
    match done {
        Ok(done) => {
            connection.commit().await.map_err(|_| Error::Stopped)?;
            Ok(done)
        }
        Err(error) => {
            connection.rollback().await?;
            Err(error)
        }
    }
}

/// Empties what is filled from the story `first` on, and makes what is missing.
async fn empty(connection: &mut Connection, first: &str) -> Result<(), Error> {
    // Nobody appends meanwhile.
    connection
        .execute("UPDATE head SET projected = sequence", &[])
        .await?;
    make(connection, schema::ALL).await?;
    if first == FIRST {
        connection.execute("DELETE FROM incident", &[]).await?;
    }
    connection.execute("DELETE FROM shift", &[]).await?;
    Ok(())
}

/// Makes what is missing of the tables that the first so many migrations made.
async fn make(connection: &mut Connection, made: usize) -> Result<(), Error> {
    schema::restore(connection, made).await?;
    // What the search has lost it reads again, from the start of the log.
    let sql = "DELETE FROM cursor_at WHERE follower = $1 AND NOT EXISTS (SELECT 1 FROM token)";
    connection
        .execute(sql, &[Value::Text(search::FOLLOWER)])
        .await?;
    Ok(())
}

/// The same before the migrations that go on from there, which find no table missing then.
pub(crate) async fn make_for_upgrade(
    connection: &mut Connection,
    made: usize,
) -> Result<(), Error> {
    if made == schema::ALL {
        return Ok(());
    }
    connection.begin().await?;
    make(connection, made).await?;
    Ok(connection.commit().await?)
}

async fn fill(connection: &mut Connection, first: &str) -> Result<Rebuilt, Error> {
    empty(connection, first).await?;
    let sql = "SELECT region, sequence, stream, version, at, actor, kind, body, hash FROM fact \
               WHERE (stream, version) > ($1, $2) ORDER BY stream, version LIMIT $3";
    let mut upsert = row::upsert();
    let mut done = Rebuilt::default();
    let mut place = (first.to_owned(), 0);
    let (mut shifts, mut settings) = (Shifts::default(), 0);
    let mut story = Story::default();
    let mut rows = Vec::with_capacity(ROWS);
    loop {
        let values = [Value::Text(&place.0), Value::Int(place.1), Value::Int(PAGE)];
        let mut page: Vec<FactRow> = connection.rows(sql, &values).await?;
        let ends = !pages_on(&mut page)?;
        if let Some(last) = page.last() {
            place = (last.stream.clone(), last.version);
        }
        for row in &page {
            done.facts += 1;
            if row.stream == SETTINGS {
                let fact = row.fact()?;
                settings += 1;
                if fact.version != settings {
                    return Err(corrupt(&fact, "the fact before it is missing"));
                }
                shifts.take(&fact.event);
                continue;
            }
            if story.stream != row.stream {
                rows.extend(done.finish(std::mem::take(&mut story)));
            }
            story.take(row);
        }
        if ends {
            rows.extend(done.finish(story));
            done.incidents += write(connection, &mut upsert, &mut rows).await?;
            break;
        }
        if rows.len() >= ROWS {
            done.incidents += write(connection, &mut upsert, &mut rows).await?;
        }
    }
    shifts::upsert().run(connection, &shifts.values()).await?;
    Ok(done)
}

/// Whether there is a page after this one, which then begins after its last row: cut back to one whose story
/// has a name, for nothing begins after a text that is none.
fn pages_on(page: &mut Vec<FactRow>) -> Result<bool, Error> {
    if page.len() < usize::try_from(PAGE).unwrap_or(usize::MAX) {
        return Ok(false);
    }
    let named = |row: &FactRow| row.stream.parse::<Stream>().is_ok();
    let last = page.iter().rposition(named).ok_or(Error::Damaged)?;
    page.truncate(last + 1);
    Ok(true)
}

/// The facts of one incident, one after the other.
#[derive(Default)]
struct Story {
    stream: String,
    incident: Option<Incident>,
    damage: Option<Broken>,
}

impl Story {
    /// Folds its next fact in. After one that cannot be read nothing can be said of it.
    fn take(&mut self, row: &FactRow) {
        self.stream.clone_from(&row.stream);
        if self.damage.is_some() {
            return;
        }
        let folded = row.fact().and_then(|fact| match fact.stream {
            Stream::Incident(id) => fold(&mut self.incident, id, &fact),
            Stream::Organisation => Err(corrupt(&fact, "settings in the story of an incident")),
        });
        if let Err(error) = folded {
            let why = match error {
                Error::Corrupt { why, .. } => why,
                other => other.to_string(),
            };
            self.damage = Some(Broken::new(&row.region, row.sequence, why));
        }
    }
}

impl Rebuilt {
    /// The row of a story that is over; `None` where it cannot be read.
    fn finish(&mut self, story: Story) -> Option<Row> {
        let Some(damage) = story.damage else {
            let incident = story.incident?;
            return Some(Row::new(Summary::of(&incident)));
        };
        self.left_out += 1;
        if self.damaged.len() < DAMAGED_MAX {
            self.damaged.push(damage);
        }
        None
    }
}

async fn write(
    connection: &mut Connection,
    upsert: &mut crate::writer::ManyRows,
    rows: &mut Vec<Row>,
) -> Result<u64, Error> {
    let values: Vec<Value<'_>> = rows.iter().flat_map(Row::values).collect();
    upsert.run(connection, &values).await?;
    let count = rows.len() as u64;
    drop(values);
    rows.clear();
    Ok(count)
}
