//! Judges a drafted event against the allow-list's types, the limits, the clock and the known sites.

use std::ops::RangeInclusive;

use super::Rules;
use super::draft::{Draft, Fields};
use super::problem::{At, Problem, Problems};
use super::shape::Loose;
use super::time;
use crate::event::{Body, Event, Kind, Lines, Movement};
use crate::limits::{
    AMOUNT_MINOR_MAX, FOOTFALL_MAX, ID_CHARS_MAX, LABEL_CHARS_MAX, LEVEL_MAX, NAME_CHARS_MAX,
    ROLE_CHARS_MAX, SKU_CHARS_MAX, SLUG_CHARS_MAX, SOURCE_CHARS_MAX, TRANSACTION_CHARS_MAX,
};

/// The event, or everything that is wrong with it.
pub(super) fn check<'d>(
    shape: &Loose<'_>,
    draft: &'d Draft<'_>,
    lines: Lines<'d>,
    rules: Rules<'_>,
) -> Result<Event<'d>, Vec<Problem>> {
    if !matches!(shape, Loose::Object) {
        let batch = "; send several as application/cloudevents-batch+json";
        let hint = if matches!(shape, Loose::List) {
            batch
        } else {
            ""
        };
        return Err(vec![Problem::new(
            "",
            format!("an event must be an object, was {}{hint}", shape.words()),
        )]);
    }
    let mut problems = Problems::default();
    problems.specversion(&draft.specversion);
    let id = problems.text(&draft.id, At::Attribute("id"), ID_CHARS_MAX);
    let source = problems.source(&draft.source);
    let site = problems.site(&draft.subject, rules);
    let time_us = problems.time(&draft.time, rules);
    problems.content(draft);
    let kind = problems.kind(&draft.kind);
    let body = kind.and_then(|kind| problems.body(kind, draft, lines));
    match body {
        Some(body) if problems.is_empty() => Ok(Event {
            source,
            id,
            time_us,
            site,
            body,
        }),
        _ => Err(problems.into_vec()),
    }
}

impl Problems {
    fn specversion(&mut self, slot: &Loose<'_>) {
        let at = At::Attribute("specversion");
        match slot {
            Loose::Text(version) if version == "1.0" => {}
            Loose::Text(_) => self.add(
                at,
                "must be \"1.0\", the only CloudEvents version that is taken",
            ),
            other => self.unfit(other, at, "the text \"1.0\""),
        }
    }

    fn kind(&mut self, slot: &Loose<'_>) -> Option<Kind> {
        let at = At::Attribute("type");
        let Loose::Text(name) = slot else {
            self.unfit(slot, at, "text");
            return None;
        };
        let kind = Kind::from_name(name);
        if kind.is_none() {
            self.add(at, unknown_type(name));
        }
        kind
    }

    fn source<'d>(&mut self, slot: &'d Loose<'_>) -> &'d str {
        let at = At::Attribute("source");
        let source = self.text(slot, at, SOURCE_CHARS_MAX);
        if !source.bytes().all(|byte| URI_BYTES[usize::from(byte)]) {
            self.add(at, "must be a URI-reference such as /sites/camden/tills/3: no spaces, quotes or letters with accents");
        }
        source
    }

