//! People: who they are, what they may do, how they are reached.

mod edit;
mod link;
mod list;
mod read;
mod revoke;
mod token;
mod way_in;

use outcry_domain::organisation::{self, Means, Versioned};
use outcry_domain::{Action, Actor, Organisation, PersonId, Reach, Role, Scope};
use serde::{Deserialize, Serialize};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::house::Shared;
use crate::problem::Problem;

pub(crate) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(list::list))
        .routes(routes!(read::read, edit::edit))
        .routes(routes!(link::sign_in_link))
        .routes(routes!(token::token))
        .routes(routes!(revoke::revoke))
}

/// Somebody of the organisation.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub(crate) struct Person {
    #[schema(value_type = String, example = "desk-1")]
    id: PersonId,
    name: String,
    #[schema(value_type = String, example = "desk")]
    role: Role,
    reach: ReachOf,
    /// Shown only to whoever may edit people.
    contacts: Vec<Contact>,
    /// Where they are rung back; shown only to whoever may edit people or acknowledges incidents.
    #[schema(example = "+447700900123")]
    phone: Option<String>,
    active: bool,
    /// Goes up with every change; the ETag.
    version: u64,
}

/// How far somebody reaches.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Reach)]
pub(crate) struct ReachOf {
    /// `site`, `region` or `all`.
    pub(crate) kind: Width,
    /// The site's or the region's id; null for all.
    #[serde(default)]
    pub(crate) id: Option<String>,
}

/// The three widths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Width {
    Site,
    Region,
    All,
}

/// One way to reach somebody.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Contact {
    #[schema(value_type = String, pattern = "^(mail|webhook)$")]
    channel: Means,
    /// A mail address, or a http(s) URL.
    address: String,
}

impl ReachOf {
    pub(crate) fn of(reach: &Reach) -> Self {
        let (kind, id) = match reach {
            Reach::Site(id) => (Width::Site, Some(id.to_string())),
            Reach::Region(id) => (Width::Region, Some(id.to_string())),
            Reach::All => (Width::All, None),
        };
        Self { kind, id }
    }

    fn reach(&self) -> Result<Reach, Problem> {
        let id = self.id.as_deref().unwrap_or_default();
        let wrong = |error: &dyn std::fmt::Display| Problem::field("/reach/id", error.to_string());
        match self.kind {
            Width::Site => id.parse().map(Reach::Site).map_err(|e| wrong(&e)),
            Width::Region => id.parse().map(Reach::Region).map_err(|e| wrong(&e)),
            Width::All => Ok(Reach::All),
        }
    }
}

/// A person as somebody may see them.
fn shown(held: &Versioned<organisation::Person>, reader: &Actor) -> Person {
    let person = &held.value;
    let contact = |contact: &organisation::Contact| Contact {
        channel: contact.channel,
        address: contact.address.open().unwrap_or_default().to_owned(),
    };
    let contacts = if reader.may(Action::EditPeople) {
        person.contacts.iter().map(contact).collect()
    } else {
        Vec::new()
    };
    let rings = reader.may(Action::EditPeople) || reader.may(Action::Acknowledge);
    let phone = person.phone.as_ref().filter(|_| rings);
    Person {
        id: person.id.clone(),
        name: person.name.open().unwrap_or_default().to_owned(),
        role: person.role,
        reach: ReachOf::of(&person.reach),
        contacts,
        phone: phone.and_then(|number| number.open()).map(str::to_owned),
        active: person.active,
        version: held.version,
    }
}

/// Whether somebody works where the visitor may look.
fn within(scope: &Scope, reach: &Reach, organisation: &Organisation) -> bool {
    match reach {
        Reach::All => scope.reach().is_some(),
        Reach::Site(id) => organisation
            .site(id)
            .map_or(scope.reach() == Some(&Reach::All), |site| {
                scope.covers(&site.region, id)
            }),
        Reach::Region(id) => {
            organisation
                .sites
                .values()
                .any(|held| held.value.region == *id && scope.covers(id, &held.value.id))
                || scope.reach() == Some(&Reach::All)
        }
    }
}
