//! What machines say, as CloudEvents 1.0 in JSON.

use outcry_domain::organisation::Site;
use outcry_domain::{AreaId, PersonId, Time};
use serde_json::{Value, json};

use crate::demo::real::invoices::{Article, Invoice, Invoices, Kind};

/// Says things in a shop's name. `run` keeps the ids of this run apart from those of a run before on the same data.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Voice<'a> {
    pub(crate) site: &'a Site,
    pub(crate) run: i64,
}

impl Voice<'_> {
    /// A till rings an invoice up, its receipt numbered `transaction`.
    pub(crate) fn rung_up(
        self,
        till: &str,
        at: Time,
        invoice: &Invoice,
        transaction: &str,
        articles: &[Article],
    ) -> Value {
        let lines: Vec<Value> = invoice
            .lines
            .iter()
            .map(|line| {
                let article = &articles[line.article];
                json!({"sku": article.sku, "name": article.name, "quantity": line.quantity, "unit_minor": line.unit_minor})
            })
            .collect();
        let kind = match invoice.kind {
            Kind::Sale => "sale",
            Kind::Refund => "refund",
        };
        let total_minor = Invoices::total_minor(invoice);
        self.till(kind, till, at, json!({"transaction": transaction, "currency": "GBP", "total_minor": total_minor, "lines": lines}))
    }

    /// Somebody brings an article back without much ado.
    pub(crate) fn brought_back(
        self,
        till: &str,
        at: Time,
        article: &Article,
        quantity: i64,
    ) -> Value {
        let line = json!({"sku": article.sku, "name": article.name, "quantity": -quantity, "unit_minor": article.price_minor});
        let transaction = format!("R{}", at.0.rem_euclid(100_000_000_000) / 1_000);
        let total_minor = -quantity * article.price_minor;
        self.till("refund", till, at, json!({"transaction": transaction, "currency": "GBP", "total_minor": total_minor, "lines": [line]}))
    }

    /// A till cancels a receipt, or opens without one: `kind` is `void` or `no_sale`.
    pub(crate) fn nothing_sold(self, kind: &str, till: &str, at: Time, transaction: &str) -> Value {
        self.till(
            kind,
            till,
            at,
            json!({"transaction": transaction, "currency": "GBP"}),
        )
    }

    fn till(self, kind: &str, till: &str, at: Time, mut data: Value) -> Value {
        data["till"] = till.into();
        let id = format!(
            "{kind}-{}",
            data["transaction"].as_str().unwrap_or_default()
        );
        self.event(
            &format!("outcry.till.{kind}"),
            &format!("tills/{till}"),
            &id,
            at,
            &data,
        )
    }

    pub(crate) fn camera_mark(self, camera: &str, at: Time, label: &str) -> Value {
        let id = format!("mark-{}", at.0);
        self.event(
            "outcry.camera.mark",
            &format!("cameras/{camera}"),
            &id,
            at,
            &json!({"camera": camera, "label": label}),
        )
    }

    /// Somebody comes on shift or goes off.
    pub(crate) fn shift(self, starts: bool, person: &PersonId, role: &str, at: Time) -> Value {
        let kind = if starts { "start" } else { "end" };
        let data = json!({"person": person.as_str(), "role": role});
        self.event(
            &format!("outcry.shift.{kind}"),
            "rota",
            &format!("{kind}-{person}-{}", at.0),
            at,
            &data,
        )
    }

    pub(crate) fn stock_level(self, article: &Article, level: i64, at: Time) -> Value {
        let data = json!({"sku": article.sku, "name": article.name, "level": level, "price_minor": article.price_minor});
        self.event(
            "outcry.stock.level",
            "stock",
            &format!("level-{}-{}", article.sku, at.0),
            at,
            &data,
        )
    }

    pub(crate) fn item_location(self, article: &Article, area: &AreaId, at: Time) -> Value {
        let data = json!({"sku": article.sku, "name": article.name, "area": area.as_str(), "price_minor": article.price_minor});
        self.event(
            "outcry.item.location",
            "stock",
            &format!("place-{}-{}", article.sku, at.0),
            at,
            &data,
        )
    }

    pub(crate) fn footfall(self, count: i64, at: Time) -> Value {
        self.event(
            "outcry.footfall",
            "door",
            &format!("door-{}", at.0),
            at,
            &json!({"count": count}),
        )
    }

    fn event(self, kind: &str, source: &str, id: &str, at: Time, data: &Value) -> Value {
        json!({
            "specversion": "1.0",
            "type": kind,
            "source": format!("/sites/{}/{source}", self.site.id),
            "id": format!("{id}-{}", self.run),
            "subject": self.site.id.as_str(),
            "time": at.rfc3339(),
            "datacontenttype": "application/json",
            "data": data,
        })
    }
}
