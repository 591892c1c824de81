//! From rows to numbered terms: which words and pairs are worth a row of weights.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::num::NonZero;
use std::thread;

use crate::corpus::Row;
use crate::evidence::{self, Evidence, Source};
use crate::fit::{Example, HEADS_MAX, Lessons};
use crate::report::Report;
use crate::text::Words;

/// A word is kept if so many texts have it, a pair of words if so many do.
const WORD_TEXTS_MIN: u32 = 3;
const PAIR_TEXTS_MIN: u32 = 6;
/// More threads than this bring nothing.
const THREADS_MAX: usize = 8;

/// From a term's id to its row. The ids are hashes already.
pub(crate) type Index = HashMap<u64, u32, BuildHasherDefault<Id>>;

#[derive(Debug, Default)]
pub(crate) struct Id(u64);

impl Hasher for Id {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, _: &[u8]) {
        unreachable!("ids are written as u64");
    }

    fn write_u64(&mut self, id: u64) {
        self.0 = id;
    }
}

/// Terms by number, sorted by their text.
#[derive(Debug, Clone, Default)]
pub(crate) struct Vocabulary {
    pub(crate) index: Index,
    pub(crate) terms: Vec<String>,
    /// In how many texts each was.
    pub(crate) counts: Vec<u32>,
}

/// Reads `rows` into lessons. Terms in `always` are kept however rare they are.
pub(crate) fn read(
    rows: &[&Row],
    answers: impl Fn(&Row) -> [u8; HEADS_MAX] + Sync,
    always: impl Iterator<Item = (String, u64)>,
) -> (Vocabulary, Lessons) {
    let threads = thread::available_parallelism()
        .map_or(1, NonZero::get)
        .min(THREADS_MAX);
    read_on(threads, rows, answers, always)
}

fn read_on(
    threads: usize,
    rows: &[&Row],
    answers: impl Fn(&Row) -> [u8; HEADS_MAX] + Sync,
    always: impl Iterator<Item = (String, u64)>,
) -> (Vocabulary, Lessons) {
    let chunk = rows.len().div_ceil(threads).max(1);
    let readings: Vec<Reading> = thread::scope(|scope| {
        let answers = &answers;
        let readers: Vec<_> = rows
            .chunks(chunk)
            .map(|rows| scope.spawn(move || Reading::of(rows, answers)))
            .collect();
        readers
            .into_iter()
            .map(|reader| reader.join().expect("reading does not panic"))
            .collect()
    });
    join(readings, always)
}

/// What one thread read: terms numbered in the order in which they came.
#[derive(Default)]
struct Reading {
    found: Found,
    terms: Vec<u32>,
    examples: Vec<Example>,
}

#[derive(Default)]
struct Found {
    index: Index,
    list: Vec<FoundTerm>,
}

struct FoundTerm {
    id: u64,
    term: String,
    count: u32,
    texts_min: u32,
}

impl Found {
    /// The number of a term, which is counted `count` times more.
    fn note(&mut self, id: u64, count: u32, texts_min: u32, term: impl FnOnce() -> String) -> u32 {
        let next = counted(self.list.len());
        let number = *self.index.entry(id).or_insert(next);
        if number == next {
            self.list.push(FoundTerm {
                id,
                term: term(),
                count: 0,
                texts_min,
            });
        }
        self.list[number as usize].count += count;
        number
    }
}

impl Reading {
    fn of(rows: &[&Row], answers: impl Fn(&Row) -> [u8; HEADS_MAX]) -> Self {
        let mut reading = Self::default();
        let mut words = Words::default();
        let mut evidence = Vec::new();
        for row in rows {
            let report = Report {
                text: &row.text,
                hour: row.hour,
                ..Report::default()
            };
            words.read(&row.text);
            evidence::list(&report, &words, &mut evidence);
            let from = reading.terms.len();
            for piece in &evidence {
                reading.terms.push(
                    reading
                        .found
                        .note(piece.id, 1, texts_min(piece), || term(piece, &words)),
                );
            }
            reading.examples.push(Example {
                terms: counted(from)..counted(reading.terms.len()),
                answers: answers(row),
            });
        }
        reading
    }
}