    fn site<'d>(&mut self, slot: &'d Loose<'_>, rules: Rules<'_>) -> &'d str {
        let at = At::Attribute("subject");
        let site = self.slug(slot, at);
        if !site.is_empty() && !(rules.known_site)(site) {
            self.add(
                at,
                "must be the id of a site that exists; ask for the list of sites",
            );
        }
        site
    }

    fn time(&mut self, slot: &Loose<'_>, rules: Rules<'_>) -> i64 {
        let at = At::Attribute("time");
        let Loose::Text(text) = slot else {
            self.unfit(slot, at, "an RFC 3339 time such as 2026-11-22T17:05:00Z");
            return 0;
        };
        let Some(time_us) = time::read(text) else {
            self.add(
                at,
                "must be an RFC 3339 time with a zone, such as 2026-11-22T17:05:00Z",
            );
            return 0;
        };
        if time_us > rules.newest_us {
            self.add(
                at,
                "lies more than 5 minutes in the future; check the source's clock",
            );
        } else if time_us < rules.oldest_us {
            self.add(
                at,
                "is older than events are kept; send events within the retention time",
            );
        }
        time_us
    }

    fn content(&mut self, draft: &Draft<'_>) {
        if !matches!(draft.data_base64, Loose::Missing) {
            self.add(
                At::Attribute("data_base64"),
                "is not taken; send the data as a JSON object in data",
            );
        }
        let at = At::Attribute("datacontenttype");
        match &draft.datacontenttype {
            Loose::Missing | Loose::Null => {}
            Loose::Text(media) if is_json(media) => {}
            Loose::Text(_) => self.add(at, "must be application/json, or be left out"),
            other => self.unfit(other, at, "the text application/json"),
        }
    }

    fn body<'d>(&mut self, kind: Kind, draft: &'d Draft<'_>, lines: Lines<'d>) -> Option<Body<'d>> {
        if !matches!(draft.data, Loose::Object) {
            self.unfit(&draft.data, At::Data(""), "an object");
            return None;
        }
        let fields = &draft.fields;
        Some(match kind {
            Kind::Sale => self.till(Movement::Sale, fields, lines),
            Kind::Refund => self.till(Movement::Refund, fields, lines),
            Kind::Void => self.till(Movement::Void, fields, lines),
            Kind::NoSale => self.till(Movement::NoSale, fields, lines),
            Kind::CameraMark => Body::CameraMark {
                camera: self.slug(&fields.camera, At::Data("camera")),
                label: self.optional_text(&fields.label, At::Data("label"), LABEL_CHARS_MAX),
            },
            Kind::ShiftStart | Kind::ShiftEnd => Body::Shift {
                starts: kind == Kind::ShiftStart,
                person: self.slug(&fields.person, At::Data("person")),
                role: self.optional_text(&fields.role, At::Data("role"), ROLE_CHARS_MAX),
                area: self.optional_slug(&fields.area, At::Data("area")),
            },
            Kind::StockLevel => Body::StockLevel {
                sku: self.text(&fields.sku, At::Data("sku"), SKU_CHARS_MAX),
                name: self.optional_text(&fields.name, At::Data("name"), NAME_CHARS_MAX),
                level: self.whole(&fields.level, At::Data("level"), -LEVEL_MAX..=LEVEL_MAX),
                price_minor: self.amount(&fields.price_minor, At::Data("price_minor")),
            },
            Kind::ItemLocation => Body::ItemLocation {
                sku: self.text(&fields.sku, At::Data("sku"), SKU_CHARS_MAX),
                name: self.optional_text(&fields.name, At::Data("name"), NAME_CHARS_MAX),
                area: self.slug(&fields.area, At::Data("area")),
                price_minor: self.amount(&fields.price_minor, At::Data("price_minor")),
            },
            Kind::Footfall => {
                let count = self.whole(&fields.count, At::Data("count"), 0..=FOOTFALL_MAX);
                Body::Footfall {
                    count: u32::try_from(count).unwrap_or_default(),
                }
            }
        })
    }

    fn till<'d>(
        &mut self,
        movement: Movement,
        fields: &'d Fields<'_>,
        lines: Lines<'d>,
    ) -> Body<'d> {
        let at = At::Data("lines");
        match &fields.lines {
            Loose::List if lines.is_empty() && fields.line_problems.is_empty() => {
                if matches!(movement, Movement::Sale | Movement::Refund) {
                    self.add(at, "must hold at least one line");
                }
            }
            Loose::List => self.add_all(fields.line_problems.found()),
            Loose::Missing | Loose::Null
                if matches!(movement, Movement::Void | Movement::NoSale) => {}
            other => self.unfit(other, at, "a list of lines"),
        }
        Body::Till {
            movement,
            till: self.slug(&fields.till, At::Data("till")),
            transaction: self.text(
                &fields.transaction,
                At::Data("transaction"),
                TRANSACTION_CHARS_MAX,
            ),
            currency: self.currency(&fields.currency),
            total_minor: self.amount(&fields.total_minor, At::Data("total_minor")),
            lines,
        }
    }

    fn currency<'d>(&mut self, slot: &'d Loose<'_>) -> Option<&'d str> {
        let at = At::Data("currency");
        let currency = self.optional_text(slot, at, 3)?;
        if currency.len() != 3 || !currency.bytes().all(|byte| byte.is_ascii_uppercase()) {
            self.add(at, "must be an ISO 4217 code such as GBP");
        }
        Some(currency)
    }

    /// Text that must be there and hold at least one character.
    pub(super) fn text<'d>(&mut self, slot: &'d Loose<'_>, at: At, chars_max: usize) -> &'d str {
        let Loose::Text(text) = slot else {
            self.unfit(slot, at, "text");
            return "";
        };
        if text.is_empty() {
            self.add(at, "must not be empty");
        } else if text.len() > chars_max && text.chars().count() > chars_max {
            self.add(at, format!("is longer than {chars_max} characters"));
        } else if has_control(text) {
            self.add(at, "must not hold control characters such as line breaks");
        }
        text
    }

    /// Text that may be left out.
    pub(super) fn optional_text<'d>(
        &mut self,
        slot: &'d Loose<'_>,
        at: At,
        chars_max: usize,
    ) -> Option<&'d str> {
        (!matches!(slot, Loose::Missing | Loose::Null)).then(|| self.text(slot, at, chars_max))
    }

    fn slug<'d>(&mut self, slot: &'d Loose<'_>, at: At) -> &'d str {
        let Loose::Text(text) = slot else {
            self.unfit(slot, at, "text");
            return "";
        };
        let fits = (1..=SLUG_CHARS_MAX).contains(&text.len());
        if fits
            && text
                .bytes()
                .all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'))
        {
            return text;
        }
        self.add(
            at,
            format!("must be an id of 1 to {SLUG_CHARS_MAX} of the characters a-z, 0-9 and -"),
        );
        ""
    }

    fn optional_slug<'d>(&mut self, slot: &'d Loose<'_>, at: At) -> Option<&'d str> {
        (!matches!(slot, Loose::Missing | Loose::Null)).then(|| self.slug(slot, at))
    }

    /// A whole number that must be there; `3.0` is one.
    pub(super) fn whole(&mut self, slot: &Loose<'_>, at: At, range: RangeInclusive<i64>) -> i64 {
        let number = match slot {
            Loose::Whole(number) => *number,
            Loose::Fraction(number) if number.fract() != 0.0 => {
                self.add(at, "must be a whole number, had a fraction");
                return 0;
            }
            // Beyond every range, so that the message below speaks.
            Loose::Fraction(number) if number.abs() > 1e15 => i64::MAX,
            Loose::Fraction(number) => *number as i64,
            other => {
                self.unfit(other, at, "a whole number");
                return 0;
            }
        };
        if !range.contains(&number) {
            self.add(
                at,
                format!("must be between {} and {}", range.start(), range.end()),
            );
            return 0;
        }
        number
    }

    fn amount(&mut self, slot: &Loose<'_>, at: At) -> Option<i64> {
        let given = !matches!(slot, Loose::Missing | Loose::Null);
        given.then(|| self.whole(slot, at, -AMOUNT_MINOR_MAX..=AMOUNT_MINOR_MAX))
    }

    fn unfit(&mut self, came: &Loose<'_>, at: At, wanted: &str) {
        match came {
            Loose::Missing => self.add(at, format!("is missing; must be {wanted}")),
            Loose::Twice => self.add(at, "is given twice; give it once"),
            _ => self.add(at, format!("must be {wanted}, was {}", came.words())),
        }
    }
}

