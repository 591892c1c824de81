//! How much harm a report speaks of, 0 to 100, and what each piece of evidence adds to it.
//!
//! Harm is a noisy or: what the category stands for, violence, a serious injury and the circumstances
//! are independent ways in which an incident can be grave, and each one closes part of the distance
//! to 100. So every part only ever raises it and no sum runs over.

use crate::Category;
use crate::evidence::{Band, Fact, PartOfDay};
use crate::fit::{Lanes, sigmoid, softmax};
use crate::model::{CATEGORIES, SEVERE, VIOLENT};

/// How much of the distance certain violence closes, and a certain serious injury.
const VIOLENCE_CLOSES: f32 = 0.50;
const INJURY_CLOSES: f32 = 0.60;
/// Every text that taught severity was an injury; of the reports of a shop about one in so many is.
/// The evidence of the words is kept and the base rate exchanged (Saerens et al. 2002, "Adjusting the
/// outputs of a classifier to new a priori probabilities").
const SEVERE_BASE_LOG_ODDS: f32 = -3.5;

/// Temperatures of the three questions.
pub(crate) type Temperatures = [f32; 3];

/// What the logits of a report mean.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Outlook {
    pub(crate) categories: [f32; CATEGORIES],
    pub(crate) violence: f32,
    pub(crate) severity: f32,
}

impl Outlook {
    pub(crate) fn of(logits: &Lanes, bias: &Lanes, temperatures: Temperatures) -> Self {
        let mut categories = [0.0; CATEGORIES];
        softmax(&logits[..CATEGORIES], temperatures[0], &mut categories);
        Self {
            categories,
            violence: sigmoid(logits[VIOLENT] / temperatures[1]),
            severity: sigmoid(
                SEVERE_BASE_LOG_ODDS + (logits[SEVERE] - bias[SEVERE]) / temperatures[2],
            ),
        }
    }

    /// Harm from 0 to 100, where the circumstances leave `open` of the distance.
    pub(crate) fn harm(&self, open: f32) -> f32 {
        let category: f32 = Category::ALL
            .iter()
            .zip(self.categories)
            .map(|(category, share)| gravity(*category) * share)
            .sum();
        // An injury counts as far as somebody did it: every accident hurts, few are crimes.
        let injury = self.severity * (0.3 + 0.7 * self.violence);
        let left = open
            * (1.0 - category)
            * (1.0 - VIOLENCE_CLOSES * self.violence)
            * (1.0 - INJURY_CLOSES * injury);
        100.0 * (1.0 - left)
    }
}

/// What is left of the distance after a circumstance; 1 where it says nothing.
pub(crate) fn leaves_open(fact: Fact<'_>) -> f32 {
    1.0 - match fact {
        Fact::Worth(Band::VeryLarge, _) => 0.15,
        Fact::Worth(Band::Large, _) => 0.08,
        Fact::Worth(Band::Middling, _) => 0.03,
        Fact::Hour(PartOfDay::Night) => 0.05,
        Fact::Busy(_) => 0.03,
        Fact::ViolentSite(_) => 0.08,
        // Whoever was at the till minutes ago may still be in the store.
        Fact::RefundNear(_) => 0.05,
        Fact::ItemRefunded(_) => 0.06,
        _ => 0.0,
    }
}

/// How grave a category is by itself, 0 to 1. The domain's floors stand beside it and are not lowered.
const fn gravity(category: Category) -> f32 {
    match category {
        Category::Weapon => 0.75,
        Category::Robbery => 0.70,
        Category::Sexual | Category::Violence => 0.60,
        Category::Hate | Category::Threat => 0.45,
        Category::Burglary => 0.40,
        Category::Dishonesty | Category::Theft | Category::Damage | Category::Fraud => 0.20,
        Category::Antisocial | Category::Suspicious => 0.15,
        Category::Other => 0.10,
    }
}
