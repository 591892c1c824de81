//! Looks for the reported items on the receipts of a window. Tills sell the same things all day, so an
//! article is compared once and then recognised by its stored bytes.

use std::hash::BuildHasher;

use hashbrown::{DefaultHashBuilder, HashMap, HashTable};

use super::context::{ItemWanted, Query};
use super::similar::{NAME_CONFIDENCE_MIN, Words};
use crate::event::Line;
use crate::limits::CONTEXT_ITEMS_MAX;
use crate::record::StoredLine;

/// The reported items, and what is known of the articles met so far.
pub(super) struct Search<'a> {
    wanted: Vec<Wanted>,
    /// The words of all of them.
    words: Words,
    hasher: DefaultHashBuilder,
    /// By the keyed hash of an article's stored bytes, which is taken for the article: where its
    /// confidences stand, one per wanted item; nothing if it is none of them.
    articles: HashTable<(u64, Option<u32>)>,
    confidences: Vec<f64>,
    /// The words of a name that may be a wanted item's; many articles share a name.
    names: HashMap<&'a str, Words>,
    best: Vec<Option<(f64, StoredLine<'a>)>>,
}

/// A reported item.
#[derive(Debug)]
pub(crate) struct Wanted {
    sku: Option<Box<str>>,
    words: Words,
}

impl<'a> Search<'a> {
    pub(super) fn new(query: &'a Query) -> Search<'a> {
        let wanted = Wanted::of(&query.items);
        Search {
            words: Words::of_all(wanted.iter().map(|wanted| &wanted.words)),
            hasher: DefaultHashBuilder::default(),
            articles: HashTable::new(),
            confidences: Vec::new(),
            names: HashMap::new(),
            best: vec![None; wanted.len()],
            wanted,
        }
    }

    pub(super) fn wanted(&self) -> &[Wanted] {
        &self.wanted
    }

    /// Tells each wanted item that is on a receipt, once, by the line that fits best.
    pub(super) fn look(
        &mut self,
        lines: impl Iterator<Item = StoredLine<'a>>,
        mut found: impl FnMut(usize, f64, StoredLine<'a>),
    ) {
        let mut is_found = false;
        for line in lines {
            let Some(at) = self.confidences_of(line) else {
                continue;
            };
            is_found = true;
            for (best, confidence) in self.best.iter_mut().zip(&self.confidences[at..]) {
                if *confidence >= NAME_CONFIDENCE_MIN
                    && best.is_none_or(|(other, _)| other <= *confidence)
                {
                    *best = Some((*confidence, line));
                }
            }
        }
        if is_found {
            for (wanted, best) in self.best.iter_mut().enumerate() {
                if let Some((confidence, line)) = best.take() {
                    found(wanted, confidence, line);
                }
            }
        }
    }

    fn confidences_of(&mut self, line: StoredLine<'a>) -> Option<usize> {
        let hash = self.hasher.hash_one(line.article);
        let known = match self.articles.find(hash, |(other, _)| *other == hash) {
            Some((_, known)) => *known,
            None => {
                let known = line.read().and_then(|line| self.compare(line));
                let known = known.map(|at| at as u32);
                self.articles
                    .insert_unique(hash, (hash, known), |(hash, _)| *hash);
                known
            }
        };
        known.map(|at| at as usize)
    }

    fn compare(&mut self, line: Line<'a>) -> Option<usize> {
        let at = self.confidences.len();
        let names = &mut self.names;
        let name = self.words.may_share(line.name).then(|| {
            let name = names.entry(line.name);
            &*name.or_insert_with(|| Words::of(line.name))
        });
        let confidences = self.wanted.iter().map(|wanted| {
            if wanted.has_sku(line.sku) {
                return 1.0;
            }
            name.map_or(0.0, |name| wanted.words.confidence(name))
        });
        self.confidences.extend(confidences);
        if self.confidences[at..]
            .iter()
            .any(|confidence| *confidence >= NAME_CONFIDENCE_MIN)
        {
            return Some(at);
        }
        self.confidences.truncate(at);
        None
    }
}

impl Wanted {
    /// The items that are looked for, up to the limit.
    pub(crate) fn of(items: &[ItemWanted]) -> Vec<Wanted> {
        let items = items.iter().take(CONTEXT_ITEMS_MAX);
        let wanted = items.map(|item| Wanted {
            sku: item.sku.as_deref().map(|sku| sku.trim().into()),
            words: Words::of(&item.name),
        });
        wanted.collect()
    }

    /// Whether a context would list a line with this number and these words.
    pub(crate) fn is(&self, sku: &str, name: &Words) -> bool {
        self.has_sku(sku) || self.words.confidence(name) >= NAME_CONFIDENCE_MIN
    }

    pub(super) fn has_sku(&self, sku: &str) -> bool {
        // Most numbers are told apart without trimming them.
        self.sku.as_deref().is_some_and(|wanted| {
            sku.len() >= wanted.len() && sku.trim().eq_ignore_ascii_case(wanted)
        })
    }

    /// How much the name is that of the item.
    pub(super) fn likeness(&self, name: &str) -> f64 {
        if self.words.may_share(name) {
            self.words.confidence(&Words::of(name))
        } else {
            0.0
        }
    }
}
