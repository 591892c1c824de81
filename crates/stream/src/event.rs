//! An event as the house keeps it: only what the allow-list names, borrowed from the bytes it was
//! read from. It never knows JSON or files.

use crate::record;

/// One event at one site.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Event<'a> {
    /// Who says so: a URI-reference, for example `/sites/camden/tills/3`.
    pub source: &'a str,
    /// Unique per source; the pair makes an event idempotent.
    pub id: &'a str,
    /// When it happened by the source's own clock, in microseconds since 1970 UTC.
    pub time_us: i64,
    /// The site's id.
    pub site: &'a str,
    /// What happened.
    pub body: Body<'a>,
}

impl Event<'_> {
    /// The kind that goes with the body.
    pub fn kind(&self) -> Kind {
        match self.body {
            Body::Till {
                movement: Movement::Sale,
                ..
            } => Kind::Sale,
            Body::Till {
                movement: Movement::Refund,
                ..
            } => Kind::Refund,
            Body::Till {
                movement: Movement::Void,
                ..
            } => Kind::Void,
            Body::Till {
                movement: Movement::NoSale,
                ..
            } => Kind::NoSale,
            Body::CameraMark { .. } => Kind::CameraMark,
            Body::Shift { starts: true, .. } => Kind::ShiftStart,
            Body::Shift { starts: false, .. } => Kind::ShiftEnd,
            Body::StockLevel { .. } => Kind::StockLevel,
            Body::ItemLocation { .. } => Kind::ItemLocation,
            Body::Footfall { .. } => Kind::Footfall,
        }
    }
}

/// What a till did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Movement {
    /// Goods went out against money.
    Sale,
    /// Money went out.
    Refund,
    /// A transaction was cancelled.
    Void,
    /// The drawer was opened without a sale.
    NoSale,
}

impl Movement {
    /// `sale`, `refund`, `void` or `no_sale`.
    pub fn name(self) -> &'static str {
        match self {
            Movement::Sale => "sale",
            Movement::Refund => "refund",
            Movement::Void => "void",
            Movement::NoSale => "no_sale",
        }
    }
}

/// The allow-listed data of an event. Money is in minor units (pence, cents).
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Body<'a> {
    /// A till rang something up.
    Till {
        /// What it did.
        movement: Movement,
        /// Which till.
        till: &'a str,
        /// The transaction's number at that till.
        transaction: &'a str,
        /// ISO 4217 code.
        currency: Option<&'a str>,
        /// The total as the till said it.
        total_minor: Option<i64>,
        /// What was on the receipt.
        lines: Lines<'a>,
    },
    /// A camera, or somebody watching it, marked a moment.
    CameraMark {
        /// The camera's device id.
        camera: &'a str,
        /// What was marked.
        label: Option<&'a str>,
    },
    /// Somebody came on or went off shift.
    Shift {
        /// On or off.
        starts: bool,
        /// The person's id.
        person: &'a str,
        /// What they do on this shift.
        role: Option<&'a str>,
        /// Where they do it.
        area: Option<&'a str>,
    },
    /// How much of an article is in stock.
    StockLevel {
        /// Article number.
        sku: &'a str,
        /// Article name.
        name: Option<&'a str>,
        /// Pieces in stock; negative where the books are wrong.
        level: i64,
        /// Price of one.
        price_minor: Option<i64>,
    },
    /// Where an article stands.
    ItemLocation {
        /// Article number.
        sku: &'a str,
        /// Article name.
        name: Option<&'a str>,
        /// The area's id.
        area: &'a str,
        /// Price of one.
        price_minor: Option<i64>,
    },
    /// How many people came in since the last such event.
    Footfall {
        /// People.
        count: u32,
    },
}

/// One line of a receipt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line<'a> {
    /// Article number.
    pub sku: &'a str,
    /// Article name, empty where the till has none.
    pub name: &'a str,
    /// Pieces; negative where they came back.
    pub quantity: i64,
    /// Price of one.
    pub unit_minor: i64,
}

/// The lines of a receipt in their stored form; made by a [`LineBuffer`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Lines<'a> {
    pub(crate) count: usize,
    pub(crate) bytes: &'a [u8],
}

impl<'a> Lines<'a> {
    /// The lines in order.
    pub fn iter(self) -> impl Iterator<Item = Line<'a>> {
        let mut reader = record::Reader::new(self.bytes);
        (0..self.count).map_while(move |_| reader.line())
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.count
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }
}

/// Gathers lines into their stored form, to be used again for the next event.
#[derive(Clone, Debug, Default)]
pub struct LineBuffer {
    count: usize,
    bytes: Vec<u8>,
}

impl LineBuffer {
    /// Adds a line at the end.
    pub fn push(&mut self, line: Line<'_>) {
        record::write_line(&mut self.bytes, line);
        self.count += 1;
    }

    /// Forgets all lines.
    pub fn clear(&mut self) {
        self.count = 0;
        self.bytes.clear();
    }

    /// The lines so far.
    pub fn lines(&self) -> Lines<'_> {
        Lines {
            count: self.count,
            bytes: &self.bytes,
        }
    }
}

/// The kinds of events that are taken; `type` of a CloudEvent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// `outcry.till.sale`
    Sale,
    /// `outcry.till.refund`
    Refund,
    /// `outcry.till.void`
    Void,
    /// `outcry.till.no_sale`
    NoSale,
    /// `outcry.camera.mark`
    CameraMark,
    /// `outcry.shift.start`
    ShiftStart,
    /// `outcry.shift.end`
    ShiftEnd,
    /// `outcry.stock.level`
    StockLevel,
    /// `outcry.item.location`
    ItemLocation,
    /// `outcry.footfall`
    Footfall,
}

impl Kind {
    /// All kinds; the order is that of the stored byte and never changes.
    pub const ALL: [Kind; 10] = [
        Kind::Sale,
        Kind::Refund,
        Kind::Void,
        Kind::NoSale,
        Kind::CameraMark,
        Kind::ShiftStart,
        Kind::ShiftEnd,
        Kind::StockLevel,
        Kind::ItemLocation,
        Kind::Footfall,
    ];

    /// The `type` of the CloudEvent.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Sale => "outcry.till.sale",
            Kind::Refund => "outcry.till.refund",
            Kind::Void => "outcry.till.void",
            Kind::NoSale => "outcry.till.no_sale",
            Kind::CameraMark => "outcry.camera.mark",
            Kind::ShiftStart => "outcry.shift.start",
            Kind::ShiftEnd => "outcry.shift.end",
            Kind::StockLevel => "outcry.stock.level",
            Kind::ItemLocation => "outcry.item.location",
            Kind::Footfall => "outcry.footfall",
        }
    }

    /// The kind of a CloudEvent `type`.
    pub fn from_name(name: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.name() == name)
    }

    pub(crate) fn from_byte(byte: u8) -> Option<Kind> {
        Kind::ALL.get(usize::from(byte)).copied()
    }

    /// One bit per kind, for "does this frame hold any".
    pub(crate) fn bit(self) -> u16 {
        1 << self as u8
    }
}
