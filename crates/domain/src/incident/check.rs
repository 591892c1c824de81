//! Check: whether each field of a draft fits the store and the limits. Names the first that does not.

use outcry_words::{phrase, say};

use super::{Draft, Item, Refusal};
use crate::organisation::{Person, Site};
use crate::{
    Action, Actor, ActorId, AreaId, DeviceId, Moment, Organisation, PersonId, Personal, Reach,
    Time, text,
};

/// The longest narrative, in characters.
pub(crate) const NARRATIVE_CHARS_MAX: usize = 20_000;
/// The most items of a report.
pub(crate) const ITEMS_MAX: usize = 100;
/// How far ahead a clock may be.
pub(crate) const AHEAD_MAX_US: i64 = 5 * 60 * 1_000_000;
/// How long ago something may have happened to be reported: two years.
pub(crate) const AGO_MAX_US: i64 = 2 * 366 * 86_400 * 1_000_000;

/// Every field but the answers, which the template of the category checks.
pub(super) fn fields(
    draft: &Draft,
    store: &Site,
    moment: &Moment,
    organisation: &Organisation,
) -> Result<(), Refusal> {
    time(draft.occurred_at, moment.now)?;
    area(draft.area.as_ref(), store)?;
    device(draft.device.as_ref(), store)?;
    items(&draft.items)?;
    narrative(draft.narrative.as_ref())?;
    reporter(draft.reporter.as_ref(), store, &moment.actor, organisation)
}

pub(super) fn time(occurred_at: Option<Time>, now: Time) -> Result<(), Refusal> {
    let occurred_at = occurred_at.unwrap_or(now);
    if occurred_at - now > AHEAD_MAX_US {
        return Err(Refusal::invalid(
            "/occurred_at",
            say("check-future", [("now", now.rfc3339().into())]),
        ));
    }
    if now - occurred_at > AGO_MAX_US {
        return Err(Refusal::invalid("/occurred_at", phrase("check-long-ago")));
    }
    Ok(())
}

pub(super) fn area(area: Option<&AreaId>, store: &Site) -> Result<(), Refusal> {
    match area {
        Some(area) if !store.areas.iter().any(|known| known.id == *area) => {
            let with = [
                ("store", store.name.as_str().into()),
                ("area", area.to_string().into()),
            ];
            Err(Refusal::invalid("/area", say("check-no-area", with)))
        }
        _ => Ok(()),
    }
}

pub(super) fn device(device: Option<&DeviceId>, store: &Site) -> Result<(), Refusal> {
    match device {
        Some(device) if !store.devices.iter().any(|known| known.id == *device) => {
            let with = [
                ("store", store.name.as_str().into()),
                ("device", device.to_string().into()),
            ];
            Err(Refusal::invalid("/device", say("check-no-device", with)))
        }
        _ => Ok(()),
    }
}

pub(super) fn narrative(text: Option<&Personal>) -> Result<(), Refusal> {
    match text.and_then(Personal::open) {
        Some(text) if text.chars().count() > NARRATIVE_CHARS_MAX => Err(Refusal::invalid(
            "/narrative",
            say("check-narrative", [("most", NARRATIVE_CHARS_MAX.into())]),
        )),
        _ => Ok(()),
    }
}

/// The actor, a colleague of the store, or anybody whom the actor may see. The refusal is the same
/// whether there is such a person or not.
pub(super) fn reporter(
    named: Option<&PersonId>,
    store: &Site,
    actor: &Actor,
    organisation: &Organisation,
) -> Result<(), Refusal> {
    let Some(id) = named else { return Ok(()) };
    let person = organisation.person(id).filter(|person| person.active);
    let known = person.is_some_and(|person| {
        actor.id == ActorId::Person(id.clone())
            || person.reach == Reach::Site(store.id.clone())
            || (actor.may(Action::ReadPeople) && sees(actor, person, organisation))
    });
    if known {
        return Ok(());
    }
    Err(Refusal::invalid("/reporter", phrase("check-reporter")))
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

pub(super) fn items(items: &[Item]) -> Result<(), Refusal> {
    if items.len() > ITEMS_MAX {
        return Err(Refusal::invalid(
            "/items",
            say("check-items", [("most", ITEMS_MAX.into())]),
        ));
    }
    for (place, item) in items.iter().enumerate() {
        let field = |name: &str| format!("/items/{place}/{name}");
        if !text::names(&item.name, 200) {
            return Err(Refusal::invalid(field("name"), phrase("check-item-name")));
        }
        if item
            .sku
            .as_ref()
            .is_some_and(|sku| sku.is_empty() || sku.len() > 64)
        {
            return Err(Refusal::invalid(field("sku"), phrase("check-item-sku")));
        }
        if !(1..=100_000).contains(&item.quantity) {
            return Err(Refusal::invalid(
                field("quantity"),
                phrase("check-item-quantity"),
            ));
        }
        if item
            .value_minor
            .is_some_and(|value| !(0..=10_000_000_000).contains(&value))
        {
            return Err(Refusal::invalid(
                field("value_minor"),
                phrase("check-item-value"),
            ));
        }
    }
    Ok(())
}
