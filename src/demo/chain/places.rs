//! Where the stores are: streets that every British shopper knows, and nothing about any real shop in them.

/// The regions, by id and name.
pub(super) const REGIONS: [(&str, &str); 3] =
    [("north", "North"), ("south", "South"), ("west", "West")];

/// A high street.
pub(super) struct Place {
    /// The site's id.
    pub(super) id: &'static str,
    pub(super) town: &'static str,
    pub(super) street: &'static str,
    pub(super) region: &'static str,
    /// How busy, 1 to 3.
    pub(super) trade: u32,
}

const fn at(
    region: &'static str,
    id: &'static str,
    town: &'static str,
    street: &'static str,
    trade: u32,
) -> Place {
    Place {
        id,
        town,
        street,
        region,
        trade,
    }
}

/// The forty.
pub(super) const PLACES: [Place; 40] = [
    at("north", "leeds-briggate", "Leeds", "Briggate", 3),
    at("north", "york-coney-street", "York", "Coney Street", 2),
    at(
        "north",
        "newcastle-northumberland-street",
        "Newcastle",
        "Northumberland Street",
        3,
    ),
    at(
        "north",
        "durham-silver-street",
        "Durham",
        "Silver Street",
        1,
    ),
    at("north", "hull-whitefriargate", "Hull", "Whitefriargate", 1),
    at("north", "sheffield-fargate", "Sheffield", "Fargate", 2),
    at(
        "north",
        "manchester-market-street",
        "Manchester",
        "Market Street",
        3,
    ),
    at(
        "north",
        "liverpool-bold-street",
        "Liverpool",
        "Bold Street",
        3,
    ),
    at("north", "preston-fishergate", "Preston", "Fishergate", 2),
    at(
        "north",
        "carlisle-english-street",
        "Carlisle",
        "English Street",
        1,
    ),
    at(
        "north",
        "edinburgh-princes-street",
        "Edinburgh",
        "Princes Street",
        3,
    ),
    at(
        "north",
        "glasgow-buchanan-street",
        "Glasgow",
        "Buchanan Street",
        3,
    ),
    at(
        "north",
        "aberdeen-union-street",
        "Aberdeen",
        "Union Street",
        2,
    ),
    at("north", "lincoln-high-street", "Lincoln", "High Street", 1),
    at(
        "south",
        "camden-high-street",
        "London",
        "Camden High Street",
        3,
    ),
    at("south", "brixton-road", "London", "Brixton Road", 3),
    at("south", "croydon-north-end", "Croydon", "North End", 2),
    at("south", "bromley-high-street", "Bromley", "High Street", 2),
    at(
        "south",
        "brighton-western-road",
        "Brighton",
        "Western Road",
        3,
    ),
    at(
        "south",
        "canterbury-st-peters-street",
        "Canterbury",
        "St Peter's Street",
        1,
    ),
    at(
        "south",
        "guildford-high-street",
        "Guildford",
        "High Street",
        2,
    ),
    at(
        "south",
        "reading-broad-street",
        "Reading",
        "Broad Street",
        2,
    ),
    at(
        "south",
        "oxford-cornmarket-street",
        "Oxford",
        "Cornmarket Street",
        2,
    ),
    at(
        "south",
        "cambridge-sidney-street",
        "Cambridge",
        "Sidney Street",
        2,
    ),
    at(
        "south",
        "norwich-gentlemans-walk",
        "Norwich",
        "Gentleman's Walk",
        2,
    ),
    at(
        "south",
        "southampton-above-bar",
        "Southampton",
        "Above Bar Street",
        2,
    ),
    at(
        "south",
        "portsmouth-commercial-road",
        "Portsmouth",
        "Commercial Road",
        1,
    ),
    at(
        "south",
        "ipswich-tavern-street",
        "Ipswich",
        "Tavern Street",
        1,
    ),
    at("west", "bristol-broadmead", "Bristol", "Broadmead", 3),
    at("west", "bath-union-street", "Bath", "Union Street", 2),
    at("west", "exeter-high-street", "Exeter", "High Street", 2),
    at(
        "west",
        "plymouth-new-george-street",
        "Plymouth",
        "New George Street",
        2,
    ),
    at(
        "west",
        "truro-boscawen-street",
        "Truro",
        "Boscawen Street",
        1,
    ),
    at("west", "cardiff-queen-street", "Cardiff", "Queen Street", 3),
    at(
        "west",
        "swansea-oxford-street",
        "Swansea",
        "Oxford Street",
        2,
    ),
    at(
        "west",
        "newport-commercial-street",
        "Newport",
        "Commercial Street",
        1,
    ),
    at(
        "west",
        "gloucester-eastgate-street",
        "Gloucester",
        "Eastgate Street",
        1,
    ),
    at("west", "cheltenham-promenade", "Cheltenham", "Promenade", 1),
    at(
        "west",
        "birmingham-new-street",
        "Birmingham",
        "New Street",
        3,
    ),
    at(
        "west",
        "worcester-high-street",
        "Worcester",
        "High Street",
        1,
    ),
];
