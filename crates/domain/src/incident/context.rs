//! What the house knew around the time: tills, cameras, rota, stock. Copied into the incident's
//! facts with its source, its time and its clock error; never a pointer to what may be gone.

use serde::{Deserialize, Serialize};

use crate::{AreaId, DeviceId, Organisation, PersonId, SiteId, Time};

/// Live context of an incident.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
#[allow(missing_docs)] // the fields carry the names of the API
pub struct Context {
    /// The stretch of time that was looked at.
    pub window: Span,
    pub tills: Vec<Till>,
    /// Transactions of that stretch that are not listed, because there are too many.
    #[serde(skip_serializing_if = "none")]
    pub omitted: u32,
    pub matches: Vec<Match>,
    pub cameras: Vec<Camera>,
    pub on_shift: Vec<OnShift>,
    pub stock: Vec<Stock>,
    /// People counted in that stretch, where a counter reports.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub footfall: Option<u32>,
    pub sources: Vec<Source>,
    pub taken_at: Time,
    /// How many events arrived after the context was first taken.
    pub late: u32,
}

fn none(number: &u32) -> bool {
    *number == 0
}

/// From, and up to but without, until.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct Span {
    pub from: Time,
    pub until: Time,
}

/// One till and what it did.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct Till {
    pub till: DeviceId,
    /// How far its clock is ahead of ours (negative: behind), as far as we can tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clock_error_ms: Option<i64>,
    pub transactions: Vec<Transaction>,
}

/// What a transaction is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum TransactionKind {
    Sale,
    Refund,
    Void,
    NoSale,
}

/// One transaction.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct Transaction {
    pub id: String,
    pub kind: TransactionKind,
    pub at: Time,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total_minor: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lines: Vec<Line>,
}

/// One line of a transaction.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct Line {
    pub sku: String,
    pub name: String,
    pub quantity: i64,
    pub unit_minor: i64,
}

/// A reported item that a transaction contains.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct Match {
    pub item: String,
    pub transaction: String,
    pub till: DeviceId,
    pub at: Time,
    pub kind: TransactionKind,
    /// 0 to 1.
    pub confidence: f64,
}

/// A camera that sees the area, and what to look at.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct Camera {
    pub camera: DeviceId,
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub area: Option<AreaId>,
    pub from: Time,
    pub until: Time,
}

/// Somebody at work.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct OnShift {
    pub id: PersonId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    pub since: Time,
    /// Who says so; the rota, in facts that are older than the other way.
    #[serde(default = "by_the_rota")]
    pub sources: Vec<ShiftSource>,
}

/// How it is known that somebody is at work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ShiftSource {
    /// An event of the stream says so.
    Rota,
    /// They, or somebody for them, said so in Outcry.
    Outcry,
}

fn by_the_rota() -> Vec<ShiftSource> {
    vec![ShiftSource::Rota]
}

impl OnShift {
    /// Whom an event of the stream names.
    pub fn by_the_rota(id: PersonId, role: Option<String>, since: Time) -> Self {
        Self {
            id,
            role,
            since,
            sources: by_the_rota(),
        }
    }

    /// These and whoever of `before` had a shift in Outcry: only the latest shift of everybody is known later.
    pub fn keep(all: &mut Vec<Self>, before: &[Self]) {
        for known in before {
            if known.sources.contains(&ShiftSource::Outcry) {
                Self::add(all, known.clone());
            }
        }
    }

    /// These and whoever has a shift in that store in Outcry at that time.
    pub fn join(all: &mut Vec<Self>, organisation: &Organisation, site: &SiteId, at: Time) {
        for (person, since) in organisation.on_shift(site, at) {
            let shift = Self {
                id: person.id.clone(),
                role: Some(person.role.as_str().to_owned()),
                since,
                sources: vec![ShiftSource::Outcry],
            };
            Self::add(all, shift);
        }
    }

