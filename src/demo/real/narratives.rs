//! What people write when somebody was hurt: real narratives of employers and of OSHA (public domain), unchanged.
//! Only those about violence that could be in any shop, and none that names a place or a day.

use outcry_domain::Category;
use serde::Deserialize;

use super::rows;

/// The longest narrative that is played, in characters.
const CHARS_MAX: usize = 600;

/// One narrative.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Narrative {
    /// Word for word.
    pub(crate) text: String,
    /// What it tells of.
    pub(crate) category: Category,
}

#[derive(Deserialize)]
struct Row {
    naics: String,
    event_title: String,
    narrative: String,
}

/// Reads those that the demo plays.
pub(crate) fn read() -> Vec<Narrative> {
    let packed = include_bytes!("../../../data/narratives/narratives.csv.gz");
    rows::<Row>(packed).filter_map(played).collect()
}

fn played(row: Row) -> Option<Narrative> {
    // 44 and 45 are retail, 722 is food service.
    let shop = ["44", "45", "722"]
        .iter()
        .any(|branch| row.naics.starts_with(branch));
    let short = row.narrative.chars().count() <= CHARS_MAX;
    if !shop || !short || names_place_or_day(&row.narrative) {
        return None;
    }
    let category = category(&row.event_title, &row.narrative.to_lowercase())?;
    Some(Narrative {
        text: row.narrative,
        category,
    })
}

/// Of the violence that somebody meant: with a robber or a robbery in it, with a weapon, or with bare hands.
fn category(event: &str, text: &str) -> Option<Category> {
    let by_a_person = event.contains("intentional injury by other person")
        || event.starts_with("Intentional injury by other person")
        || event.starts_with("Shooting by other person-intentional")
        || event.starts_with("Hitting, kicking, beating, shoving")
        || event.starts_with("Stabbing, cutting, slashing, piercing");
    let says = |words: &[&str]| words.iter().any(|word| text.contains(word));
    if says(&[
        "deliver",
        "restaurant",
        "the bar ",
        "security job",
        "donation",
    ]) {
        return None;
    }
    if !by_a_person
        || !says(&[
            "customer", "robb", "shoplift", "assault", "attack", "stole", "steal", "shot",
        ])
    {
        return None;
    }
    Some(if says(&["robb"]) {
        Category::Robbery
    } else if says(&["shot", "gun", "knife", "stabb", "machete"]) {
        Category::Weapon
    } else {
        Category::Violence
    })
}

/// A number of four figures (a year), a date, or a capital letter within a sentence.
fn names_place_or_day(text: &str) -> bool {
    let mut starts_sentence = true;
    text.split_whitespace().any(|word| {
        let letters = word.trim_matches(|c: char| !c.is_alphanumeric());
        let named = !starts_sentence && letters.starts_with(char::is_uppercase) && letters != "ER";
        let dated = letters.len() >= 4
            && letters.starts_with(|c: char| c.is_ascii_digit())
            && !letters.contains(':');
        starts_sentence = word.ends_with(['.', '!', '?']);
        named || dated
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_narratives_are_real_violent_and_without_names() {
        let played = read();
        assert!(played.len() >= 18, "only {}", played.len());
        for category in [Category::Robbery, Category::Weapon, Category::Violence] {
            assert!(
                played.iter().filter(|one| one.category == category).count() >= 4,
                "{category:?}"
            );
        }
        for Narrative { text, .. } in &played {
            for name in ["Mall", "Texas", "July", "2015", "2016", "2017", "Mr", "Ms "] {
                assert!(!text.contains(name), "{text}");
            }
        }
        let punched = "An employee was punched in the face by a shoplifter and suffered facial fractures that required surgery.";
        let found = played.iter().find(|one| one.text == punched).unwrap();
        assert_eq!(found.category, Category::Violence);
    }

    #[test]
    fn a_text_that_names_a_place_or_a_day_is_left_out() {
        for text in [
            "An employee was shot during an attempted robbery inside Roosevelt Field Mall.",
            "On or about July 13, 2015, an employee was hospitalized.",
            "On 8/4/15 he was robbed.",
        ] {
            assert!(names_place_or_day(text), "{text}");
        }
        assert!(!names_place_or_day(
            "An employee was shot in the back. The employee was hospitalized."
        ));
    }
}
