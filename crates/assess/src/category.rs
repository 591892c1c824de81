//! The kinds of incident that the model tells apart.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The kind of an incident, without `panic`: a pressed button is a fact and is never guessed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Category {
    /// Goods taken.
    Theft,
    /// Taken with force or the threat of it.
    Robbery,
    /// Broken in to steal.
    Burglary,
    /// Somebody was hit, pushed, hurt.
    Violence,
    /// Threatened or abused.
    Threat,
    /// A weapon was seen, shown or used.
    Weapon,
    /// A sexual offence.
    Sexual,
    /// A hate incident.
    Hate,
    /// Something was damaged.
    Damage,
    /// Refund, payment or counterfeit fraud.
    Fraud,
    /// Suspicious behaviour.
    Suspicious,
    /// Anti-social behaviour.
    Antisocial,
    /// Staff dishonesty.
    Dishonesty,
    /// Anything else: accidents, lost property, a person who needs help.
    Other,
}

impl Category {
    /// All categories, in the order of the model's probabilities.
    pub const ALL: [Category; 14] = [
        Category::Theft,
        Category::Robbery,
        Category::Burglary,
        Category::Violence,
        Category::Threat,
        Category::Weapon,
        Category::Sexual,
        Category::Hate,
        Category::Damage,
        Category::Fraud,
        Category::Suspicious,
        Category::Antisocial,
        Category::Dishonesty,
        Category::Other,
    ];

    /// The id that reports, facts and the API use.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Category::Theft => "theft",
            Category::Robbery => "robbery",
            Category::Burglary => "burglary",
            Category::Violence => "violence",
            Category::Threat => "threat",
            Category::Weapon => "weapon",
            Category::Sexual => "sexual",
            Category::Hate => "hate",
            Category::Damage => "damage",
            Category::Fraud => "fraud",
            Category::Suspicious => "suspicious",
            Category::Antisocial => "antisocial",
            Category::Dishonesty => "dishonesty",
            Category::Other => "other",
        }
    }

    /// That it was reported as this, in a sentence.
    pub(crate) fn reported(self) -> &'static str {
        outcry_words::phrase(match self {
            Category::Theft => "reason-as-theft",
            Category::Robbery => "reason-as-robbery",
            Category::Burglary => "reason-as-burglary",
            Category::Violence => "reason-as-violence",
            Category::Threat => "reason-as-threat",
            Category::Weapon => "reason-as-weapon",
            Category::Sexual => "reason-as-sexual",
            Category::Hate => "reason-as-hate",
            Category::Damage => "reason-as-damage",
            Category::Fraud => "reason-as-fraud",
            Category::Suspicious => "reason-as-suspicious",
            Category::Antisocial => "reason-as-antisocial",
            Category::Dishonesty => "reason-as-dishonesty",
            Category::Other => "reason-as-other",
        })
    }

    /// Whether force or a weapon was used or shown against a person.
    #[must_use]
    pub const fn is_violent(self) -> bool {
        matches!(
            self,
            Category::Robbery | Category::Violence | Category::Weapon | Category::Sexual
        )
    }

    /// Place in [`Category::ALL`].
    pub(crate) const fn place(self) -> usize {
        self as usize
    }
}

impl fmt::Display for Category {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.id())
    }
}

/// The id names no category that the model knows. `panic` is one of those.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a category that the model tells apart")]
pub struct UnknownCategory;

impl FromStr for Category {
    type Err = UnknownCategory;

    fn from_str(id: &str) -> Result<Self, UnknownCategory> {
        Self::ALL
            .into_iter()
            .find(|category| category.id() == id)
            .ok_or(UnknownCategory)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_read_back_and_places_are_the_order() {
        for (place, category) in Category::ALL.into_iter().enumerate() {
            assert_eq!(category.id().parse(), Ok(category));
            assert_eq!(category.place(), place);
            assert_eq!(serde_json::to_value(category).unwrap(), category.id());
        }
        assert_eq!("panic".parse::<Category>(), Err(UnknownCategory));
    }
}
