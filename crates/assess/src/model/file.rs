//! The model as a file: text that a person can read, search and compare, one term per line.
//!
//! ```text
//! outcry-model 1
//! temperature 76 77 110
//! threshold 50 5 20
//! terms 16382
//! = 0 a155b-80…          the starting point
//! knif 85 f262o187       term, texts that had it, weights
//! checksum 3f9a2c1e…
//! ```
//!
//! Numbers are hundredths. A weight follows the letter of its lane: `a` to `n` are the categories in
//! the order of `Category::ALL`, `o` is violence, `p` severity; a lane that is not there is zero. A
//! term is a stem, `!stem` after a negation, two of them joined by `_`, or a fact such as
//! `=hour:night`.

use std::fmt::Write as _;

use super::Model;
use crate::fit::{LANES, Lanes};
use crate::learn::{Learned, PER_UNIT};
use crate::text::{term_id, written_term_id};

const FORMAT: &str = "outcry-model 1";
/// A file with more terms than this is refused before anything is set aside for them.
const TERMS_MAX: usize = 1_000_000;

/// A model file that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ModelFileError {
    /// Not text, or text of something else, or of a version this program does not know.
    #[error("not a model file of a known version")]
    Unknown,
    /// The bytes are not those that were written.
    #[error("the model file is damaged: its checksum does not fit")]
    Damaged,
    /// A line is not what it should be.
    #[error("line {0} of the model file cannot be read")]
    Line(usize),
}

impl Model {
    /// The file of this model. Reading it back gives the same model. Of a model that overrides have
    /// taught, the weights are rounded to hundredths and the number of lessons is not kept.
    #[must_use]
    pub fn to_file(&self) -> Vec<u8> {
        let mut text = self.content();
        let checksum = term_id(&text);
        let _ = writeln!(text, "checksum {checksum:016x}");
        text.into_bytes()
    }

    /// Reads a model file.
    ///
    /// # Errors
    /// When it is not one, is damaged, or has a line that cannot be read.
    pub fn from_file(file: &[u8]) -> Result<Self, ModelFileError> {
        let text = str::from_utf8(file).map_err(|_| ModelFileError::Unknown)?;
        let text = text
            .strip_prefix(FORMAT)
            .map(|_| text)
            .ok_or(ModelFileError::Unknown)?;
        let (content, checksum) = text
            .rsplit_once("checksum ")
            .ok_or(ModelFileError::Damaged)?;
        if checksum.trim_end() != format!("{:016x}", term_id(content)) {
            return Err(ModelFileError::Damaged);
        }
        let learned = read(content).map_err(|line| ModelFileError::Line(line + 1))?;
        let mut model = Self {
            learned,
            trained_name: String::new(),
            lessons: 0,
        };
        model.trained_name = name(term_id(content));
        Ok(model)
    }

    /// Reads the file of a model that overrides have taught, and says how many terms it left out: those
    /// that the shipped model does not know. Such a term can only be a word of somebody's report, taken
    /// in by an earlier version of this program, and may be a name.
    ///
    /// # Errors
    /// As [`Model::from_file`].
    pub fn from_taught_file(file: &[u8]) -> Result<(Self, usize), ModelFileError> {
        let mut model = Self::from_file(file)?;
        let left_out = model
            .learned
            .keep_terms(&Self::shipped().learned.vocabulary.index);
        model.trained_name = model.checksum_name();
        Ok((model, left_out))
    }

    pub(super) fn checksum_name(&self) -> String {
        name(term_id(&self.content()))
    }

    fn content(&self) -> String {
        let Learned {
            vocabulary,
            weights,
            temperatures,
            thresholds,
        } = &self.learned;
        let mut text = format!("{FORMAT}\n");
        push_named(&mut text, "temperature", temperatures);
        push_named(&mut text, "threshold", thresholds);
        let _ = writeln!(text, "terms {}", vocabulary.terms.len());
        push_term(&mut text, "=", 0, &weights.bias);
        for ((term, count), row) in vocabulary
            .terms
            .iter()
            .zip(&vocabulary.counts)
            .zip(&weights.rows)
        {
            push_term(&mut text, &term.replace(' ', "_"), *count, row);
        }
        text
    }
}

