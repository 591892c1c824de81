//! What the tills ring up: real invoices of one British gift shop (Chen, 2015, CC BY 4.0), every row as it is.
//! The set knows neither store nor till: both follow from a hash, and the nights are left out.

use std::collections::HashMap;

use serde::Deserialize;

use super::{rows, seconds};
use crate::demo::chance::{hash, place_of};

/// Seventeen trading days of one shop are rung up within one hour of the whole chain.
pub(crate) const ROUND_US: i64 = 3_600_000_000;
/// Between the last invoice of a day and the first of the next, by the shop's clock.
const OVERNIGHT_S: i64 = 300;

/// What an invoice is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Anything but a `C` invoice, adjustments and goods written off included.
    Sale,
    /// A `C` invoice.
    Refund,
}

/// One invoice.
#[derive(Debug, Clone)]
pub(crate) struct Invoice {
    /// Its number, such as `561904` or `C561966`.
    pub(crate) number: String,
    /// What it is.
    pub(crate) kind: Kind,
    /// When it is rung up, from the beginning of a round.
    pub(crate) at_us: i64,
    /// As they stand in the set: what comes back has a negative quantity.
    pub(crate) lines: Vec<Line>,
    /// A hash of whose invoice it is: a customer goes to one store. Whose it is, nobody is told.
    customer: u64,
}

/// One line of an invoice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Line {
    /// Its place among the articles.
    pub(crate) article: usize,
    /// Pieces.
    pub(crate) quantity: i64,
    /// The price of one, in pence.
    pub(crate) unit_minor: i64,
}

/// One article.
#[derive(Debug, Clone)]
pub(crate) struct Article {
    /// The stock code.
    pub(crate) sku: String,
    /// What the set calls it first; a few have no name at all.
    pub(crate) name: String,
    /// The first price above nothing that it was sold at, in pence.
    pub(crate) price_minor: i64,
    /// How many lines it stands on.
    pub(crate) lines: u32,
}

/// All invoices in the order in which they are rung up, and what is on them.
#[derive(Debug)]
pub(crate) struct Invoices {
    /// By time.
    pub(crate) all: Vec<Invoice>,
    /// By first appearance.
    pub(crate) articles: Vec<Article>,
}

#[derive(Deserialize)]
struct Row {
    #[serde(rename = "InvoiceNo")]
    number: String,
    #[serde(rename = "StockCode")]
    sku: String,
    #[serde(rename = "Description")]
    name: String,
    #[serde(rename = "Quantity")]
    quantity: i64,
    #[serde(rename = "InvoiceDate")]
    at: String,
    #[serde(rename = "UnitPrice")]
    price: f64,
    #[serde(rename = "CustomerID")]
    customer: String,
}

impl Invoices {
    /// Reads the shipped set.
    pub(crate) fn read() -> Self {
        let packed = include_bytes!("../../../data/online-retail/invoices.csv.gz");
        let mut reading = Reading::default();
        rows::<Row>(packed).for_each(|row| reading.take(row));
        reading.end()
    }

    /// The total of an invoice, in pence.
    pub(crate) fn total_minor(invoice: &Invoice) -> i64 {
        invoice
            .lines
            .iter()
            .map(|line| line.quantity * line.unit_minor)
            .sum()
    }
}

impl Invoice {
    /// The store that rings it up: the customer's, each store as often as it is busy.
    pub(crate) fn store(&self, trade: impl Iterator<Item = u32> + Clone) -> usize {
        let sum: u64 = trade.clone().map(u64::from).sum();
        place_of(trade, self.customer % sum)
    }

    /// The till of that store, from 0.
    pub(crate) fn till(&self, tills: usize) -> usize {
        (hash(self.number.as_bytes()) % tills as u64) as usize
    }
}

#[derive(Default)]
struct Reading {
    all: Vec<Invoice>,
    articles: Vec<Article>,
    numbers: HashMap<String, usize>,
    skus: HashMap<String, usize>,
    last_at_s: i64,
    elapsed_s: i64,
}

