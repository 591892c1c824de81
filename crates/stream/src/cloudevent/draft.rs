//! An event as it came, before it is judged: the allow-listed fields, whatever their type, each in its
//! slot. Everything else is skipped while reading and never kept.

use serde::de::{IgnoredAny, MapAccess, SeqAccess};

use super::problem::{At, Problems};
use super::shape::{Loose, Name, Plain, Shape, Visit};
use crate::event::{Line, LineBuffer};
use crate::limits::{AMOUNT_MINOR_MAX, LINES_MAX, NAME_CHARS_MAX, QUANTITY_MAX, SKU_CHARS_MAX};

/// The slots of the attributes and fields; `lines` and `data` themselves are walked.
#[derive(Debug, Default)]
pub(super) struct Draft<'de> {
    pub(super) specversion: Loose<'de>,
    pub(super) id: Loose<'de>,
    pub(super) source: Loose<'de>,
    pub(super) kind: Loose<'de>,
    pub(super) subject: Loose<'de>,
    pub(super) time: Loose<'de>,
    pub(super) datacontenttype: Loose<'de>,
    pub(super) data_base64: Loose<'de>,
    pub(super) data: Loose<'de>,
    pub(super) fields: Fields<'de>,
}

impl<'de> Draft<'de> {
    pub(super) fn slot(&mut self, name: Attribute) -> &mut Loose<'de> {
        match name {
            Attribute::Specversion => &mut self.specversion,
            Attribute::Id => &mut self.id,
            Attribute::Source => &mut self.source,
            Attribute::Kind => &mut self.kind,
            Attribute::Subject => &mut self.subject,
            Attribute::Time => &mut self.time,
            Attribute::Datacontenttype => &mut self.datacontenttype,
            Attribute::DataBase64 => &mut self.data_base64,
            Attribute::Data => &mut self.data,
        }
    }
}

/// The fields of `data`, of all kinds together: `data` may stand before `type`.
#[derive(Debug, Default)]
pub(super) struct Fields<'de> {
    pub(super) till: Loose<'de>,
    pub(super) transaction: Loose<'de>,
    pub(super) currency: Loose<'de>,
    pub(super) total_minor: Loose<'de>,
    pub(super) lines: Loose<'de>,
    pub(super) line_problems: Problems,
    pub(super) camera: Loose<'de>,
    pub(super) label: Loose<'de>,
    pub(super) person: Loose<'de>,
    pub(super) role: Loose<'de>,
    pub(super) area: Loose<'de>,
    pub(super) sku: Loose<'de>,
    pub(super) name: Loose<'de>,
    pub(super) level: Loose<'de>,
    pub(super) price_minor: Loose<'de>,
    pub(super) count: Loose<'de>,
}

#[derive(Clone, Copy)]
pub(super) enum Attribute {
    Specversion,
    Id,
    Source,
    Kind,
    Subject,
    Time,
    Datacontenttype,
    DataBase64,
    Data,
}

pub(super) fn attribute(name: &str) -> Option<Attribute> {
    Some(match name {
        "specversion" => Attribute::Specversion,
        "id" => Attribute::Id,
        "source" => Attribute::Source,
        "type" => Attribute::Kind,
        "subject" => Attribute::Subject,
        "time" => Attribute::Time,
        "datacontenttype" => Attribute::Datacontenttype,
        "data_base64" => Attribute::DataBase64,
        "data" => Attribute::Data,
        _ => return None,
    })
}

/// Walks one event.
pub(super) struct EventShape<'d, 'l, 'de> {
    pub(super) draft: &'d mut Draft<'de>,
    pub(super) lines: &'l mut LineBuffer,
}

impl<'de> Shape<'de> for EventShape<'_, '_, 'de> {
    fn object<A: MapAccess<'de>>(self, mut object: A) -> Result<(), A::Error> {
        let EventShape { draft, lines } = self;
        lines.clear();
        while let Some(name) = object.next_key_seed(Name(attribute))? {
            match name {
                None => {
                    object.next_value::<IgnoredAny>()?;
                }
                Some(Attribute::Data) => {
                    let shape = DataShape {
                        fields: &mut draft.fields,
                        lines,
                    };
                    fill(&mut object, &mut draft.data, shape)?;
                }
                Some(name) => fill(&mut object, draft.slot(name), Plain)?,
            }
        }
        Ok(())
    }
}

/// Reads the next value into its slot, or notes that the name stood there before.
fn fill<'de, A: MapAccess<'de>, S: Shape<'de>>(
    object: &mut A,
    slot: &mut Loose<'de>,
    shape: S,
) -> Result<(), A::Error> {
    if matches!(slot, Loose::Missing) {
        *slot = object.next_value_seed(Visit(shape))?;
    } else {
        object.next_value::<IgnoredAny>()?;
        *slot = Loose::Twice;
    }
    Ok(())
}

pub(super) struct DataShape<'d, 'l, 'de> {
    pub(super) fields: &'d mut Fields<'de>,
    pub(super) lines: &'l mut LineBuffer,
}

impl<'de> Fields<'de> {
    pub(super) fn slot(&mut self, name: Field) -> &mut Loose<'de> {
        match name {
            Field::Till => &mut self.till,
            Field::Transaction => &mut self.transaction,
            Field::Currency => &mut self.currency,
            Field::TotalMinor => &mut self.total_minor,
            Field::Lines => &mut self.lines,
            Field::Camera => &mut self.camera,
            Field::Label => &mut self.label,
            Field::Person => &mut self.person,
            Field::Role => &mut self.role,
            Field::Area => &mut self.area,
            Field::Sku => &mut self.sku,
            Field::Name => &mut self.name,
            Field::Level => &mut self.level,
            Field::PriceMinor => &mut self.price_minor,
            Field::Count => &mut self.count,
        }
    }
}