fn name(checksum: u64) -> String {
    format!("bayes-1-{:08x}", checksum >> 32)
}

fn push_named(text: &mut String, name: &str, values: &[f32]) {
    text.push_str(name);
    for value in values {
        let _ = write!(text, " {}", hundredths(*value));
    }
    text.push('\n');
}

fn push_term(text: &mut String, term: &str, count: u32, row: &Lanes) {
    let _ = write!(text, "{term} {count} ");
    for (letter, weight) in (b'a'..).zip(row).filter(|(_, weight)| **weight != 0.0) {
        text.push(char::from(letter));
        let _ = write!(text, "{}", hundredths(*weight));
    }
    text.push('\n');
}

fn hundredths(value: f32) -> i32 {
    (value * PER_UNIT).round() as i32
}

/// Reads everything but the checksum; the error is the line's index.
fn read(content: &str) -> Result<Learned, usize> {
    let mut lines = content.lines().enumerate().skip(1);
    let mut learned = Learned::default();
    named(lines.next(), "temperature", &mut learned.temperatures)?;
    named(lines.next(), "threshold", &mut learned.thresholds)?;
    let (at, line) = lines.next().ok_or(3usize)?;
    let terms: usize = line
        .strip_prefix("terms ")
        .and_then(|terms| terms.parse().ok())
        .ok_or(at)?;
    if terms > TERMS_MAX {
        return Err(at);
    }
    let (at, line) = lines.next().ok_or(4usize)?;
    (_, _, learned.weights.bias) = term_line(line).ok_or(at)?;
    learned.vocabulary.index.reserve(terms);
    for (at, line) in lines {
        let (term, count, row) = term_line(line).ok_or(at)?;
        let number = u32::try_from(learned.vocabulary.terms.len()).map_err(|_| at)?;
        let id = if term.starts_with('=') {
            term_id(&term)
        } else {
            written_term_id(&term)
        };
        if learned.vocabulary.index.insert(id, number).is_some() {
            return Err(at);
        }
        learned.vocabulary.terms.push(term);
        learned.vocabulary.counts.push(count);
        learned.weights.rows.push(row);
    }
    if learned.vocabulary.terms.len() == terms {
        Ok(learned)
    } else {
        Err(3)
    }
}

fn named(line: Option<(usize, &str)>, name: &str, values: &mut [f32]) -> Result<(), usize> {
    let (at, line) = line.ok_or(1usize)?;
    let mut written = line.strip_prefix(name).ok_or(at)?.split_ascii_whitespace();
    for value in values {
        // Logits are divided by these and probabilities compared with them: none may be zero.
        let number: u16 = written
            .next()
            .and_then(|number| number.parse().ok())
            .filter(|number| *number > 0)
            .ok_or(at)?;
        *value = f32::from(number) / PER_UNIT;
    }
    if written.next().is_none() {
        Ok(())
    } else {
        Err(at)
    }
}

fn term_line(line: &str) -> Option<(String, u32, Lanes)> {
    let (term, rest) = line.split_once(' ')?;
    let (count, mut written) = rest.split_once(' ')?;
    let mut row = Lanes::default();
    while let Some(letter) = written.bytes().next() {
        let lane = usize::from(letter.checked_sub(b'a')?);
        written = written.get(1..)?;
        let end = written
            .find(|next: char| next.is_ascii_lowercase())
            .unwrap_or(written.len());
        *row.get_mut(lane)? = f32::from(written[..end].parse::<i16>().ok()?) / PER_UNIT;
        written = &written[end..];
    }
    (!term.is_empty()).then(|| Some((term.replace('_', " "), count.parse().ok()?, row)))?
}

