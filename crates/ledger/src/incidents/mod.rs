//! Lists of incidents from the read table. Never knows how a fact becomes a row, only what is in it.

mod damage;
mod filter;
mod list;
mod place;
pub(crate) mod row;

use outcry_domain::Scope;

pub(crate) use damage::DamagedRows;
pub(crate) use filter::id_from;
use filter::{Columns, Conditions};
pub use filter::{Filter, Order};
pub use list::{Listed, Page};

/// The conditions that keep a query within the scope; `None`: nothing may be seen. `open` when only
/// open incidents are asked for.
pub(crate) fn conditions(scope: &Scope, open: bool) -> Option<Conditions<'_>> {
    let mut conditions = Conditions::new();
    let columns = if open {
        &Columns::OPEN
    } else {
        &Columns::INDEXED
    };
    conditions.within(scope, columns).then_some(conditions)
}