#[derive(Clone, Copy)]
pub(super) enum Field {
    Till,
    Transaction,
    Currency,
    TotalMinor,
    Lines,
    Camera,
    Label,
    Person,
    Role,
    Area,
    Sku,
    Name,
    Level,
    PriceMinor,
    Count,
}

pub(super) fn field(name: &str) -> Option<Field> {
    Some(match name {
        "till" => Field::Till,
        "transaction" => Field::Transaction,
        "currency" => Field::Currency,
        "total_minor" => Field::TotalMinor,
        "lines" => Field::Lines,
        "camera" => Field::Camera,
        "label" => Field::Label,
        "person" => Field::Person,
        "role" => Field::Role,
        "area" => Field::Area,
        "sku" => Field::Sku,
        "name" => Field::Name,
        "level" => Field::Level,
        "price_minor" => Field::PriceMinor,
        "count" => Field::Count,
        _ => return None,
    })
}

impl<'de> Shape<'de> for DataShape<'_, '_, 'de> {
    fn object<A: MapAccess<'de>>(self, mut object: A) -> Result<(), A::Error> {
        let DataShape { fields, lines } = self;
        while let Some(name) = object.next_key_seed(Name(field))? {
            match name {
                None => {
                    object.next_value::<IgnoredAny>()?;
                }
                Some(Field::Lines) => {
                    let shape = LinesShape {
                        lines,
                        problems: &mut fields.line_problems,
                    };
                    fill(&mut object, &mut fields.lines, shape)?;
                }
                Some(name) => fill(&mut object, fields.slot(name), Plain)?,
            }
        }
        Ok(())
    }
}

struct LinesShape<'l> {
    lines: &'l mut LineBuffer,
    problems: &'l mut Problems,
}

impl<'de> Shape<'de> for LinesShape<'_> {
    fn list<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        for index in 0..LINES_MAX {
            let mut line = LineDraft::default();
            let Some(shape) = list.next_element_seed(Visit(LineShape(&mut line)))? else {
                return Ok(());
            };
            if !matches!(shape, Loose::Object) {
                let detail = format!(
                    "must be an object with sku, name, quantity and unit_minor, was {}",
                    shape.words()
                );
                self.problems.add(At::Line(index, ""), detail);
                continue;
            }
            let (sku, name, quantity, unit_minor) = line.judge(index, self.problems);
            self.lines.push(Line {
                sku,
                name,
                quantity,
                unit_minor,
            });
        }
        let mut found = LINES_MAX;
        while list.next_element::<IgnoredAny>()?.is_some() {
            found += 1;
        }
        if found > LINES_MAX {
            self.problems.add(
                At::Data("lines"),
                format!("holds {found} lines, at most {LINES_MAX} are taken"),
            );
        }
        Ok(())
    }
}

#[derive(Debug, Default)]
pub(super) struct LineDraft<'de> {
    pub(super) sku: Loose<'de>,
    pub(super) name: Loose<'de>,
    pub(super) quantity: Loose<'de>,
    pub(super) unit_minor: Loose<'de>,
}

impl LineDraft<'_> {
    pub(super) fn judge(&self, index: usize, problems: &mut Problems) -> (&str, &str, i64, i64) {
        let sku = problems.text(&self.sku, At::Line(index, "sku"), SKU_CHARS_MAX);
        let name = match &self.name {
            Loose::Text(name) if name.is_empty() => None,
            _ => problems.optional_text(&self.name, At::Line(index, "name"), NAME_CHARS_MAX),
        };
        let quantity = problems.whole(
            &self.quantity,
            At::Line(index, "quantity"),
            -QUANTITY_MAX..=QUANTITY_MAX,
        );
        let price = At::Line(index, "unit_minor");
        let unit_minor = problems.whole(
            &self.unit_minor,
            price,
            -AMOUNT_MINOR_MAX..=AMOUNT_MINOR_MAX,
        );
        (sku, name.unwrap_or_default(), quantity, unit_minor)
    }
}

struct LineShape<'d, 'de>(&'d mut LineDraft<'de>);

impl<'de> Shape<'de> for LineShape<'_, 'de> {
    fn object<A: MapAccess<'de>>(self, mut object: A) -> Result<(), A::Error> {
        while let Some(name) = object.next_key_seed(Name(line_field))? {
            let slot = match name {
                None => {
                    object.next_value::<IgnoredAny>()?;
                    continue;
                }
                Some(LineField::Sku) => &mut self.0.sku,
                Some(LineField::Name) => &mut self.0.name,
                Some(LineField::Quantity) => &mut self.0.quantity,
                Some(LineField::UnitMinor) => &mut self.0.unit_minor,
            };
            fill(&mut object, slot, Plain)?;
        }
        Ok(())
    }
}

#[derive(Clone, Copy)]
pub(super) enum LineField {
    Sku,
    Name,
    Quantity,
    UnitMinor,
}

pub(super) fn line_field(name: &str) -> Option<LineField> {
    Some(match name {
        "sku" => LineField::Sku,
        "name" => LineField::Name,
        "quantity" => LineField::Quantity,
        "unit_minor" => LineField::UnitMinor,
        _ => return None,
    })
}
