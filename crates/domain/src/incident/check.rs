//! Check: whether each field of a draft fits the store and the limits. Names all that do not.

use outcry_words::{phrase, say};

use super::{Draft, Item};
use crate::organisation::{Person, Site};
use crate::{
    Action, Actor, ActorId, AreaId, Category, DeviceId, Faults, Moment, Organisation, PersonId,
    Personal, Reach, SiteId, Time, text,
};

/// The longest narrative, in characters.
pub(crate) const NARRATIVE_CHARS_MAX: usize = 20_000;
/// The most items of a report.
pub(crate) const ITEMS_MAX: usize = 100;
/// How far ahead a clock may be.
pub(crate) const AHEAD_MAX_US: i64 = 5 * 60 * 1_000_000;
/// How long ago something may have happened to be reported: two years.
pub(crate) const AGO_MAX_US: i64 = 2 * 366 * 86_400 * 1_000_000;

/// Every field but the answers, which the template of the category checks. What lies in a store is not
/// judged where the store is not known.
pub(super) fn fields(
    draft: &Draft,
    store: Option<&Site>,
    moment: &Moment,
    organisation: &Organisation,
) -> Faults {
    let mut faults = Faults::default();
    if draft.category == Category::Panic {
        faults.add("/category", phrase("check-panic-elsewhere"));
    }
    match store {
        Some(store) => {
            faults.join(area(draft.area.as_ref(), store));
            faults.join(device(draft.device.as_ref(), store));
            let named = draft.reporter.as_ref();
            faults.join(reporter(named, store, &moment.actor, organisation));
        }
        None => faults.join(no_site(&draft.site)),
    }
    faults.join(time(draft.occurred_at, store, moment.now));
    faults.join(items(&draft.items));
    faults.join(narrative(draft.narrative.as_ref()));
    faults
}

pub(super) fn no_site(site: &SiteId) -> Faults {
    let with = [("site", site.to_string().into())];
    Faults::of("/site", say("check-no-site", with))
}

pub(super) fn time(occurred_at: Option<Time>, store: Option<&Site>, now: Time) -> Faults {
    let occurred_at = occurred_at.unwrap_or(now);
    if occurred_at - now > AHEAD_MAX_US {
        let zone = store.map_or("UTC", |store| &store.timezone);
        let with = [("now", now.said_in(zone).into())];
        return Faults::of("/occurred_at", say("check-future", with));
    }
    if now - occurred_at > AGO_MAX_US {
        return Faults::of("/occurred_at", phrase("check-long-ago"));
    }
    Faults::default()
}

pub(super) fn area(area: Option<&AreaId>, store: &Site) -> Faults {
    match area {
        Some(area) if !store.areas.iter().any(|known| known.id == *area) => {
            let with = [
                ("store", store.name.as_str().into()),
                ("area", area.to_string().into()),
            ];
            Faults::of("/area", say("check-no-area", with))
        }
        _ => Faults::default(),
    }
}

pub(super) fn device(device: Option<&DeviceId>, store: &Site) -> Faults {
    match device {
        Some(device) if !store.devices.iter().any(|known| known.id == *device) => {
            let with = [
                ("store", store.name.as_str().into()),
                ("device", device.to_string().into()),
            ];
            Faults::of("/device", say("check-no-device", with))
        }
        _ => Faults::default(),
    }
}

pub(super) fn narrative(text: Option<&Personal>) -> Faults {
    match text.and_then(Personal::open) {
        Some(text) if text.chars().count() > NARRATIVE_CHARS_MAX => {
            let with = [("most", NARRATIVE_CHARS_MAX.into())];
            Faults::of("/narrative", say("check-narrative", with))
        }
        _ => Faults::default(),
    }
}

/// The actor, a colleague of the store, or anybody whom the actor may see. The refusal is the same
/// whether there is such a person or not.
pub(super) fn reporter(
    named: Option<&PersonId>,
    store: &Site,
    actor: &Actor,
    organisation: &Organisation,
) -> Faults {
    let Some(id) = named else {
        return Faults::default();
    };
    let person = organisation.person(id).filter(|person| person.active);
    let known = person.is_some_and(|person| {
        actor.id == ActorId::Person(id.clone())
            || person.reach == Reach::Site(store.id.clone())
            || (actor.may(Action::ReadPeople) && sees(actor, person, organisation))
    });
    if known {
        return Faults::default();
    }
    Faults::of("/reporter", phrase("check-reporter"))
}

fn sees(actor: &Actor, person: &Person, organisation: &Organisation) -> bool {
    let region_of = |id| organisation.site(id).map(|site| &site.region);
    match (&person.reach, &actor.reach) {
        (Reach::All, _) | (_, Reach::All) => true,
        (Reach::Site(theirs), own) => {
            region_of(theirs).is_some_and(|region| own.covers(region, theirs))
        }
        (Reach::Region(theirs), Reach::Region(own)) => theirs == own,
        (Reach::Region(theirs), Reach::Site(own)) => region_of(own) == Some(theirs),
    }
}

pub(super) fn items(items: &[Item]) -> Faults {
    if items.len() > ITEMS_MAX {
        let with = [("most", ITEMS_MAX.into())];
        return Faults::of("/items", say("check-items", with));
    }
    let mut faults = Faults::default();
    for (place, item) in items.iter().enumerate() {
        let field = |name: &str| format!("/items/{place}/{name}");
        if !text::names(&item.name, 200) {
            faults.add(field("name"), phrase("check-item-name"));
        }
        let sku = item.sku.as_ref();
        if sku.is_some_and(|sku| sku.is_empty() || sku.len() > 64) {
            faults.add(field("sku"), phrase("check-item-sku"));
        }
        if !(1..=100_000).contains(&item.quantity) {
            faults.add(field("quantity"), phrase("check-item-quantity"));
        }
        let value = item.value_minor.unwrap_or_default();
        if !(0..=10_000_000_000).contains(&value) {
            faults.add(field("value_minor"), phrase("check-item-value"));
        }
    }
    faults
}