impl Reading {
    fn take(&mut self, row: Row) {
        let line = Line {
            article: self.article(&row),
            quantity: row.quantity,
            unit_minor: minor(row.price),
        };
        if let Some(place) = self.numbers.get(&row.number) {
            self.all[*place].lines.push(line);
            return;
        }
        let at_s = seconds(&row.at);
        if self.all.is_empty() {
            self.last_at_s = at_s;
        }
        let same_day = at_s.div_euclid(86_400) == self.last_at_s.div_euclid(86_400);
        self.elapsed_s += if same_day {
            at_s - self.last_at_s
        } else {
            OVERNIGHT_S
        };
        self.last_at_s = at_s;
        self.numbers.insert(row.number.clone(), self.all.len());
        let whose = if row.customer.is_empty() {
            &row.number
        } else {
            &row.customer
        };
        self.all.push(Invoice {
            kind: if row.number.starts_with('C') {
                Kind::Refund
            } else {
                Kind::Sale
            },
            customer: hash(whose.as_bytes()),
            at_us: self.elapsed_s,
            number: row.number,
            lines: vec![line],
        });
    }

    fn article(&mut self, row: &Row) -> usize {
        let next = self.articles.len();
        let place = *self.skus.entry(row.sku.clone()).or_insert(next);
        if place == next {
            self.articles.push(Article {
                sku: row.sku.clone(),
                name: String::new(),
                price_minor: 0,
                lines: 0,
            });
        }
        let article = &mut self.articles[place];
        article.lines += 1;
        if article.name.is_empty() {
            article.name = row.name.trim().to_owned();
        }
        if article.price_minor <= 0 {
            article.price_minor = minor(row.price);
        }
        place
    }

    /// Stretches the shop's hours over one round.
    fn end(mut self) -> Invoices {
        let length_s = self.elapsed_s + OVERNIGHT_S;
        for invoice in &mut self.all {
            invoice.at_us = invoice.at_us * (ROUND_US / 1_000) / length_s * 1_000;
        }
        self.all.sort_by_key(|invoice| invoice.at_us);
        Invoices {
            all: self.all,
            articles: self.articles,
        }
    }
}

/// Pounds in pence.
fn minor(pounds: f64) -> i64 {
    (pounds * 100.0).round() as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_there_as_it_is() {
        let read = Invoices::read();
        assert_eq!(read.all.len(), 1_098);
        assert_eq!(
            read.all
                .iter()
                .map(|invoice| invoice.lines.len())
                .sum::<usize>(),
            21_597
        );
        let negative = |line: &&Line| line.quantity < 0;
        assert_eq!(
            read.all
                .iter()
                .flat_map(|invoice| &invoice.lines)
                .filter(negative)
                .count(),
            423
        );
        assert!(read.all.is_sorted_by_key(|invoice| invoice.at_us));
        assert!(
            read.all
                .iter()
                .all(|invoice| (0..ROUND_US).contains(&invoice.at_us))
        );
    }

    #[test]
    fn a_c_invoice_is_a_refund_and_nothing_else_is() {
        let read = Invoices::read();
        let refunds: Vec<&Invoice> = read
            .all
            .iter()
            .filter(|invoice| invoice.kind == Kind::Refund)
            .collect();
        assert_eq!(refunds.len(), 171);
        assert!(
            refunds
                .iter()
                .all(|invoice| invoice.number.starts_with('C'))
        );
        assert!(
            refunds
                .iter()
                .flat_map(|invoice| &invoice.lines)
                .all(|line| line.quantity < 0)
        );
        let one = read
            .all
            .iter()
            .find(|invoice| invoice.number == "C561966")
            .unwrap();
        let article = &read.articles[one.lines[0].article];
        assert_eq!(
            (article.sku.as_str(), article.name.as_str()),
            ("22371", "AIRLINE BAG VINTAGE TOKYO 78")
        );
        assert_eq!(
            one.lines,
            [Line {
                article: one.lines[0].article,
                quantity: -1,
                unit_minor: 413
            }]
        );
        assert_eq!(Invoices::total_minor(one), -413);
    }

    #[test]
    fn a_customer_stays_with_a_store_and_every_store_has_customers() {
        let read = Invoices::read();
        let trade = || (0..40).map(|store| 1 + store % 3);
        let mut counts = [0; 40];
        let mut stores = HashMap::new();
        for invoice in &read.all {
            let store = invoice.store(trade());
            counts[store] += 1;
            assert_eq!(*stores.entry(invoice.customer).or_insert(store), store);
        }
        assert!(counts.iter().all(|count| *count > 0), "{counts:?}");
    }
}
