//! The organisation that is measured: forty stores in three regions, their managers, a desk and a till gateway.

use std::path::Path;

use anyhow::Context as _;
use outcry_domain::actor::SystemId;
use outcry_domain::organisation::{
    Area, Command, Contact, Credential, CredentialKind, Device, DeviceKind, Event, Means,
    PanicMode, Person, Policy, Queue, Region, Site, Step, Target, Width, defaults,
};
use outcry_domain::{Actor, Personal, Reach, Role};
use outcry_identity::{Kind, issue};
use outcry_ledger::{Database, Ledger, Settings, Synchronous};

use super::clock;

/// Stores.
pub(crate) const SITES: usize = 40;
/// Regions.
pub(crate) const REGIONS: [&str; 3] = ["north", "middle", "south"];
/// How long an incident may stay unacknowledged, and unresolved, where nothing shall escalate by itself.
pub(crate) const QUIET_ACKNOWLEDGE_S: u32 = 7 * 86_400;
/// As above.
pub(crate) const QUIET_RESOLVE_S: u32 = 30 * 86_400;

/// What happens when nobody acknowledges.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Escalation {
    /// What a new organisation starts with.
    Shipped,
    /// One step to the desk, and SLAs of days: what is measured is not disturbed.
    Quiet,
}

/// A store's id.
pub(crate) fn site(number: usize) -> String {
    format!("store-{:02}", number % SITES)
}

/// The token of the desk, of a report's sender, of the till gateway; the same in every run.
pub(crate) fn token(who: &str) -> String {
    issue(Kind::Api, secret(who)).0.reveal().to_owned()
}

/// The desk's session, as its cookie holds it.
pub(crate) fn session() -> String {
    issue(Kind::Session, secret("session"))
        .0
        .reveal()
        .to_owned()
}

/// Known to everybody who reads this: these tokens open scratch data on this machine only.
fn secret(who: &str) -> [u8; outcry_identity::RANDOM_BYTES] {
    let mut bytes = [0; outcry_identity::RANDOM_BYTES];
    for (byte, letter) in bytes.iter_mut().zip(who.bytes().cycle()) {
        *byte = letter;
    }
    bytes
}

/// The dispatcher.
pub(crate) const DESK: &str = "desk-1";
/// Sends reports and presses.
pub(crate) const CLERK: &str = "clerk";
/// Sends till events.
pub(crate) const GATEWAY: &str = "till-gateway";

/// Opens a log for the measuring program itself.
pub(crate) async fn open(data: &Path, synchronous: Synchronous) -> anyhow::Result<Ledger> {
    let settings = Settings {
        data: data.to_owned(),
        database: Database::Sqlite,
        synchronous,
        owner: "bench".into(),
    };
    Ledger::open(&settings, clock::fill)
        .await
        .context("the log cannot be opened")
}

/// Puts the organisation into an empty data directory. Webhooks go to `webhook`, if there is one.
pub(crate) async fn found(
    data: &Path,
    escalation: Escalation,
    webhook: Option<&str>,
) -> anyhow::Result<()> {
    let ledger = open(data, Synchronous::Full).await?;
    settle_in(&ledger, escalation, webhook).await?;
    ledger.stop().await;
    Ok(())
}

