//! Watches which statements the ledger gives to its database.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::{Arc, Mutex};

use tracing::field::{Field, Visit};
use tracing::subscriber::DefaultGuard;
use tracing::{Event, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt as _};

/// The target of the events that carry a statement.
const TARGET: &str = "outcry_ledger::statement";

/// Every statement of this thread, once.
#[derive(Clone, Default)]
pub(crate) struct Watch(Arc<Mutex<BTreeSet<String>>>);

impl Watch {
    /// Watches this thread until the guard is dropped.
    pub(crate) fn start(&self) -> DefaultGuard {
        let layers = tracing_subscriber::registry().with(self.clone());
        tracing::subscriber::set_default(layers)
    }

    /// What was seen.
    pub(crate) fn statements(&self) -> BTreeSet<String> {
        self.0.lock().expect("whole").clone()
    }
}

impl<S: Subscriber> Layer<S> for Watch {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        if event.metadata().target() == TARGET {
            event.record(&mut Taken(&self.0));
        }
    }
}

struct Taken<'a>(&'a Mutex<BTreeSet<String>>);

impl Visit for Taken<'_> {
    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == "sql" {
            self.0.lock().expect("whole").insert(value.to_owned());
        }
    }
    fn record_debug(&mut self, _: &Field, _: &dyn fmt::Debug) {}
}
