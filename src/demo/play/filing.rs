//! What somebody reports: a real incident's kind, words and delay, answered chips, and goods of that shop.

use std::collections::BTreeMap;

use outcry_domain::organisation::{Event, Question, QuestionKind, Template, defaults};
use outcry_domain::{AreaId, Category, PersonId, SiteId, Time};
use serde_json::{Value, json};

use super::shop::Shop;
use crate::demo::chance::Chance;
use crate::demo::real::incidents::Recorded;
use crate::demo::real::invoices::Article;
use crate::demo::real::narratives::Narrative;

/// How many reports of violence are told in an employer's own words; the others in the police's.
const TOLD_SHARE: f64 = 0.4;
/// How many come in by phone, written down at the desk.
const PHONED_SHARE: f64 = 0.15;

/// A report, ready to be sent.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Filing {
    pub(crate) site: SiteId,
    pub(crate) category: Category,
    pub(crate) occurred_at: Time,
    pub(crate) narrative: String,
    pub(crate) area: AreaId,
    pub(crate) fields: BTreeMap<String, Value>,
    pub(crate) items: Vec<Taken>,
    /// Whose words they are.
    pub(crate) reporter: PersonId,
    /// Told on the phone rather than on the terminal.
    pub(crate) phoned: bool,
}

/// Goods that a report names.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Taken {
    /// Its place among the articles.
    pub(crate) article: usize,
    pub(crate) quantity: i64,
}

/// Writes reports.
#[derive(Debug)]
pub(crate) struct Pen {
    templates: BTreeMap<Category, Template>,
    narratives: Vec<Narrative>,
}

impl Pen {
    pub(crate) fn new(narratives: Vec<Narrative>) -> Self {
        let shipped = defaults::events()
            .into_iter()
            .filter_map(|event| match event {
                Event::Template(template) => Some((template.category, template)),
                _ => None,
            });
        Self {
            templates: shipped.collect(),
            narratives,
        }
    }

    /// Somebody of that shop tells at `told_at` of what happened as long before as it did in the city.
    pub(crate) fn write(
        &self,
        incident: &Recorded,
        shop: &Shop,
        told_at: Time,
        chance: &mut Chance,
    ) -> Filing {
        let narrative = self.narrative(incident, chance);
        let just_now = incident.delay_s < 120;
        Filing {
            site: shop.store.site.id.clone(),
            category: incident.category,
            occurred_at: told_at.plus_us(-incident.delay_s * 1_000_000),
            area: shop.area(chance),
            fields: self.fields(
                incident.category,
                &narrative.to_lowercase(),
                just_now,
                chance,
            ),
            items: items(incident.category, shop, chance),
            reporter: chance.pick(&shop.on_floor).clone(),
            phoned: chance.happens(PHONED_SHARE),
            narrative,
        }
    }

    /// The same incident as somebody else on the floor saw it.
    pub(crate) fn write_again(
        &self,
        first: &Filing,
        words: &Recorded,
        shop: &Shop,
        told_at: Time,
        chance: &mut Chance,
    ) -> Filing {
        let others: Vec<&PersonId> = shop
            .on_floor
            .iter()
            .filter(|person| **person != first.reporter)
            .collect();
        let reporter = if others.is_empty() {
            first.reporter.clone()
        } else {
            (*chance.pick(&others)).clone()
        };
        Filing {
            narrative: words.description.clone(),
            fields: self.fields(
                first.category,
                &words.description.to_lowercase(),
                false,
                chance,
            ),
            occurred_at: first
                .occurred_at
                .plus_us(chance.within(-60_000_000..60_000_000))
                .min(told_at),
            reporter,
            phoned: false,
            ..first.clone()
        }
    }

    fn narrative(&self, incident: &Recorded, chance: &mut Chance) -> String {
        let told: Vec<&Narrative> = self
            .narratives
            .iter()
            .filter(|one| one.category == incident.category)
            .collect();
        if !told.is_empty() && chance.happens(TOLD_SHARE) {
            return chance.pick(&told).text.clone();
        }
        incident.description.clone()
    }

