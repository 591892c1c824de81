//! From what the stream found to what an incident keeps.

use outcry_domain::incident::Report;
use outcry_domain::incident::context::{
    Camera, Context, Line, Match, OnShift, Source, Span, Stock, Till, Transaction, TransactionKind,
};
use outcry_domain::organisation::DeviceKind;
use outcry_domain::{Organisation, Time};
use outcry_stream as stream;

use crate::config::Assess as Settings;

/// What to ask about a report.
pub(super) fn query(
    report: &Report,
    organisation: &Organisation,
    settings: &Settings,
) -> stream::Query {
    let cameras = organisation
        .site(&report.site)
        .map_or_else(Vec::new, |site| {
            site.devices
                .iter()
                .filter(|device| device.kind == DeviceKind::Camera)
                .map(|device| stream::Camera {
                    camera: device.id.to_string(),
                    name: device.name.clone(),
                    area: device.area.as_ref().map(ToString::to_string),
                    covers: device.covers.iter().map(ToString::to_string).collect(),
                })
                .collect()
        });
    stream::Query {
        before_us: i64::from(settings.before_s) * 1_000_000,
        after_us: i64::from(settings.after_s) * 1_000_000,
        area: report.area.as_ref().map(ToString::to_string),
        items: report
            .items
            .iter()
            .map(|item| stream::ItemWanted {
                sku: item.sku.clone(),
                name: item.name.clone(),
                quantity: item.quantity,
            })
            .collect(),
        cameras,
        ..stream::Query::new(report.site.as_str(), report.occurred_at.0)
    }
}

/// Nothing found, for want of an event stream.
pub(super) fn nothing(query: &stream::Query, now: Time) -> Context {
    Context {
        window: Span {
            from: Time(query.from_us()),
            until: Time(query.until_us()),
        },
        taken_at: now,
        ..Context::default()
    }
}

/// The stream's findings in the domain's words. A name that is no id of ours is left out.
pub(super) fn from_stream(found: stream::Context) -> Context {
    Context {
        window: Span {
            from: Time(found.from_us),
            until: Time(found.until_us),
        },
        tills: found.tills.into_iter().filter_map(till).collect(),
        omitted: found.omitted,
        matches: found.matches.into_iter().filter_map(matched).collect(),
        cameras: found
            .cameras
            .into_iter()
            .filter_map(|view| {
                Some(Camera {
                    camera: view.camera.parse().ok()?,
                    name: view.name,
                    area: view.area.and_then(|area| area.parse().ok()),
                    from: Time(view.from_us),
                    until: Time(view.until_us),
                })
            })
            .collect(),
        on_shift: found
            .on_shift
            .into_iter()
            .filter_map(|person| {
                let id = person.person.parse().ok()?;
                let since = Time(person.since_us);
                Some(OnShift::by_the_rota(id, person.role, since))
            })
            .collect(),
        stock: found
            .stock
            .into_iter()
            .map(|stock| Stock {
                name: stock.name.unwrap_or_else(|| stock.sku.clone()),
                sku: stock.sku,
                price_minor: stock.price_minor,
                location: stock.location,
                level: stock.level,
            })
            .collect(),
        footfall: found
            .footfall
            .map(|count| u32::try_from(count).unwrap_or(u32::MAX)),
        sources: found
            .sources
            .into_iter()
            .map(|source| Source {
                source: source.source,
                events: source.events,
                last_at: Time(source.last_at_us),
                late: source.late,
            })
            .collect(),
        taken_at: Time(found.taken_at_us),
        late: found.late,
    }
}

fn matched(found: stream::ItemMatch) -> Option<Match> {
    Some(Match {
        item: found.item,
        transaction: found.transaction,
        till: found.till.parse().ok()?,
        at: Time(found.at_us),
        kind: kind(found.kind),
        confidence: super::score::rounded(found.confidence, 1_000.0),
    })
}

fn kind(movement: stream::Movement) -> TransactionKind {
    match movement {
        stream::Movement::Sale => TransactionKind::Sale,
        stream::Movement::Refund => TransactionKind::Refund,
        stream::Movement::Void => TransactionKind::Void,
        stream::Movement::NoSale => TransactionKind::NoSale,
    }
}

fn till(found: stream::TillContext) -> Option<Till> {
    let transaction = |t: stream::Transaction| Transaction {
        id: t.id,
        kind: kind(t.kind),
        at: Time(t.at_us),
        total_minor: Some(t.total_minor),
        currency: t.currency,
        lines: t
            .lines
            .into_iter()
            .map(|line| Line {
                sku: line.sku,
                name: line.name,
                quantity: line.quantity,
                unit_minor: line.unit_minor,
            })
            .collect(),
    };
    Some(Till {
        till: found.till.parse().ok()?,
        clock_error_ms: found.clock_error_ms,
        transactions: found.transactions.into_iter().map(transaction).collect(),
    })
}
