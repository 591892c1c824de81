//! Watches which statements the ledger gives to its database.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::{Arc, Mutex};

use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt as _};

/// The target of the events that carry a statement.
const TARGET: &str = "outcry_ledger::statement";

/// Whoever watches now.
static NOW: Mutex<Option<Watch>> = Mutex::new(None);

/// Every statement, once, whichever thread runs it.
#[derive(Clone, Default)]
pub(crate) struct Watch(Arc<Mutex<BTreeSet<String>>>);

/// Watches until dropped.
pub(crate) struct Watching;

impl Drop for Watching {
    fn drop(&mut self) {
        *NOW.lock().expect("whole") = None;
    }
}

impl Watch {
    /// Watches this process, in which no other test may run, until the guard is dropped.
    pub(crate) fn start(&self) -> Watching {
        *NOW.lock().expect("whole") = Some(self.clone());
        // The second watch of a test finds it in place.
        let _ = tracing::subscriber::set_global_default(tracing_subscriber::registry().with(Seen));
        Watching
    }

    /// What was seen.
    pub(crate) fn statements(&self) -> BTreeSet<String> {
        self.0.lock().expect("whole").clone()
    }
}

struct Seen;

impl<S: Subscriber> Layer<S> for Seen {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        if event.metadata().target() == TARGET
            && let Some(watch) = &*NOW.lock().expect("whole")
        {
            event.record(&mut Taken(&watch.0));
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