/// Puts the organisation into an empty log.
pub(crate) async fn settle_in(
    ledger: &Ledger,
    escalation: Escalation,
    webhook: Option<&str>,
) -> anyhow::Result<()> {
    let put = |event| Command::Put {
        event,
        expected: None,
    };
    let mut commands: Vec<Command> = Vec::new();
    commands.extend(REGIONS.map(|id| {
        put(Event::Region(Region {
            id: slug(id),
            name: id.into(),
        }))
    }));
    commands.extend((0..SITES).map(|number| put(Event::Site(store(number)))));
    commands.extend(
        people(webhook)
            .into_iter()
            .map(|person| put(Event::Person(person))),
    );
    commands.extend(
        defaults::events()
            .into_iter()
            .map(|event| put(quieted(event, escalation))),
    );
    for (who, random, kind, credential) in [
        (DESK, DESK, Kind::Api, CredentialKind::Api),
        (CLERK, CLERK, Kind::Api, CredentialKind::Api),
        (GATEWAY, GATEWAY, Kind::Api, CredentialKind::Api),
        (DESK, "session", Kind::Session, CredentialKind::Session),
    ] {
        let (_, hash) = issue(kind, secret(random));
        let expires_at = (kind == Kind::Session).then(|| clock::now().plus_s(300 * 86_400));
        let credential = Credential {
            hash: hash.to_string(),
            kind: credential,
            expires_at,
        };
        commands.push(Command::Issue {
            person: slug(who),
            credential,
        });
    }
    let moment = clock::moment(clock::now(), &Actor::system(SystemId::Setup));
    ledger
        .configure_all(commands, &moment)
        .await
        .context("the organisation was refused")?;
    Ok(())
}

fn quieted(event: Event, escalation: Escalation) -> Event {
    match event {
        Event::Queue(queue) if escalation == Escalation::Quiet => Event::Queue(Queue {
            acknowledge_within_s: QUIET_ACKNOWLEDGE_S,
            resolve_within_s: QUIET_RESOLVE_S,
            ..queue
        }),
        Event::Policy(policy) if escalation == Escalation::Quiet => Event::Policy(Policy {
            steps: vec![Step {
                after_s: 0,
                targets: vec![Target::Role {
                    role: Role::Desk,
                    reach: Width::All,
                }],
                channels: vec![Means::Desk],
            }],
            repeat_after_s: 86_400,
            ..policy
        }),
        other => other,
    }
}

fn store(number: usize) -> Site {
    let device = |id: &str, kind| Device {
        id: slug(id),
        name: id.into(),
        kind,
        area: Some(slug("tills")),
        covers: vec![slug("tills")],
    };
    Site {
        id: slug(&site(number)),
        name: format!("Store {number:02}"),
        region: slug(REGIONS[number % REGIONS.len()]),
        timezone: "Europe/London".into(),
        address: Some(format!("{number} High Street")),
        phone: None,
        areas: ["entrance", "tills"]
            .map(|id| Area {
                id: slug(id),
                name: id.into(),
            })
            .into(),
        devices: vec![
            device("till-1", DeviceKind::Till),
            device("till-2", DeviceKind::Till),
            device("camera-1", DeviceKind::Camera),
            device("button-1", DeviceKind::Button),
        ],
        panic: PanicMode::default(),
    }
}

fn people(webhook: Option<&str>) -> Vec<Person> {
    let contact = |channel, address: String| Contact {
        channel,
        address: Personal::new(address),
    };
    let person = |id: &str, role, reach, contacts| Person {
        id: slug(id),
        name: Personal::new(format!("Person {id}")),
        role,
        reach,
        contacts,
        phone: None,
        active: true,
    };
    let mail = |id: &str| contact(Means::Mail, format!("{id}@example.test"));
    let mut desk = vec![mail(DESK)];
    desk.extend(webhook.map(|url| contact(Means::Webhook, url.to_owned())));
    let mut people = vec![
        person(DESK, Role::Desk, Reach::All, desk),
        person(CLERK, Role::Clerk, Reach::All, Vec::new()),
        person(GATEWAY, Role::Integration, Reach::All, Vec::new()),
    ];
    people.extend((0..SITES).map(|number| {
        let id = format!("manager-{}", site(number));
        person(
            &id,
            Role::Manager,
            Reach::Site(slug(&site(number))),
            vec![mail(&id)],
        )
    }));
    people
}

/// An id out of the lists above.
pub(crate) fn slug<T: std::str::FromStr>(text: &str) -> T
where
    T::Err: std::fmt::Debug,
{
    text.parse().expect("the lists above hold slugs only")
}
