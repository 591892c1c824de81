//! What the public labels mean in our words. A label that fits none of our categories honestly
//! maps to nothing and teaches nothing.

use crate::Category;

/// What happened, in nine groups: the divisions of the Occupational Injury and Illness
/// Classification (OIICS 2.01), with "contact with objects" split into struck and caught.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum EventGroup {
    /// Division 1: violence and other injuries by persons or animals.
    Violence,
    /// Division 2: transportation incidents.
    Transport,
    /// Division 3: fires and explosions.
    Fire,
    /// Division 4: falls, slips, trips.
    Fall,
    /// Division 5: exposure to harmful substances or environments.
    Exposure,
    /// Division 6: struck by or against something.
    Struck,
    /// Division 6: caught in, compressed by, crushed.
    Caught,
    /// Division 7: overexertion and bodily reaction.
    Exertion,
    /// Not classifiable, and contact that is not said more closely.
    Other,
}

impl EventGroup {
    /// Their names, in the order of the variants.
    pub(crate) const NAMES: [&'static str; 9] = [
        "violence",
        "transport",
        "fire",
        "fall",
        "exposure",
        "struck",
        "caught",
        "exertion",
        "other",
    ];
}

/// The ten coarse classes of the crime records.
pub(crate) const COARSE_NAMES: [&str; 10] = [
    "assault",
    "burglary",
    "fraud",
    "robbery",
    "shoplifting",
    "theft_other",
    "threat",
    "trespass",
    "vandalism",
    "weapon",
];

