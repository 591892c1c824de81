//! `PUT /people/{id}`.

use axum::response::Response;
use outcry_domain::organisation::{self, Event};
use outcry_domain::{Action, Organisation, PersonId, Personal, Role};
use serde::Deserialize;

use super::{Contact, Person, ReachOf, shown};
use crate::problem::Problem;
use crate::setting::{Conditions, Edit, Put, Reader};

/// A person as they shall be.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PersonEdit {
    /// May be left out.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    id: Option<PersonId>,
    #[schema(min_length = 1, max_length = 120)]
    name: String,
    #[schema(value_type = String, example = "clerk")]
    role: Role,
    reach: ReachOf,
    /// At most 10.
    #[serde(default)]
    contacts: Vec<Contact>,
    /// Where they are rung back, with its country, such as +44 7700 900123. Nothing is sent there.
    #[serde(default)]
    phone: Option<String>,
    /// Whether they still work here; yes, if left out.
    #[serde(default)]
    active: Option<bool>,
    /// As it was read; If-Match is what counts.
    #[serde(default, rename = "version")]
    _version: Option<u64>,
}

impl Edit for PersonEdit {
    const ACTION: Action = Action::EditPeople;

    type Id = PersonId;
    type Shown = Person;

    fn named(&self) -> Option<&PersonId> {
        self.id.as_ref()
    }

    fn event(self, id: &PersonId, _: &Organisation) -> Result<Event, Problem> {
        let contact = |contact: Contact| organisation::Contact {
            channel: contact.channel,
            address: Personal::new(contact.address),
        };
        let phone = self.phone.as_deref().and_then(organisation::dialled);
        Ok(Event::Person(organisation::Person {
            id: id.clone(),
            name: Personal::new(self.name),
            role: self.role,
            reach: self.reach.reach()?,
            contacts: self.contacts.into_iter().map(contact).collect(),
            phone: phone.map(Personal::new),
            active: self.active.unwrap_or(true),
        }))
    }

    fn shown(id: &PersonId, reader: &Reader<'_>) -> Option<(Person, u64)> {
        let held = reader.organisation.people.get(id)?;
        Some((shown(held, reader.actor), held.version))
    }
}

/// Change a person, or make a new one.
#[utoipa::path(
    put,
    path = "/people/{id}",
    tag = "people",
    params(
        ("id" = String, Path, description = "The person"),
        Conditions
    ),
    request_body = PersonEdit,
    responses(
        (status = 200, description = "Changed", body = Person),
        (status = 201, description = "Made", body = Person)
    )
)]
pub(crate) async fn edit(put: Put<PersonEdit>) -> Result<Response, Problem> {
    put.record().await
}