    /// The answers that the words give, and a guess where they are silent; some questions stay open.
    fn fields(
        &self,
        category: Category,
        words: &str,
        just_now: bool,
        chance: &mut Chance,
    ) -> BTreeMap<String, Value> {
        let questions = self
            .templates
            .get(&category)
            .map(|template| template.questions.as_slice());
        let answers = questions.unwrap_or_default().iter().filter_map(|question| {
            let known = known_answer(question, words, just_now, chance);
            let answer = known.or_else(|| guess(question, chance))?;
            Some((question.id.clone(), answer))
        });
        answers.collect()
    }
}

/// What the words say.
fn known_answer(
    question: &Question,
    words: &str,
    just_now: bool,
    chance: &mut Chance,
) -> Option<Value> {
    let says = |any: &[&str]| any.iter().any(|word| words.contains(word));
    match question.id.as_str() {
        "weapon" if says(&["gun", "shot", "firearm"]) => Some(json!("gun")),
        "weapon" if says(&["knife", "stab", "blade"]) => Some(json!("knife")),
        "weapon" if says(&["weapon", "machete", "bottle"]) => Some(json!("other")),
        "weapon" => Some(json!("no")),
        "injury" => Some(json!(says(&[
            "hospital",
            "injur",
            "stab",
            "shot",
            "fractur",
            "unconscious"
        ]))),
        "force" => Some(json!(says(&["force", "battery", "assault", "punch"]))),
        "still_here" => Some(json!(if just_now && chance.happens(0.3) {
            "yes"
        } else {
            "no"
        })),
        "goods" => Some(json!(if chance.happens(0.7) {
            "other"
        } else {
            "confectionery"
        })),
        "people" => Some(json!(
            ["one", "two", "group"][chance.weighted([6, 3, 1].into_iter())]
        )),
        "what" if says(&["window"]) => Some(json!("window")),
        _ => None,
    }
}

/// Any chip, or nothing: half of the people skip what they need not answer.
fn guess(question: &Question, chance: &mut Chance) -> Option<Value> {
    let chips = question.kind == QuestionKind::Choice && !question.options.is_empty();
    (chips && chance.happens(0.5)).then(|| json!(chance.pick(&question.options).id))
}

fn items(category: Category, shop: &Shop, chance: &mut Chance) -> Vec<Taken> {
    let named = match category {
        Category::Theft => 0.85,
        Category::Robbery | Category::Burglary | Category::Fraud | Category::Suspicious => 0.35,
        _ => 0.0,
    };
    if !chance.happens(named) {
        return Vec::new();
    }
    let mut taken: Vec<Taken> = Vec::new();
    for _ in 0..1 + chance.weighted([6, 3, 1].into_iter()) {
        let article = shop.article(chance);
        if taken.iter().all(|one| one.article != article) {
            taken.push(Taken {
                article,
                quantity: 1 + chance.weighted([8, 4, 2, 1, 0, 1].into_iter()) as i64,
            });
        }
    }
    taken
}

impl Filing {
    /// The body of `POST /api/v1/reports`.
    pub(crate) fn body(&self, articles: &[Article]) -> Value {
        let items: Vec<Value> = self
            .items
            .iter()
            .map(|taken| {
                let Article { sku, name, price_minor, .. } = &articles[taken.article];
                json!({"sku": sku, "name": name, "quantity": taken.quantity, "value_minor": price_minor})
            })
            .collect();
        let mut body = json!({
            "site": self.site.as_str(),
            "category": self.category.as_str(),
            "occurred_at": self.occurred_at.rfc3339(),
            "narrative": self.narrative,
            "area": self.area.as_str(),
            "fields": self.fields,
            "items": items,
        });
        if self.phoned {
            body["channel"] = "phone".into();
            body["reporter"] = self.reporter.as_str().into();
        } else {
            body["channel"] = "terminal".into();
            body["device"] = "terminal".into();
        }
        body
    }
}

#[cfg(test)]
mod tests;