    /// Adds somebody with a shift in Outcry. Whom the rota names as well was at work since the earlier time.
    fn add(all: &mut Vec<Self>, shift: Self) {
        match all.iter_mut().find(|named| named.id == shift.id) {
            Some(named) if named.sources.contains(&ShiftSource::Outcry) => {}
            Some(named) => {
                named.since = named.since.min(shift.since);
                named.sources.push(ShiftSource::Outcry);
            }
            None => all.push(shift),
        }
    }
}

/// Price, place and level of an item.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct Stock {
    pub sku: String,
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price_minor: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<i64>,
}

/// Where events came from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct Source {
    pub source: String,
    pub events: u32,
    pub last_at: Time,
    pub late: u32,
}

#[cfg(test)]
mod tests {
    use super::super::given::*;
    use super::*;
    use crate::organisation::Event;

    fn named(on_shift: &[OnShift]) -> Vec<(&str, Time, &[ShiftSource])> {
        let all = on_shift.iter();
        all.map(|one| (one.id.as_str(), one.since, &one.sources[..]))
            .collect()
    }

    #[test]
    fn who_is_on_shift_is_told_with_who_says_so_and_once() {
        use ShiftSource::{Outcry, Rota};
        let mut shop = shop();
        for (who, since) in [("ann", 5), ("mo", 20)] {
            let started = Event::ShiftStarted {
                person: slug(who),
                site: slug("leeds-012"),
                since: Time(since),
            };
            shop.apply(&started, 1_000);
        }
        let rota = |id: &str, since| OnShift::by_the_rota(slug(id), None, Time(since));
        let mut all = vec![rota("p-0017", 3), rota("ann", 7)];
        for _ in 0..2 {
            OnShift::join(&mut all, &shop, &slug("leeds-012"), Time(10));
            let expected = [
                ("p-0017", Time(3), &[Rota][..]),
                ("ann", Time(5), &[Rota, Outcry][..]),
            ];
            assert_eq!(named(&all), expected, "mo came later, and again is no news");
        }
        OnShift::join(&mut all, &shop, &slug("leeds-012"), Time(20));
        assert_eq!(named(&all)[2], ("mo", Time(20), &[Outcry][..]));
        assert_eq!(all[2].role.as_deref(), Some("manager"));
    }

    #[test]
    fn who_was_at_work_stays_named_when_their_next_shift_is_all_that_is_known() {
        let mut shop = shop();
        let started = |since| Event::ShiftStarted {
            person: slug("ann"),
            site: slug("leeds-012"),
            since: Time(since),
        };
        shop.apply(&started(5), 1_000);
        let mut before = vec![OnShift::by_the_rota(slug("p-0017"), None, Time(3))];
        OnShift::join(&mut before, &shop, &slug("leeds-012"), Time(10));
        shop.apply(&started(20), 1_001);
        let mut all = Vec::new();
        OnShift::join(&mut all, &shop, &slug("leeds-012"), Time(10));
        assert!(all.is_empty(), "it is forgotten");
        OnShift::keep(&mut all, &before);
        let expected = [("ann", Time(5), &[ShiftSource::Outcry][..])];
        assert_eq!(
            named(&all),
            expected,
            "the rota is asked again, and may think again"
        );
        let mut all = vec![OnShift::by_the_rota(slug("ann"), None, Time(7))];
        OnShift::keep(&mut all, &before);
        let both = [ShiftSource::Rota, ShiftSource::Outcry];
        assert_eq!(
            named(&all),
            [("ann", Time(5), &both[..])],
            "whom the rota names has not taken her own word back"
        );
    }

    #[test]
    fn what_was_kept_before_shifts_were_known_is_the_rotas_word() {
        let kept = r#"{"id":"ann","role":"clerk","since":7}"#;
        let read: OnShift = serde_json::from_str(kept).expect("reads");
        let rota = OnShift::by_the_rota(slug("ann"), Some("clerk".into()), Time(7));
        assert_eq!(read, rota);
    }
}