/// Any of these parts, separated by bars, in a label means this.
type Rule<Meaning> = (&'static str, Meaning);

const EVENT_RULES: [Rule<EventGroup>; 8] = [
    (
        "roadway|pedestrian|in normal operation|water vehicle|aircraft|in-flight|pedal cycle|rail vehicle|\
         ran off|sudden start|transportation|parachut|being ridden|moving in|vehicle struck",
        EventGroup::Transport,
    ),
    (
        "intentional|intent unknown|hitting, kicking|stabbing,|strangulation|by other person, n|\
         injury by person|physical contact|horseplay|animal|bite|sting",
        EventGroup::Violence,
    ),
    ("fire|ignition|explosion", EventGroup::Fire),
    (
        "caught in running|caught in or|caught between|struck, caught|compressed|entangled|rubbed|\
         cave-in|engulfment",
        EventGroup::Caught,
    ),
    ("struck|injured by|stepped on", EventGroup::Struck),
    ("fall|slip|trip|jump", EventGroup::Fall),
    (
        "exposure|contact with hot|contact with cold|inhalation|ingestion|choking|needlestick",
        EventGroup::Exposure,
    ),
    (
        "exertion|bending|climbing|walking|standing|running|kneeling|boarding|bodily",
        EventGroup::Exertion,
    ),
];

/// The group of an OIICS event title. The first rule that fits counts, so their order matters:
/// "Struck by falling object" is no fall, "Fall on water vehicle" is transport.
pub(crate) fn event_group(title: &str) -> EventGroup {
    first(&EVENT_RULES, &title.to_lowercase()).unwrap_or(EventGroup::Other)
}

/// Whether an OIICS event title is intentional violence between people.
pub(crate) fn is_intentional_violence(title: &str) -> bool {
    let title = title.to_lowercase();
    title.ends_with("by other person-intentional")
        || [
            "intentional injury by other person",
            "hitting, kicking",
            "stabbing,",
            "strangulation by other",
        ]
        .iter()
        .any(|start| title.starts_with(start))
}

/// The category of a Los Angeles crime code's description. The first rule that fits counts.
pub(crate) fn offence_category(offence: &str) -> Option<Category> {
    const RULES: [Rule<Category>; 13] = [
        ("DISHONEST EMPLOYEE|EMBEZZLEMENT", Category::Dishonesty),
        ("SHOPLIFTING|BURGLARY FROM VEHICLE", Category::Theft),
        ("BURGLARY", Category::Burglary),
        ("ROBBERY", Category::Robbery),
        (
            "SEXUAL|RAPE|LEWD CONDUCT|INDECENT|SODOMY|ORAL COPULATION|PEEPING",
            Category::Sexual,
        ),
        ("THREAT|STALKING|LETTERS, LEWD|BOMB SCARE", Category::Threat),
        ("BRANDISH|SHOTS FIRED|WEAPONS POSSESSION", Category::Weapon),
        ("ASSAULT|BATTERY|HOMICIDE", Category::Violence),
        ("VANDALISM|ARSON", Category::Damage),
        (
            "IDENTITY|BUNCO|FORGERY|DEFRAUDING|COUNTERFEIT|DOCUMENT WORTHLESS",
            Category::Fraud,
        ),
        ("TRESPASS|DISTURBING", Category::Antisocial),
        ("PROWLER", Category::Suspicious),
        ("THEFT|STOLEN|PICKPOCKET|PURSE SNATCHING", Category::Theft),
    ];
    first(&RULES, offence)
}

/// Whether the phrases of a crime record say that prejudice was the motive.
pub(crate) fn shows_prejudice(mo: &str) -> bool {
    [
        "prejudice",
        "Prejudice",
        "Hate Incident",
        "Hate-related",
        "Hate Crime",
        "Racial slurs",
    ]
    .iter()
    .any(|phrase| mo.contains(phrase))
}

/// The category of a San Francisco incident from its category, subcategory and description.
pub(crate) fn incident_category(
    category: &str,
    subcategory: &str,
    description: &str,
) -> Option<Category> {
    const BY_DESCRIPTION: [Rule<Category>; 4] = [
        ("Hate Crime", Category::Hate),
        ("Embezzle", Category::Dishonesty),
        (
            "Phone Calls, Harassing|Phone Calls, Threatening",
            Category::Threat,
        ),
        ("Lewd Act|Indecent Exposure", Category::Sexual),
    ];
    const BY_SUBCATEGORY: [Rule<Category>; 9] = [
        ("Robbery", Category::Robbery),
        ("Weapons Offense", Category::Weapon),
        ("Intimidation|Stalking|Extortion", Category::Threat),
        ("Vandalism|Arson", Category::Damage),
        ("Fraud|Forgery|Bad Checks", Category::Fraud),
        ("Suspicious", Category::Suspicious),
        (
            "Trespass|Loitering|Drunkenness|Drug Violation|Disorderly|Liquor Law",
            Category::Antisocial,
        ),
        (
            "Lost Property|Non-Criminal|Missing|Fire Report|Suicide",
            Category::Other,
        ),
        (
            "Simple Assault|Aggravated Assault|Homicide",
            Category::Violence,
        ),
    ];
    const BY_CATEGORY: [Rule<Category>; 4] = [
        (
            "Larceny|Motor Vehicle Theft|Stolen Property",
            Category::Theft,
        ),
        ("Burglary", Category::Burglary),
        ("Civil Sidewalks", Category::Antisocial),
        ("Rape|Sex Offense", Category::Sexual),
    ];
    let not_for_us = ["Child", "Minor", "Juvenile", "Obscene"];
    if not_for_us
        .iter()
        .any(|word| subcategory.contains(word) || description.contains(word))
    {
        return None;
    }
    first(&BY_DESCRIPTION, description)
        .or_else(|| first(&BY_SUBCATEGORY, subcategory))
        .or_else(|| first(&BY_CATEGORY, category))
}

fn first<Meaning: Copy>(rules: &[Rule<Meaning>], label: &str) -> Option<Meaning> {
    rules
        .iter()
        .find(|(parts, _)| parts.split('|').any(|part| label.contains(part)))
        .map(|(_, meaning)| *meaning)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_fall_into_the_division_they_belong_to() {
        for (title, group) in [
            (
                "Struck by falling object or equipment, n.e.c.",
                EventGroup::Struck,
            ),
            ("Fall on water vehicle", EventGroup::Transport),
            (
                "Fall or jump from and struck by same vehicle in normal operation, nonroadway",
                EventGroup::Transport,
            ),
            (
                "Caught in running equipment or machinery, unspecified",
                EventGroup::Caught,
            ),
            (
                "Struck, caught, or crushed in other collapsing structure or equipment",
                EventGroup::Caught,
            ),
            (
                "Struck by or caught in swinging door or gate",
                EventGroup::Struck,
            ),
            (
                "Injured by slipping or swinging object held by injured worker",
                EventGroup::Struck,
            ),
            (
                "Fall from collapsing structure or equipment 6 to 10 feet",
                EventGroup::Fall,
            ),
            ("Other animal bites, nonvenomous", EventGroup::Violence),
            ("Hitting, kicking, beating, shoving", EventGroup::Violence),
            ("Exposure to environmental heat", EventGroup::Exposure),
            (
                "Contact with hot objects or substances",
                EventGroup::Exposure,
            ),
            (
                "Overexertion in lifting-single episode",
                EventGroup::Exertion,
            ),
            ("Vehicle or machinery fire", EventGroup::Fire),
            (
                "Contact with objects and equipment, unspecified",
                EventGroup::Other,
            ),
            ("Nonclassifiable", EventGroup::Other),
        ] {
            assert_eq!(event_group(title), group, "{title}");
        }
    }

    #[test]
    fn only_intent_is_violence() {
        assert!(is_intentional_violence(
            "Shooting by other person-intentional"
        ));
        assert!(is_intentional_violence(
            "Intentional injury by other person, n.e.c."
        ));
        assert!(!is_intentional_violence(
            "Shooting by other person-unintentional"
        ));
        assert!(!is_intentional_violence(
            "Injury by other person-unintentional or intent unknown, n.e.c."
        ));
        assert!(!is_intentional_violence("Kicked by animal"));
    }

    #[test]
    fn offences_map_to_our_words_or_to_nothing() {
        assert_eq!(
            offence_category("BURGLARY FROM VEHICLE"),
            Some(Category::Theft)
        );
        assert_eq!(offence_category("THEFT OF IDENTITY"), Some(Category::Fraud));
        assert_eq!(
            offence_category("BATTERY WITH SEXUAL CONTACT"),
            Some(Category::Sexual)
        );
        assert_eq!(
            offence_category("CRIMINAL THREATS - NO WEAPON DISPLAYED"),
            Some(Category::Threat)
        );
        assert_eq!(offence_category("VIOLATION OF RESTRAINING ORDER"), None);
    }

    #[test]
    fn incidents_map_to_our_words_or_to_nothing() {
        let map = incident_category;
        assert_eq!(
            map(
                "Robbery",
                "Robbery - Commercial",
                "Shoplifting, Force against Agent"
            ),
            Some(Category::Robbery)
        );
        assert_eq!(
            map(
                "Larceny Theft",
                "Larceny Theft - Shoplifting",
                "Theft, Shoplifting, Att."
            ),
            Some(Category::Theft)
        );
        assert_eq!(
            map("Disorderly Conduct", "Intimidation", "Terrorist Threats"),
            Some(Category::Threat)
        );
        assert_eq!(
            map(
                "Sex Offense",
                "Sex Offense, Child",
                "Children, Annoy Or Molest"
            ),
            None
        );
        assert_eq!(
            map("Warrant", "Warrant", "Warrant Arrest, Enroute To Parole"),
            None
        );
    }
}
