//! The chain of stores in which all this happens.

use std::collections::BTreeMap;

use outcry_domain::actor::SystemId;
use outcry_domain::organisation::{
    Area, Command, Contact, Credential, CredentialKind, Device, DeviceKind, Event, Means,
    PanicMode, Person, Region, Schedule, Site, defaults,
};
use outcry_domain::{Actor, Moment, PersonId, Personal, Reach, Role};
use outcry_identity::{Kind, issue};
use outcry_ledger::Ledger;

use crate::shop::{NOON, random};

/// Everybody: name, role, reach.
fn staff() -> Vec<(&'static str, Role, Reach)> {
    let site = |id: &str| Reach::Site(id.parse().unwrap());
    vec![
        ("ann", Role::Clerk, site("leeds-012")),
        ("bob", Role::Clerk, site("hull-282")),
        ("wall", Role::Terminal, site("leeds-012")),
        ("mia", Role::Manager, site("leeds-012")),
        (
            "ned",
            Role::Manager,
            Reach::Region("north".parse().unwrap()),
        ),
        ("dan", Role::Desk, Reach::All),
        ("lea", Role::Analyst, Reach::All),
        ("ada", Role::Admin, Reach::All),
        ("tills", Role::Integration, Reach::All),
    ]
}

/// Puts everything in place; everybody's API token and sign-in secret.
pub(crate) async fn people(
    ledger: &Ledger,
) -> (
    BTreeMap<&'static str, String>,
    BTreeMap<&'static str, String>,
) {
    let moment = Moment {
        now: NOON,
        actor: Actor::system(SystemId::Setup),
        entropy: random(),
    };
    let mut events = regions();
    events.extend(staff().into_iter().map(|(name, role, reach)| {
        Event::Person(Person {
            id: name.parse().unwrap(),
            name: Personal::new(format!(
                "{}{} Example",
                &name[..1].to_uppercase(),
                &name[1..]
            )),
            role,
            reach,
            contacts: vec![Contact {
                channel: Means::Mail,
                address: Personal::new(format!("{name}@shop.example")),
            }],
            phone: None,
            active: true,
        })
    }));
    events.extend(defaults::events());
    events.push(Event::Schedule(Schedule {
        id: "nights".parse().unwrap(),
        name: "Nights".into(),
        people: vec!["dan".parse().unwrap(), "mia".parse().unwrap()],
        starts_at: NOON.plus_s(0),
        turn_s: 43_200,
        overrides: Vec::new(),
    }));
    let mut commands: Vec<Command> = events
        .into_iter()
        .map(|event| Command::Put {
            event,
            expected: None,
        })
        .collect();
    let (mut tokens, mut links) = (BTreeMap::new(), BTreeMap::new());
    for (name, ..) in staff() {
        let person: PersonId = name.parse().unwrap();
        for (kind, credential, kept) in [
            (Kind::Api, CredentialKind::Api, &mut tokens),
            (Kind::SignIn, CredentialKind::SignIn, &mut links),
        ] {
            let mut secret = [0; 32];
            aws_lc_rs::rand::fill(&mut secret).unwrap();
            let (token, hash) = issue(kind, secret);
            kept.insert(name, token.reveal().to_owned());
            commands.push(Command::Issue {
                person: person.clone(),
                credential: Credential {
                    hash: hash.to_string(),
                    kind: credential,
                    expires_at: (kind == Kind::SignIn).then(|| NOON.plus_s(900)),
                },
            });
        }
    }
    ledger.configure_all(commands, &moment).await.unwrap();
    (tokens, links)
}

fn regions() -> Vec<Event> {
    let region = |id: &str| {
        Event::Region(Region {
            id: id.parse().unwrap(),
            name: id.into(),
        })
    };
    let site = |id: &str, name: &str, region: &str| {
        Event::Site(Site {
            id: id.parse().unwrap(),
            name: name.into(),
            region: region.parse().unwrap(),
            timezone: "Europe/London".into(),
            address: None,
            phone: None,
            areas: vec![Area {
                id: "menswear".parse().unwrap(),
                name: "Menswear".into(),
            }],
            devices: vec![Device {
                id: "till-1".parse().unwrap(),
                name: "Till 1".into(),
                kind: DeviceKind::Till,
                area: None,
                covers: Vec::new(),
            }],
            panic: PanicMode::default(),
        })
    };
    vec![
        region("north"),
        region("south"),
        site("leeds-012", "Leeds Briggate", "north"),
        site("hull-282", "Hull Prospect", "north"),
        site("camden-001", "Camden High St", "south"),
    ]
}
