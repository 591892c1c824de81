//! What is asked about an incident and what is found. Times are microseconds since 1970 UTC, money is
//! in minor units; every list has a limit.

use crate::event::Movement;
use crate::limits::CONTEXT_REACH_US_MAX;

/// A question about the surroundings of an incident.
#[derive(Clone, Debug)]
pub struct Query {
    /// The site's id.
    pub site: String,
    /// When the incident happened.
    pub around_us: i64,
    /// How far to look back; at most an hour.
    pub before_us: i64,
    /// How far to look ahead; at most an hour.
    pub after_us: i64,
    /// Where in the site, if known.
    pub area: Option<String>,
    /// What was taken, returned or damaged.
    pub items: Vec<ItemWanted>,
    /// The site's cameras.
    pub cameras: Vec<Camera>,
}

const FIVE_MINUTES_US: i64 = 5 * 60 * 1_000_000;

impl Query {
    /// Five minutes either side of a moment at a site.
    pub fn new(site: impl Into<String>, around_us: i64) -> Query {
        Query {
            site: site.into(),
            around_us,
            before_us: FIVE_MINUTES_US,
            after_us: FIVE_MINUTES_US,
            area: None,
            items: Vec::new(),
            cameras: Vec::new(),
        }
    }

    /// First instant that is looked at.
    pub fn from_us(&self) -> i64 {
        self.around_us
            .saturating_sub(self.before_us.clamp(0, CONTEXT_REACH_US_MAX))
    }

    /// Last instant that is looked at.
    pub fn until_us(&self) -> i64 {
        self.around_us
            .saturating_add(self.after_us.clamp(0, CONTEXT_REACH_US_MAX))
    }
}

/// An article as it was reported.
#[derive(Clone, Debug, Default)]
pub struct ItemWanted {
    /// Article number, if known.
    pub sku: Option<String>,
    /// What the reporter called it.
    pub name: String,
    /// Pieces.
    pub quantity: u32,
}

/// A camera and what it sees.
#[derive(Clone, Debug, Default)]
pub struct Camera {
    /// Device id.
    pub camera: String,
    /// Its name.
    pub name: String,
    /// Where it hangs.
    pub area: Option<String>,
    /// The areas it looks at.
    pub covers: Vec<String>,
}

/// What was found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Context {
    /// Tills with something in the window, by name.
    pub tills: Vec<TillContext>,
    /// Reported items on receipts, most certain first.
    pub matches: Vec<ItemMatch>,
    /// Cameras to view.
    pub cameras: Vec<CameraView>,
    /// Who was on shift, longest first.
    pub on_shift: Vec<OnShift>,
    /// What is known of the reported items.
    pub stock: Vec<StockFound>,
    /// People who came in during the window; nothing if nobody counts.
    pub footfall: Option<u64>,
    /// First instant looked at.
    pub from_us: i64,
    /// Last instant looked at.
    pub until_us: i64,
    /// Who has ever sent something about the site, by name.
    pub sources: Vec<SourceSeen>,
    /// When this was put together.
    pub taken_at_us: i64,
    /// Events of the window that came more than a minute after their own time.
    pub late: u32,
    /// Transactions of the window that the limit left out.
    pub omitted: u32,
}

/// One till's transactions in order of time.
#[derive(Clone, Debug, PartialEq)]
pub struct TillContext {
    /// The till.
    pub till: String,
    /// By how much its clock is ahead (negative: behind, or slow to deliver); unknown from too few events.
    pub clock_error_ms: Option<i64>,
    /// Its transactions, times by its own clock.
    pub transactions: Vec<Transaction>,
}

/// One transaction.
#[derive(Clone, Debug, PartialEq)]
pub struct Transaction {
    /// The till's number for it.
    pub id: String,
    /// What it was.
    pub kind: Movement,
    /// When, by the till's clock.
    pub at_us: i64,
    /// The total as sent, else the sum of the lines.
    pub total_minor: i64,
    /// ISO 4217 code.
    pub currency: Option<String>,
    /// What was on it, up to the limit.
    pub lines: Vec<TransactionLine>,
}

/// One line.
#[derive(Clone, Debug, PartialEq)]
pub struct TransactionLine {
    /// Article number.
    pub sku: String,
    /// Article name.
    pub name: String,
    /// Pieces.
    pub quantity: i64,
    /// Price of one.
    pub unit_minor: i64,
}

/// A reported item on a receipt.
#[derive(Clone, Debug, PartialEq)]
pub struct ItemMatch {
    /// The item as it was reported.
    pub item: String,
    /// The transaction's number.
    pub transaction: String,
    /// The till.
    pub till: String,
    /// When, by the till's clock.
    pub at_us: i64,
    /// Sold, refunded or voided.
    pub kind: Movement,
    /// 1 for the same article number, up to 0.9 by name.
    pub confidence: f64,
}

/// Which recording to look at.
#[derive(Clone, Debug, PartialEq)]
pub struct CameraView {
    /// Device id.
    pub camera: String,
    /// Its name.
    pub name: String,
    /// Where it hangs.
    pub area: Option<String>,
    /// From here.
    pub from_us: i64,
    /// To here.
    pub until_us: i64,
}

/// Somebody on shift.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OnShift {
    /// The person's id.
    pub person: String,
    /// What they do.
    pub role: Option<String>,
    /// Where.
    pub area: Option<String>,
    /// Since when.
    pub since_us: i64,
}

/// The latest that is known of an article.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StockFound {
    /// Article number.
    pub sku: String,
    /// Article name.
    pub name: Option<String>,
    /// Price of one.
    pub price_minor: Option<i64>,
    /// The area where it stands.
    pub location: Option<String>,
    /// Pieces in stock.
    pub level: Option<i64>,
}

/// Somebody who sends events.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceSeen {
    /// The `source` of its events.
    pub source: String,
    /// Its events in the window.
    pub events: u32,
    /// Time of its latest event, in the window or not.
    pub last_at_us: i64,
    /// Its events in the window that came late.
    pub late: u32,
}
