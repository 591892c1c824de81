//! The town: two regions, three shops, their people, and the providers and screens of the day.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock, Mutex};

use outcry::follow::courier::World;
use outcry_channels::{DedupeKey, Message, Outcome};
use outcry_domain::incident::{Channel, Draft};
use outcry_domain::organisation::{
    Area, Contact, Event, Means, PanicMode, Person, Region, Site, defaults,
};
use outcry_domain::{Category, PersonId, Personal, Reach, Role};
use outcry_stream::{Body, Line, LineBuffer, Movement};

use crate::crash::Fuse;

/// Numbers from a seed (SplitMix64).
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn of(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0x5851_F42D_4C95_7F2D)
    }
    pub(crate) fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }
    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.roll() % end.max(1)
    }
    pub(crate) fn pick<'a, T>(&mut self, among: &'a [T]) -> &'a T {
        &among[usize::try_from(self.below(among.len() as u64)).expect("small")]
    }
    pub(crate) fn wide(&mut self) -> u128 {
        u128::from(self.roll()) << 64 | u128::from(self.roll())
    }
}

/// What the providers did, and how they feel.
#[derive(Default)]
pub(crate) struct Providers {
    pub mail_down: bool,
    pub webhook_down: bool,
    /// People whose mailbox does not exist.
    pub gone: BTreeSet<String>,
    /// People who sit at a screen.
    pub at_screens: BTreeSet<PersonId>,
    /// Every key that went out.
    pub seen: BTreeMap<String, Attempts>,
}

/// How often a message came to its provider.
#[derive(Default)]
pub(crate) struct Attempts {
    pub tried: u32,
    pub taken: u32,
}

impl Providers {
    fn hear(&mut self, key: &DedupeKey, message: &Message) -> Outcome {
        let outcome = match message {
            Message::Mail(letter) if self.gone.contains(&letter.to) => Outcome::Failed {
                provider_text: "550 no such mailbox".into(),
            },
            Message::Mail(_) if self.mail_down => Outcome::Retry {
                provider_text: "connection refused".into(),
                after_s: None,
            },
            Message::Webhook(_) if self.webhook_down => Outcome::Retry {
                provider_text: "503".into(),
                after_s: Some(7),
            },
            _ => Outcome::Accepted {
                provider_text: "250 taken".into(),
            },
        };
        let attempts = self.seen.entry(key.as_str().to_owned()).or_default();
        attempts.tried += 1;
        attempts.taken += u32::from(matches!(outcome, Outcome::Accepted { .. }));
        outcome
    }
}

pub(crate) type Shared = Arc<Mutex<Providers>>;

/// The world as the courier of a house meets it, until the house falls.
pub(crate) fn world(providers: &Shared, fuse: &Arc<Fuse>) -> World {
    let (screens, wires, fuse) = (providers.clone(), providers.clone(), fuse.clone());
    World::Simulated {
        at_a_screen: Arc::new(move |person| {
            screens.lock().expect("whole").at_screens.contains(person)
        }),
        send: Arc::new(move |key, message| {
            fuse.end_if_fallen();
            let outcome = wires.lock().expect("whole").hear(key, message);
            fuse.count_message();
            fuse.end_if_fallen();
            outcome
        }),
    }
}

pub(crate) const SITES: [&str; 3] = ["leeds-012", "hull-282", "hove-101"];
pub(crate) const DESK: [&str; 2] = ["priya", "sam"];

/// What a till tells of a sale or a refund.
pub(crate) fn rung_up<'a>(
    site: &'a str,
    number: &'a str,
    refund: bool,
    time_us: i64,
) -> outcry_stream::Event<'a> {
    static GIN: LazyLock<LineBuffer> = LazyLock::new(|| {
        let mut lines = LineBuffer::default();
        lines.push(Line {
            sku: "4011",
            name: "GIN",
            quantity: 1,
            unit_minor: 1_200,
        });
        lines
    });
    outcry_stream::Event {
        source: "/tills",
        id: number,
        time_us,
        site,
        body: Body::Till {
            movement: if refund {
                Movement::Refund
            } else {
                Movement::Sale
            },
            till: "till-1",
            transaction: number,
            currency: Some("GBP"),
            total_minor: Some(1_200),
            lines: GIN.lines(),
        },
    }
}

pub(crate) fn id<T: std::str::FromStr>(text: &str) -> T
where
    T::Err: std::fmt::Debug,
{
    text.parse().expect("a slug")
}

/// What somebody reports.
pub(crate) fn draft(dice: &mut Dice, category: Category) -> Draft {
    let words = [
        "he took six bottles of gin",
        "she shouted and hit the cashier",
        "somebody broke the door",
        "refund without a receipt",
        "",
    ];
    Draft {
        site: id(dice.pick::<&str>(&SITES)),
        category,
        channel: Channel::Terminal,
        occurred_at: None,
        area: None,
        device: None,
        reporter: None,
        narrative: Some(Personal::new(*dice.pick(&words))),
        fields: BTreeMap::new(),
        items: vec![],
        silent: None,
        left_out: Vec::new(),
    }
}

/// The facts that found the town.
pub(crate) fn founding() -> Vec<Event> {
    let mut events = vec![
        Event::Region(Region {
            id: id("north"),
            name: "North".into(),
        }),
        Event::Region(Region {
            id: id("south"),
            name: "South".into(),
        }),
    ];
    for (site, region) in SITES.into_iter().zip(["north", "north", "south"]) {
        events.push(Event::Site(Site {
            id: id(site),
            name: site.into(),
            region: id(region),
            timezone: "Europe/London".into(),
            address: None,
            phone: None,
            areas: vec![Area {
                id: id("tills"),
                name: "Tills".into(),
            }],
            devices: vec![],
            panic: PanicMode::default(),
        }));
        events.push(person(
            &format!("clerk-{site}"),
            Role::Clerk,
            Reach::Site(id(site)),
            &[],
        ));
        let reached = [(Means::Mail, format!("{site}@example.test"))];
        events.push(person(
            &format!("manager-{site}"),
            Role::Manager,
            Reach::Site(id(site)),
            &reached,
        ));
    }
    for region in ["north", "south"] {
        let reached = [(Means::Webhook, format!("http://127.0.0.1:9/{region}"))];
        events.push(person(
            &format!("manager-{region}"),
            Role::Manager,
            Reach::Region(id(region)),
            &reached,
        ));
    }
    for name in DESK {
        let reached = [
            (Means::Mail, format!("{name}@example.test")),
            (Means::Webhook, format!("http://127.0.0.1:9/{name}")),
        ];
        events.push(person(name, Role::Desk, Reach::All, &reached));
    }
    events.push(person(
        "lee",
        Role::Analyst,
        Reach::All,
        &[(Means::Mail, "lee@example.test".into())],
    ));
    events.extend(defaults::events());
    events
}

fn person(name: &str, role: Role, reach: Reach, reached: &[(Means, String)]) -> Event {
    Event::Person(Person {
        id: id(name),
        name: Personal::new(name),
        role,
        reach,
        contacts: reached
            .iter()
            .map(|(channel, address)| Contact {
                channel: *channel,
                address: Personal::new(address),
            })
            .collect(),
        phone: None,
        active: true,
    })
}
