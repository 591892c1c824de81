//! The words of a delivery, from what a list shows of its incident. Knows no provider.

use outcry_channels::{Call, Letter, Message};
use outcry_domain::incident::{Delivery, Summary};
use outcry_domain::organisation::Means;
use outcry_domain::{Organisation, PersonId};
use outcry_words::{phrase, say};

fn address(organisation: &Organisation, person: &PersonId, channel: Means) -> Option<String> {
    let contacts = &organisation.person(person)?.contacts;
    let contact = contacts.iter().find(|contact| contact.channel == channel)?;
    contact.address.open().map(str::to_owned)
}

/// The words and the address of a delivery. Nothing of the narrative leaves the house this way.
pub(super) fn message(
    organisation: &Organisation,
    summary: &Summary,
    delivery: &Delivery,
    url: &str,
) -> Result<Message, &'static str> {
    let to = address(organisation, &delivery.person, delivery.channel)
        .ok_or_else(|| phrase("outcome-no-address"))?;
    let place = organisation
        .site(&summary.site)
        .map_or(summary.site.as_str(), |site| site.name.as_str());
    match delivery.channel {
        Means::Desk => Err(phrase("outcome-screen-address")),
        Means::Mail => Ok(Message::Mail(Letter {
            to,
            priority: summary.priority.map_or(4, u8::from),
            what: summary.category.words().into(),
            place: place.into(),
            reference: summary.id.reference(),
            text: letter(organisation, summary, delivery, place, url),
        })),
        Means::Webhook => Ok(Message::Webhook(Call {
            url: to,
            body: call(summary, delivery, place, url),
        })),
    }
}

fn letter(
    organisation: &Organisation,
    summary: &Summary,
    delivery: &Delivery,
    place: &str,
    url: &str,
) -> String {
    let area = summary.area.as_ref().and_then(|id| {
        let site = organisation.site(&summary.site)?;
        site.areas
            .iter()
            .find(|area| area.id == *id)
            .map(|area| area.name.clone())
    });
    let at = area.map_or_else(|| place.to_owned(), |area| format!("{place}, {area}"));
    let address = organisation
        .site(&summary.site)
        .and_then(|site| site.address.clone());
    let what = summary.category.words();
    let mut lines = vec![
        say("letter-what", [("what", what.into()), ("place", at.into())]),
        say(
            "letter-reported",
            [("time", summary.reported_at.rfc3339().into())],
        ),
    ];
    lines.extend(address.map(|address| say("letter-address", [("address", address.into())])));
    if let Some(by) = summary.acknowledge_by {
        let time = by.rfc3339().into();
        lines.push(say("letter-acknowledge", [("time", time)]));
    }
    if summary.silent {
        lines.push(say("letter-silent", []));
    }
    lines.push(String::new());
    let open = format!("{url}/incidents/{}", summary.id);
    lines.push(say("letter-open", [("url", open.into())]));
    lines.push(say(
        "letter-reference",
        [
            ("reference", summary.id.reference().into()),
            ("step", (delivery.step + 1).into()),
        ],
    ));
    lines.join("\n")
}

/// A CloudEvent about the incident: what a list shows, and nobody's name.
fn call(summary: &Summary, delivery: &Delivery, place: &str, url: &str) -> Vec<u8> {
    let event = serde_json::json!({
        "specversion": "1.0",
        "id": delivery.id,
        "source": format!("{url}/regions/{}", summary.region),
        "type": "outcry.incident.notification",
        "subject": summary.id,
        "time": delivery.planned_at.rfc3339(),
        "datacontenttype": "application/json",
        "data": {
            "incident": summary.id,
            "reference": summary.id.reference(),
            "site": summary.site,
            "site_name": place,
            "area": summary.area,
            "category": summary.category,
            "priority": summary.priority,
            "risk": summary.risk,
            "state": summary.state,
            "queue": summary.queue,
            "silent": summary.silent,
            "reported_at": summary.reported_at.rfc3339(),
            "acknowledge_by": summary.acknowledge_by.map(outcry_domain::Time::rfc3339),
            "recipient": delivery.person,
            "step": delivery.step,
            "url": format!("{url}/incidents/{}", summary.id),
        },
    });
    event.to_string().into_bytes()
}
