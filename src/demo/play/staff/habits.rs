//! How quick the simulated staff is, and what it says: by queue, and by how grave the matter is.

use outcry_domain::Category;

/// In which time half of the incidents of a queue are taken up, and then dealt with, in seconds.
pub(super) fn medians_s(queue: &str) -> (f64, f64) {
    match queue {
        "critical" => (9.0, 240.0),
        "urgent" => (25.0, 420.0),
        "review" => (60.0, 600.0),
        "standard" => (90.0, 600.0),
        _ => (180.0, 600.0),
    }
}

/// When the escalation of a queue has reached the managers, in seconds.
pub(super) fn escalated_after_s(queue: &str) -> f64 {
    match queue {
        "critical" => 45.0,
        "urgent" | "review" => 120.0,
        _ => 900.0,
    }
}

/// Somebody may be hurt.
fn is_grave(category: Category) -> bool {
    matches!(
        category,
        Category::Robbery
            | Category::Violence
            | Category::Weapon
            | Category::Sexual
            | Category::Panic
    )
}

/// What people write beside an incident.
pub(super) fn comments(category: Category) -> &'static [&'static str] {
    if is_grave(category) {
        &[
            "Police told, waiting for their reference.",
            "The store has shut its doors for now.",
            "Looking at the camera by the entrance.",
            "Staff are together in the back and safe.",
        ]
    } else {
        &[
            "Called the store: nobody is hurt.",
            "Looking at the camera by the entrance.",
            "The store keeps the receipt and the packaging.",
            "The clerk can say what the person looked like.",
            "Same shelf as yesterday afternoon.",
        ]
    }
}

/// Why the desk confirms what was waiting at a checkpoint.
pub(super) const WHY_CONFIRMED: &str = "Spoke with the store: it is as they reported it.";

/// By how much the desk sees a risk differently, and why.
pub(super) const WHY_OVERRULED: [(i64, &str); 3] = [
    (-10, "Read the report twice: it reads worse than it was."),
    (20, "They are still outside the door."),
    (15, "The same people were here this morning."),
];

/// How it ends, each as often as its weight.
pub(super) fn resolutions(category: Category) -> &'static [(&'static str, u32)] {
    if is_grave(category) {
        &[
            ("police_attended", 5),
            ("offender_left", 3),
            ("offender_detained", 2),
        ]
    } else {
        &[
            ("offender_left", 46),
            ("no_action", 22),
            ("goods_recovered", 14),
            ("police_attended", 6),
            ("offender_detained", 6),
            ("other", 6),
        ]
    }
}

#[cfg(test)]
mod tests {
    use outcry_domain::incident::Resolution;

    use super::*;

    #[test]
    fn every_ending_is_one_that_the_house_knows() {
        for category in Category::ALL {
            for (name, weight) in resolutions(category) {
                let read: Result<Resolution, _> = serde_json::from_value((*name).into());
                assert!(read.is_ok() && *weight > 0, "{name}");
            }
        }
    }

    #[test]
    fn nobody_calls_a_robbery_harmless() {
        let says_harmless = |category| {
            comments(category)
                .iter()
                .any(|text| text.contains("nobody is hurt"))
        };
        assert!(says_harmless(Category::Theft));
        assert!(!says_harmless(Category::Robbery) && !says_harmless(Category::Panic));
    }
}
