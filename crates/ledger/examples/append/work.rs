//! What is recorded: reports of a small chain of stores, and what the loops make of each.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use outcry_domain::actor::SystemId;
use outcry_domain::incident::{
    Channel, Command, Context, Draft, Event as Incident, Item, Outcome, Scored,
};
use outcry_domain::organisation::{self, Event, PanicMode, Region, Site, defaults};
use outcry_domain::{
    Actor, Category, Event as AnyEvent, IncidentId, Moment, Personal, RegionId, Stream, Time,
};
use outcry_ledger::{Entry, Ledger};

pub(crate) const REGIONS: usize = 3;
const NARRATIVE: &str = "A man in a grey jacket filled a holdall with spirits from aisle six, pushed \
    past the guard at the exit and left towards the car park. He was seen last week as well.";

pub(crate) fn fill(bytes: &mut [u8]) {
    static STATE: AtomicU64 = AtomicU64::new(88_172_645_463_325_252);
    for chunk in bytes.chunks_mut(8) {
        let mut n = STATE.fetch_add(0x9E37_79B9_7F4A_7C15, Ordering::Relaxed);
        n = (n ^ (n >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        n = (n ^ (n >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        chunk.copy_from_slice(&(n ^ (n >> 31)).to_le_bytes()[..chunk.len()]);
    }
}

pub(crate) fn moment(now: Time, actor: Actor) -> Moment {
    let mut entropy = [0; 16];
    fill(&mut entropy);
    Moment {
        now,
        actor,
        entropy: u128::from_le_bytes(entropy),
    }
}

pub(crate) fn slug<T: std::str::FromStr>(text: &str) -> T
where
    T::Err: std::fmt::Debug,
{
    text.parse().expect("a slug")
}

/// The time of the probe: microseconds since its start, on a fixed day.
pub(crate) fn now(begin: Instant) -> Time {
    let us = i64::try_from(begin.elapsed().as_micros()).expect("short");
    Time(1_793_491_200_000_000 + us)
}

pub(crate) async fn set_up(ledger: &Ledger) {
    let mut events = Vec::new();
    for region in 0..REGIONS {
        let id = format!("r{region}");
        events.push(Event::Region(Region {
            id: slug(&id),
            name: id.clone(),
        }));
        for site in 0..14 {
            events.push(Event::Site(Site {
                id: slug(&format!("{id}-s{site}")),
                name: "Store".into(),
                region: slug(&id),
                timezone: "Europe/London".into(),
                address: None,
                phone: None,
                areas: vec![],
                devices: vec![],
                panic: PanicMode::default(),
            }));
        }
    }
    events.extend(defaults::events());
    let commands = events
        .into_iter()
        .map(|event| organisation::Command::Put {
            event,
            expected: None,
        })
        .collect();
    let moment = moment(Time(1_793_491_200_000_000), Actor::system(SystemId::Setup));
    ledger
        .configure_all(commands, &moment)
        .await
        .expect("set up");
}

pub(crate) fn draft(n: u64) -> Draft {
    Draft {
        site: slug(&format!("r{}-s{}", n % REGIONS as u64, n % 14)),
        category: Category::Theft,
        channel: Channel::Api,
        occurred_at: None,
        area: None,
        device: None,
        reporter: None,
        narrative: Some(Personal::new(format!("{NARRATIVE} Case {n}."))),
        fields: [].into(),
        items: vec![Item {
            sku: None,
            name: "Gin".into(),
            quantity: 3,
            value_minor: Some(2_100),
        }],
        silent: None,
        left_out: Vec::new(),
    }
}

pub(crate) fn scored() -> Scored {
    let reason = |text: &str| outcry_domain::incident::Reason {
        text: Personal::new(text),
        weight: 12.5,
        kind: outcry_domain::incident::ReasonKind::Model,
    };
    Scored {
        category: Category::Theft,
        confidence: 0.8,
        risk: 40,
        reasons: vec![
            reason("\"pushed\""),
            reason("\"guard\""),
            reason("\"last week\""),
        ],
        model: "probe".into(),
    }
}

/// What follows from a fact.
pub(crate) fn answer(
    entry: &Entry,
    context: &Context,
    now: Time,
) -> Option<(IncidentId, Command, Moment)> {
    let (Stream::Incident(id), AnyEvent::Incident(event)) = (&entry.fact.stream, &entry.fact.event)
    else {
        return None;
    };
    let command = match event {
        Incident::Reported(_) => Command::Enrich {
            context: Box::new(context.clone()),
            scored: Some(Box::new(scored())),
        },
        Incident::Notified { deliveries, .. } => {
            let outcome = || Outcome::Delivered("ok".into());
            Command::Deliver {
                outcomes: deliveries
                    .iter()
                    .map(|d| (d.id.clone(), outcome()))
                    .collect(),
            }
        }
        _ => return None,
    };
    Some((*id, command, moment(now, Actor::system(SystemId::Assess))))
}

/// What the loops of the house do with each report: context and score, then a plan of two messages.
pub(crate) async fn follow(ledger: Ledger, begin: Instant, done: Arc<AtomicBool>) {
    let regions: Vec<RegionId> = (0..REGIONS).map(|r| slug(&format!("r{r}"))).collect();
    let mut at: Vec<u64> = regions.iter().map(|region| ledger.head(region)).collect();
    let mut watch = ledger.watch();
    let context = Context {
        taken_at: Time(1),
        ..Context::default()
    };
    loop {
        watch.borrow_and_update();
        let mut any = false;
        for (place, region) in regions.iter().enumerate() {
            let entries = ledger
                .facts_after(region, at[place], 512)
                .await
                .expect("reads");
            let Some(last) = entries.last() else { continue };
            at[place] = last.fact.sequence;
            any = true;
            let commands = entries
                .iter()
                .filter_map(|entry| answer(entry, &context, now(begin)))
                .collect();
            for result in ledger.record_all(commands).await {
                if let Err(error) = result {
                    assert!(matches!(error, outcry_ledger::Error::Refused(_)), "{error}");
                }
            }
        }
        if !any {
            if done.load(Ordering::Relaxed) {
                return;
            }
            let _ = tokio::time::timeout(Duration::from_millis(50), watch.changed()).await;
        }
    }
}
