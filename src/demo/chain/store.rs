//! A store from the door to the stock room: areas, tills, cameras, the terminal and the panic button.

use outcry_domain::organisation::{Area, Device, DeviceKind, PanicMode, Site};
use outcry_domain::{AreaId, DeviceId};

use super::places::Place;
use super::{Store, region_of, slug};
use crate::demo::chance::Chance;

/// Every store has these.
const ALWAYS: [(&str, &str); 3] = [
    ("entrance", "Entrance"),
    ("tills", "Tills"),
    ("stock-room", "Stock room"),
];

/// And two to five of these, where the goods stand.
const FLOOR: [(&str, &str); 7] = [
    ("gifts", "Gifts"),
    ("kitchen", "Kitchen and home"),
    ("toys", "Toys"),
    ("cards", "Cards and paper"),
    ("garden", "Garden"),
    ("seasonal", "Seasonal"),
    ("upstairs", "First floor"),
];

pub(super) fn build(place: &Place, number: u32, chance: &mut Chance) -> Store {
    let areas = areas(place, chance);
    let clerks = if place.trade == 1 { 3 } else { 4 };
    Store {
        trade: place.trade,
        manager: slug(&format!("manager-{}", place.id)),
        clerks: (1..=clerks)
            .map(|number| slug(&format!("clerk-{}-{number}", place.id)))
            .collect(),
        site: Site {
            id: slug(place.id),
            name: name(place),
            region: region_of(place),
            timezone: "Europe/London".into(),
            address: Some(format!("{}, {}", place.street, place.town)),
            phone: Some(format!("+44{number}")),
            devices: devices(place, &areas),
            areas,
            panic: PanicMode {
                hold_ms: 800,
                silent: chance.happens(0.7),
            },
        },
    }
}

/// The town tells the stores apart, but in London, where the street does.
fn name(place: &Place) -> String {
    if place.town == "London" {
        place.street.into()
    } else {
        format!("{} {}", place.town, place.street)
    }
}

fn areas(place: &Place, chance: &mut Chance) -> Vec<Area> {
    let mut floor = FLOOR.to_vec();
    chance.shuffle(&mut floor);
    let wanted = 1 + place.trade as usize + usize::from(chance.happens(0.5));
    floor.truncate(wanted);
    ALWAYS
        .into_iter()
        .chain(floor)
        .map(|(id, name)| Area {
            id: slug(id),
            name: name.into(),
        })
        .collect()
}

fn devices(place: &Place, areas: &[Area]) -> Vec<Device> {
    let tills: AreaId = slug("tills");
    let device = |id: String, name: String, kind, area: &AreaId, covers: Vec<AreaId>| Device {
        id: slug::<DeviceId>(&id),
        name,
        kind,
        area: Some(area.clone()),
        covers,
    };
    let mut devices: Vec<Device> = (1..=1 + place.trade)
        .map(|n| {
            device(
                format!("till-{n}"),
                format!("Till {n}"),
                DeviceKind::Till,
                &tills,
                vec![],
            )
        })
        .collect();
    devices.push(device(
        "terminal".into(),
        "Terminal at the tills".into(),
        DeviceKind::Terminal,
        &tills,
        vec![],
    ));
    devices.push(device(
        "panic-button".into(),
        "Panic button at the tills".into(),
        DeviceKind::Button,
        &tills,
        vec![],
    ));
    // Every area is seen by its own camera; the one at the door sees the tills too.
    devices.extend(areas.iter().map(|area| {
        let mut covers = vec![area.id.clone()];
        if area.id.as_str() == "entrance" {
            covers.push(tills.clone());
        }
        device(
            format!("camera-{}", area.id),
            format!("Camera, {}", area.name.to_lowercase()),
            DeviceKind::Camera,
            &area.id,
            covers,
        )
    }));
    devices
}