/// The control characters that CloudEvents 1.0 section "Type System" forbids (C0, DEL and C1).
fn has_control(text: &str) -> bool {
    // Without an early end, so that many bytes are looked at together.
    let is_suspect = |byte: u8| byte < 0x20 || byte == 0x7f || byte == C1_LEAD;
    let suspect = |found: bool, byte: &u8| found | is_suspect(*byte);
    let (words, rest) = text.as_bytes().as_chunks::<8>();
    let words = words
        .iter()
        .fold(false, |found, word| word.iter().fold(found, suspect));
    rest.iter().fold(words, suspect) && text.chars().any(char::is_control)
}

/// First byte in UTF-8 of the C1 controls, and of some letters.
const C1_LEAD: u8 = 0xc2;

/// What RFC 3986 lets stand in a URI-reference.
const URI_BYTES: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = is_uri_byte(byte as u8);
        byte += 1;
    }
    table
};

const fn is_uri_byte(byte: u8) -> bool {
    matches!(
        byte,
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b':' | b'/' | b'?'
            | b'#' | b'[' | b']' | b'@' | b'!' | b'$' | b'&' | b'\'' | b'(' | b')' | b'*' | b'+'
            | b',' | b';' | b'=' | b'%'
    )
}

fn is_json(media: &str) -> bool {
    let kind = media.split(';').next().unwrap_or_default().trim();
    kind.eq_ignore_ascii_case("application/json")
        || kind.eq_ignore_ascii_case("text/json")
        || kind.to_ascii_lowercase().ends_with("+json")
}

fn unknown_type(name: &str) -> String {
    // A longer name is no slip of the pen, and comparing it would cost time.
    let near = (name.len() <= 64).then(|| {
        let score = |kind: &Kind| strsim::jaro_winkler(name, kind.name());
        Kind::ALL
            .into_iter()
            .max_by(|left, right| score(left).total_cmp(&score(right)))
    });
    let near = near
        .flatten()
        .filter(|kind| strsim::jaro_winkler(name, kind.name()) > 0.8);
    let known = Kind::ALL.map(Kind::name).join(", ");
    match near {
        Some(near) => format!(
            "is not a type that is taken; did you mean {}? Taken are {known}",
            near.name()
        ),
        None => format!("is not a type that is taken; taken are {known}"),
    }
}
