//! `PUT /people/{id}`.

use axum::extract::State;
use axum::response::Response;
use outcry_domain::organisation::{self, Event};
use outcry_domain::{PersonId, Personal, Role};
use serde::Deserialize;

use super::{Contact, Person, ReachOf, shown};
use crate::ask::{Ask, At, Expected};
use crate::house::Shared;
use crate::problem::Problem;
use crate::session::Visitor;
use crate::setting::{put, same_id};

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
    /// Whether they still work here; yes, if left out.
    #[serde(default)]
    active: Option<bool>,
    /// As it was read; If-Match is what counts.
    #[serde(default, rename = "version")]
    _version: Option<u64>,
}

/// Change a person, or make a new one.
#[utoipa::path(
    put,
    path = "/people/{id}",
    tag = "people",
    params(
        ("id" = String, Path, description = "The person"),
        ("If-Match" = Option<String>, Header, description = "The ETag that was read"),
        ("If-None-Match" = Option<String>, Header, description = "`*` makes a new one")
    ),
    request_body = PersonEdit,
    responses(
        (status = 200, description = "Changed", body = Person),
        (status = 201, description = "Made", body = Person)
    )
)]
pub(crate) async fn edit(
    State(counter): State<Shared>,
    visitor: Visitor,
    At(id): At<PersonId>,
    expected: Expected,
    ask: Ask<PersonEdit>,
) -> Result<Response, Problem> {
    same_id(&id, ask.body.id.as_ref())?;
    let event = Event::Person(person(id.clone(), ask.body)?);
    put(&counter, &visitor, expected, event, |organisation| {
        let held = organisation.people.get(&id)?;
        Some((shown(held, &visitor), held.version))
    })
    .await
}

fn person(id: PersonId, edit: PersonEdit) -> Result<organisation::Person, Problem> {
    if edit.role == Role::System {
        return Err(Problem::field(
            "/role",
            "system is Outcry itself; nobody can be it",
        ));
    }
    let contact = |contact: Contact| organisation::Contact {
        channel: contact.channel,
        address: Personal::new(contact.address),
    };
    Ok(organisation::Person {
        id,
        name: Personal::new(edit.name),
        role: edit.role,
        reach: edit.reach.reach()?,
        contacts: edit.contacts.into_iter().map(contact).collect(),
        active: edit.active.unwrap_or(true),
    })
}
