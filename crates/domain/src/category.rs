//! What kinds of incidents there are, and how low their risk may never fall.

use serde::{Deserialize, Serialize};

/// The kind of an incident.
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
    /// A weapon was seen or shown.
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
    /// The panic button.
    Panic,
    /// Anything else.
    Other,
}

impl Category {
    /// All categories, in the order in which people see them.
    pub const ALL: [Category; 15] = [
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
        Category::Panic,
        Category::Other,
    ];

    /// The name in the API and the log.
    pub fn as_str(self) -> &'static str {
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
            Category::Panic => "panic",
            Category::Other => "other",
        }
    }

    /// The category of that name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|category| category.as_str() == text)
    }

    /// What people call it.
    pub fn words(self) -> &'static str {
        outcry_words::phrase(self.key())
    }

    /// What people call it, as the catalogues of words know it.
    pub(crate) fn key(self) -> &'static str {
        match self {
            Category::Theft => "category-theft",
            Category::Robbery => "category-robbery",
            Category::Burglary => "category-burglary",
            Category::Violence => "category-violence",
            Category::Threat => "category-threat",
            Category::Weapon => "category-weapon",
            Category::Sexual => "category-sexual",
            Category::Hate => "category-hate",
            Category::Damage => "category-damage",
            Category::Fraud => "category-fraud",
            Category::Suspicious => "category-suspicious",
            Category::Antisocial => "category-antisocial",
            Category::Dishonesty => "category-dishonesty",
            Category::Panic => "category-panic",
            Category::Other => "category-other",
        }
    }

    /// The risk that no model and no person short of an override may go below.
    pub fn floor(self) -> u8 {
        match self {
            Category::Panic => 95,
            Category::Weapon => 90,
            Category::Robbery => 85,
            Category::Violence | Category::Sexual => 70,
            Category::Hate | Category::Threat => 50,
            Category::Burglary => 40,
            Category::Fraud | Category::Theft | Category::Damage | Category::Dishonesty => 15,
            Category::Antisocial | Category::Suspicious => 10,
            Category::Other => 0,
        }
    }

    /// Whether a person must look before the incident goes where the score says.
    pub fn sensitive(self) -> bool {
        matches!(
            self,
            Category::Sexual | Category::Hate | Category::Dishonesty
        )
    }

    /// Whether it is nothing for colleagues to read who did not report it themselves.
    pub fn confidential(self) -> bool {
        matches!(self, Category::Sexual | Category::Dishonesty)
    }

    /// Whether a siren could cost a life: the default is silent.
    pub fn silent(self) -> bool {
        matches!(self, Category::Weapon | Category::Robbery)
    }
}

/// How soon somebody must look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "i64", into = "u8")]
pub enum Priority {
    /// Critical.
    P1,
    /// High.
    P2,
    /// Medium.
    P3,
    /// Low.
    P4,
}

impl Priority {
    /// The lowest that counts as an alarm: what is below makes no sound and is part of no flood.
    pub const LOWEST_ALARM: Self = Self::P3;

    /// From a risk of 0 to 100.
    pub fn of_risk(risk: u8) -> Self {
        match risk {
            80.. => Self::P1,
            60..80 => Self::P2,
            30..60 => Self::P3,
            _ => Self::P4,
        }
    }
    /// The word beside the number.
    pub fn words(self) -> &'static str {
        outcry_words::phrase(match self {
            Self::P1 => "priority-critical",
            Self::P2 => "priority-high",
            Self::P3 => "priority-medium",
            Self::P4 => "priority-low",
        })
    }
}

impl From<Priority> for u8 {
    fn from(priority: Priority) -> u8 {
        priority as u8 + 1
    }
}

impl TryFrom<i64> for Priority {
    type Error = &'static str;
    fn try_from(number: i64) -> Result<Self, &'static str> {
        match number {
            1 => Ok(Self::P1),
            2 => Ok(Self::P2),
            3 => Ok(Self::P3),
            4 => Ok(Self::P4),
            _ => Err("must be 1 (critical), 2 (high), 3 (medium) or 4 (low)"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_back() {
        for category in Category::ALL {
            assert_eq!(Category::parse(category.as_str()), Some(category));
            let json = serde_json::to_string(&category).expect("writes");
            assert_eq!(json, format!("{:?}", category.as_str()));
        }
    }

    #[test]
    fn what_can_kill_is_critical_by_rule() {
        for category in [Category::Panic, Category::Weapon, Category::Robbery] {
            assert_eq!(Priority::of_risk(category.floor()), Priority::P1);
        }
    }
}
