//! How often, how late and what kind: real incidents of the San Francisco police, December 2018 (PDDL).
//! Only kinds that a shop could report; what concerns cars, homes, families and children is left out.

use outcry_domain::Category;
use serde::Deserialize;

use super::{rows, seconds};

/// The days that the set covers.
pub(crate) const DAYS: u32 = 31;

/// One incident of the set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Recorded {
    /// What Outcry calls it.
    pub(crate) category: Category,
    /// What the department called it, word for word.
    pub(crate) description: String,
    /// The hour of the day at which it was recorded to have happened, 0 to 23.
    pub(crate) hour: u8,
    /// How much later Outcry is told, in seconds; see [`SOONER_THAN_POLICE`].
    pub(crate) delay_s: i64,
}

/// A shop tells its own desk so many times sooner than somebody tells the police: the recorded delays are divided by
/// it. Thefts take theirs from the shoplifting among them, since nobody comes home to find a shop emptied.
pub(crate) const SOONER_THAN_POLICE: i64 = 10;

/// The incidents of shop kinds.
#[derive(Debug)]
pub(crate) struct Incidents {
    /// In the order of the set.
    pub(crate) all: Vec<Recorded>,
    /// How many in which hour of the day.
    pub(crate) by_hour: [u32; 24],
}

#[derive(Deserialize)]
struct Row {
    incident_datetime: String,
    report_datetime: String,
    category: String,
    subcategory: String,
    description: String,
}

impl Incidents {
    /// Reads the shipped set.
    pub(crate) fn read() -> Self {
        let packed = include_bytes!("../../../data/sf-incidents/incidents.csv.gz");
        let mut all: Vec<Recorded> = rows::<Row>(packed).filter_map(recorded).collect();
        hurry_thefts(&mut all);
        let mut by_hour = [0; 24];
        all.iter()
            .for_each(|incident| by_hour[usize::from(incident.hour)] += 1);
        Self { all, by_hour }
    }
}

fn recorded(row: Row) -> Option<Recorded> {
    let category = category(&row.category, &row.subcategory, &row.description)?;
    let happened_s = seconds(&row.incident_datetime);
    Some(Recorded {
        category,
        hour: (happened_s.rem_euclid(86_400) / 3_600) as u8,
        delay_s: (seconds(&row.report_datetime) - happened_s).max(0) / SOONER_THAN_POLICE,
        description: row.description,
    })
}

fn hurry_thefts(all: &mut [Recorded]) {
    let shoplifting = |one: &Recorded| one.description.contains("Shoplifting");
    let delays: Vec<i64> = all
        .iter()
        .filter(|one| shoplifting(one))
        .map(|one| one.delay_s)
        .collect();
    let others = all
        .iter_mut()
        .filter(|one| one.category == Category::Theft && !shoplifting(one));
    for (theft, delay_s) in others.zip(delays.iter().cycle()) {
        theft.delay_s = *delay_s;
    }
}

/// What a shop would call it, if it could happen in one.
fn category(kind: &str, subkind: &str, description: &str) -> Option<Category> {
    let says = |words: &[&str]| words.iter().any(|word| description.contains(word));
    if says(&[
        "Vehicle",
        "Residence",
        "Apartment",
        "Police",
        "Peace Officer",
        "Juvenile",
        "Minor",
        "Child",
        "Spouse",
        "Bank",
    ]) || says(&[
        "School",
        "Dwelling",
        "Flat",
        "Hotel",
        "Dependent",
        "Homicide",
        "Animal",
        "Prostitute",
    ]) {
        return None;
    }
    Some(match (kind, subkind) {
        (
            _,
            "Larceny Theft - Shoplifting"
            | "Larceny Theft - From Building"
            | "Larceny Theft - Pickpocket",
        ) => Category::Theft,
        ("Larceny Theft", "Larceny Theft - Other")
            if says(&["Other Property", "From Person", "Merchant"]) =>
        {
            Category::Theft
        }
        ("Robbery", "Robbery - Commercial" | "Robbery - Other") => Category::Robbery,
        ("Burglary", "Burglary - Commercial" | "Burglary - Other") => Category::Burglary,
        ("Assault", _) if says(&["Sexual"]) => Category::Sexual,
        ("Assault", _) if says(&["Gun", "Knife", "Firearm", "Weapon"]) => Category::Weapon,
        ("Assault", _) if says(&["Battery", "Assault"]) => Category::Violence,
        (_, "Intimidation") => Category::Threat,
        ("Weapons Offense" | "Weapons Carrying Etc", _)
            if says(&["Exhibiting", "Carrying", "Knife"]) =>
        {
            Category::Weapon
        }
        ("Malicious Mischief" | "Vandalism", "Vandalism") => Category::Damage,
        ("Fraud" | "Forgery And Counterfeiting", _) => Category::Fraud,
        ("Suspicious Occ" | "Suspicious", _) => Category::Suspicious,
        ("Disorderly Conduct", _) | (_, "Trespass" | "Loitering") => Category::Antisocial,
        ("Embezzlement", _) => Category::Dishonesty,
        (_, "Other") if says(&["Hate Crime"]) => Category::Hate,
        ("Sex Offense", "Sex Offense") if says(&["Indecent Exposure (Adult"]) => Category::Sexual,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_set_reads_and_keeps_its_proportions() {
        let read = Incidents::read();
        let count = |category| {
            read.all
                .iter()
                .filter(|one| one.category == category)
                .count()
        };
        assert_eq!(
            read.all
                .iter()
                .filter(|one| one.description.contains("Shoplifting, $200"))
                .count(),
            88
        );
        assert_eq!(count(Category::Panic), 0);
        for category in Category::ALL
            .into_iter()
            .filter(|one| !matches!(one, Category::Panic | Category::Other))
        {
            assert!(count(category) > 0, "{category:?}");
        }
        let theft = count(Category::Theft) as f64 / read.all.len() as f64;
        assert!((0.3..0.6).contains(&theft), "{theft}");
        assert_eq!(read.by_hour.iter().sum::<u32>() as usize, read.all.len());
        assert!(read.by_hour[17] > 3 * read.by_hour[5], "{:?}", read.by_hour);
    }

    #[test]
    fn what_concerns_no_shop_is_left_out() {
        let read = Incidents::read();
        for word in [
            "Vehicle",
            "Child",
            "Juvenile",
            "Residence",
            "Homicide",
            "Spouse",
            "Police",
        ] {
            assert!(
                read.all.iter().all(|one| !one.description.contains(word)),
                "{word}"
            );
        }
    }

    #[test]
    fn delays_are_real() {
        let mut delays: Vec<i64> = Incidents::read()
            .all
            .iter()
            .map(|one| one.delay_s)
            .collect();
        delays.sort_unstable();
        let at = |share: f64| delays[(delays.len() as f64 * share) as usize];
        assert!(
            at(0.0) >= 0 && at(0.25) <= 120,
            "a quarter comes at once: {}",
            at(0.25)
        );
        assert!(
            (120..1_200).contains(&at(0.5)),
            "half within minutes: {}",
            at(0.5)
        );
        assert!(at(0.95) >= 7_200, "one in twenty hours later: {}", at(0.95));
    }
}