const _: () = assert!(
    LANES == 16,
    "a change of the lanes is a new version of the file"
);

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{Category, Report};

    fn small() -> Model {
        let few = "outcry-model 1\ntemperature 100 100 100\nthreshold 50 5 20\nterms 2\n= 0 a12\n";
        let mut model =
            Model::from_file(&signed(&format!("{few}!weapon 2 b30\nknif 5 f-7\n"))).unwrap();
        model.update(
            &Report {
                text: "no weapon, a knife",
                ..Report::default()
            },
            Category::Weapon,
        );
        model
    }

    #[test]
    fn a_file_reads_back_to_the_same_file() {
        let file = Model::shipped().to_file();
        assert_eq!(Model::from_file(&file).unwrap().to_file(), file);
        let small = small().to_file();
        assert_eq!(Model::from_file(&small).unwrap().to_file(), small);
    }

    #[test]
    fn a_changed_byte_is_noticed() {
        let mut file = small().to_file();
        let middle = file.len() / 2;
        file[middle] ^= 1;
        assert!(Model::from_file(&file).is_err());
        assert_eq!(
            Model::from_file(b"PK").unwrap_err(),
            ModelFileError::Unknown
        );
        assert_eq!(
            Model::from_file(&[0xff, 0xfe]).unwrap_err(),
            ModelFileError::Unknown
        );
        assert_eq!(
            Model::from_file(b"outcry-model 1\n").unwrap_err(),
            ModelFileError::Damaged
        );
    }

    /// Content with a checksum that fits, as somebody would write who wants to be read.
    fn signed(content: &str) -> Vec<u8> {
        format!("{content}checksum {:016x}\n", term_id(content)).into_bytes()
    }

    #[test]
    fn a_line_that_cannot_be_read_is_named() {
        let head = "outcry-model 1\ntemperature 100 100 100\nthreshold 50 5 20\nterms 1\n= 0 a12\n";
        let read = |content: &str| Model::from_file(&signed(content)).map(|model| model.terms());
        assert_eq!(read(&format!("{head}knif 5 a-12p3\n")), Ok(1));
        assert_eq!(
            read(&format!("{head}knif 5 q12\n")),
            Err(ModelFileError::Line(6))
        );
        assert_eq!(
            read(&format!("{head}knif 5 a99999\n")),
            Err(ModelFileError::Line(6))
        );
        assert_eq!(
            read(&format!("{head}knif 5 a1\nknif 5 a1\n")),
            Err(ModelFileError::Line(7))
        );
        assert_eq!(read(head), Err(ModelFileError::Line(4)));
        assert_eq!(
            read(&head.replace("100 100 100", "100 0 100")),
            Err(ModelFileError::Line(2))
        );
        assert_eq!(
            read(&head.replace("terms 1", "terms 99999999999")),
            Err(ModelFileError::Line(4))
        );
    }

    #[test]
    fn a_taught_file_loses_the_words_that_only_reports_had() {
        let shipped = Model::shipped();
        let content = shipped.content();
        let (model, left_out) = Model::from_taught_file(&signed(&content)).unwrap();
        assert_eq!((model.name(), left_out), (shipped.name(), 0));
        let terms = format!("terms {}\n", shipped.terms());
        let older = content.replace(&terms, &format!("terms {}\n", shipped.terms() + 2))
            + "quackenbush 1 e80\n!zebulon 1 e80\n";
        let (model, left_out) = Model::from_taught_file(&signed(&older)).unwrap();
        assert_eq!(left_out, 2);
        assert_eq!(model.to_file(), shipped.to_file());
        assert_eq!(model.name(), shipped.name());
    }

    proptest! {
        #[test]
        fn no_file_panics(content in "(outcry-model 1\n)?(temperature 100 9 9\n)?(threshold 5 5 5\n)?(terms [0-9]{1,9}\n)?(= 0 \n)?\\PC{0,80}") {
            let _ = Model::from_file(&signed(&content));
            let _ = Model::from_file(content.as_bytes());
        }
    }
}