/// What the model file calls a piece of evidence.
pub(crate) fn term(piece: &Evidence<'_>, words: &Words) -> String {
    match piece.source {
        Source::Word(at) => words.term(&words.list[at as usize]),
        Source::Pair(at) => {
            let [before, word] =
                [at as usize - 1, at as usize].map(|at| words.term(&words.list[at]));
            format!("{before} {word}")
        }
        Source::Fact(fact) => fact.term().to_owned(),
    }
}

fn texts_min(piece: &Evidence<'_>) -> u32 {
    match piece.source {
        Source::Word(_) => WORD_TEXTS_MIN,
        Source::Pair(_) => PAIR_TEXTS_MIN,
        Source::Fact(_) => 1,
    }
}

/// Puts the readings together in the order of the rows, so that the result does not depend on how
/// many threads read, and drops what is rare.
fn join(
    readings: Vec<Reading>,
    always: impl Iterator<Item = (String, u64)>,
) -> (Vocabulary, Lessons) {
    let mut found = Found::default();
    let mut lessons = Lessons::default();
    for (term, id) in always {
        let number = found.note(id, 0, 0, || term);
        found.list[number as usize].texts_min = 0;
    }
    for reading in readings {
        let numbers: Vec<u32> = reading
            .found
            .list
            .into_iter()
            .map(|term| found.note(term.id, term.count, term.texts_min, || term.term))
            .collect();
        let offset = counted(lessons.terms.len());
        lessons.terms.extend(
            reading
                .terms
                .into_iter()
                .map(|number| numbers[number as usize]),
        );
        lessons
            .examples
            .extend(reading.examples.into_iter().map(|example| Example {
                terms: example.terms.start + offset..example.terms.end + offset,
                ..example
            }));
    }
    let (vocabulary, rows) = keep(found);
    drop_rare(&mut lessons, &rows);
    (vocabulary, lessons)
}

/// The terms worth a row, and for each found term its row.
fn keep(found: Found) -> (Vocabulary, Vec<Option<u32>>) {
    let mut rows = vec![None; found.list.len()];
    let mut kept: Vec<(usize, FoundTerm)> = found
        .list
        .into_iter()
        .enumerate()
        .filter(|(_, term)| term.count >= term.texts_min)
        .collect();
    kept.sort_by(|(_, left), (_, right)| left.term.cmp(&right.term));
    let mut vocabulary = Vocabulary::default();
    for (row, (number, term)) in (0..).zip(kept) {
        rows[number] = Some(row);
        vocabulary.index.insert(term.id, row);
        vocabulary.terms.push(term.term);
        vocabulary.counts.push(term.count);
    }
    (vocabulary, rows)
}

fn drop_rare(lessons: &mut Lessons, rows: &[Option<u32>]) {
    let all = std::mem::take(&mut lessons.terms);
    for example in &mut lessons.examples {
        let from = counted(lessons.terms.len());
        let terms = &all[example.terms.start as usize..example.terms.end as usize];
        lessons
            .terms
            .extend(terms.iter().filter_map(|number| rows[*number as usize]));
        example.terms = from..counted(lessons.terms.len());
    }
}

fn counted(count: usize) -> u32 {
    u32::try_from(count).expect("fewer than four thousand million words")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::Corpus;
    use crate::fit::UNKNOWN;

    #[test]
    fn any_number_of_threads_reads_the_same() {
        let corpus = Corpus::shipped();
        let rows: Vec<&Row> = corpus.rows.iter().step_by(50).collect();
        let always = || [("neverseen".to_owned(), 7)].into_iter();
        let read = |threads| read_on(threads, &rows, |_| [UNKNOWN; HEADS_MAX], always());
        let (alone, alone_lessons) = read(1);
        let (many, many_lessons) = read(7);
        assert_eq!(alone.terms, many.terms);
        assert_eq!(alone.counts, many.counts);
        assert_eq!(alone_lessons.terms, many_lessons.terms);
        assert!(alone.terms.is_sorted());
        assert!(alone.terms.iter().any(|term| term == "neverseen"));
        let common = alone
            .terms
            .iter()
            .position(|term| term == "employe")
            .unwrap();
        assert!(alone.counts[common] > 100);
    }
}
