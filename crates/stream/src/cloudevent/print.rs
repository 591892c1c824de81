//! Writes an event as CloudEvents JSON: what in-process producers send, and what the reader must take back.

use serde_json::{Map, Value, json};

use crate::event::{Body, Event};

impl Event<'_> {
    /// The event as a CloudEvents 1.0 JSON object (structured mode).
    pub fn to_json(&self) -> Value {
        json!({
            "specversion": "1.0",
            "type": self.kind().name(),
            "source": self.source,
            "id": self.id,
            "subject": self.site,
            "time": time(self.time_us),
            "data": data(&self.body),
        })
    }
}

/// Empty outside the years that RFC 3339 can write; the reader refuses it.
fn time(time_us: i64) -> String {
    jiff::Timestamp::from_microsecond(time_us)
        .map(|time| time.to_string())
        .unwrap_or_default()
}

fn data(body: &Body<'_>) -> Value {
    let mut data = match *body {
        Body::Till {
            till,
            transaction,
            currency,
            total_minor,
            lines,
            ..
        } => {
            let lines: Vec<Value> = lines
                .iter()
                .map(|line| json!({"sku": line.sku, "name": line.name, "quantity": line.quantity, "unit_minor": line.unit_minor}))
                .collect();
            json!({"till": till, "transaction": transaction, "currency": currency, "lines": lines, "total_minor": total_minor})
        }
        Body::CameraMark { camera, label } => json!({"camera": camera, "label": label}),
        Body::Shift {
            person, role, area, ..
        } => json!({"person": person, "role": role, "area": area}),
        Body::StockLevel {
            sku,
            name,
            level,
            price_minor,
        } => {
            json!({"sku": sku, "name": name, "level": level, "price_minor": price_minor})
        }
        Body::ItemLocation {
            sku,
            name,
            area,
            price_minor,
        } => {
            json!({"sku": sku, "name": name, "area": area, "price_minor": price_minor})
        }
        Body::Footfall { count } => json!({"count": count}),
    };
    if let Some(fields) = data.as_object_mut() {
        drop_absent(fields);
    }
    data
}

fn drop_absent(fields: &mut Map<String, Value>) {
    fields.retain(|_, value| !value.is_null());
}
