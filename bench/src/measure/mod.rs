//! What was measured: figures, the conditions they were measured in, and the table they go to.

mod conditions;
pub(crate) mod results;
mod samples;

use std::fmt;

pub(crate) use conditions::{Conditions, Measured, fdatasync_p50_us};
pub(crate) use samples::Samples;

/// What is to be reached.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Target {
    /// This or less.
    AtMost(f64),
    /// This or more.
    AtLeast(f64),
}

impl Target {
    /// Whether a value reaches it.
    pub(crate) fn reached(self, value: f64) -> bool {
        match self {
            Target::AtMost(most) => value <= most,
            Target::AtLeast(least) => value >= least,
        }
    }

    /// The value in units of the target.
    pub(crate) fn ratio(self, value: f64) -> f64 {
        match self {
            Target::AtMost(target) | Target::AtLeast(target) => value / target,
        }
    }
}

/// One number of one run.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Figure {
    /// Of what.
    pub(crate) what: String,
    /// How much.
    pub(crate) value: f64,
    /// Of which unit.
    pub(crate) unit: &'static str,
    /// To reach; `None` for what is only told.
    pub(crate) target: Option<Target>,
}

/// One run.
#[derive(Debug, Clone, Default)]
pub(crate) struct Run {
    /// Its numbers; every run of a benchmark gives the same ones in the same order.
    pub(crate) figures: Vec<Figure>,
    /// What could not be measured, and why; what a figure leaves out.
    pub(crate) notes: Vec<String>,
    /// What the disk and the scheduler were like before, meanwhile and afterwards.
    pub(crate) conditions: Measured,
}

impl Run {
    /// Adds a number that has a target.
    pub(crate) fn aim(
        &mut self,
        what: impl Into<String>,
        value: f64,
        unit: &'static str,
        target: Target,
    ) {
        self.figures.push(Figure {
            what: what.into(),
            value,
            unit,
            target: Some(target),
        });
    }

    /// Adds a number that is only told.
    pub(crate) fn tell(&mut self, what: impl Into<String>, value: f64, unit: &'static str) {
        self.figures.push(Figure {
            what: what.into(),
            value,
            unit,
            target: None,
        });
    }

    /// Adds a sentence.
    pub(crate) fn note(&mut self, sentence: impl Into<String>) {
        self.notes.push(sentence.into());
    }
}

impl fmt::Display for Run {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.conditions)?;
        for figure in &self.figures {
            let verdict = match figure.target {
                Some(target) if target.reached(figure.value) => ", reached",
                Some(_) => ", NOT reached",
                None => "",
            };
            write!(
                f,
                "\n  {}: {} {}{verdict}",
                figure.what,
                number(figure.value),
                figure.unit
            )?;
        }
        self.notes
            .iter()
            .try_for_each(|note| write!(f, "\n  {note}"))
    }
}

/// A number with three digits that matter.
pub(crate) fn number(value: f64) -> String {
    let magnitude = value.abs();
    if value.is_nan() {
        "not measured".to_owned()
    } else if magnitude >= 1_000.0 {
        let whole = format!("{value:.0}");
        let (sign, digits) = whole
            .strip_prefix('-')
            .map_or(("", whole.as_str()), |digits| ("-", digits));
        let groups: Vec<&str> = digits
            .as_bytes()
            .rchunks(3)
            .rev()
            .map(|group| std::str::from_utf8(group).unwrap_or_default())
            .collect();
        format!("{sign}{}", groups.join(","))
    } else if magnitude >= 100.0 {
        format!("{value:.0}")
    } else if magnitude >= 10.0 {
        format!("{value:.1}")
    } else {
        format!("{value:.2}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short() {
        let told: Vec<String> = [0.4, 12.34, 123.4, 1_234.0, 1_234_567.0].map(number).into();
        assert_eq!(told, ["0.40", "12.3", "123", "1,234", "1,234,567"]);
        assert_eq!(number(f64::NAN), "not measured");
    }

    #[test]
    fn a_target_knows_its_direction() {
        assert!(Target::AtMost(5.0).reached(5.0) && !Target::AtMost(5.0).reached(5.1));
        assert!(Target::AtLeast(5.0).reached(5.0) && !Target::AtLeast(5.0).reached(4.9));
    }
}
