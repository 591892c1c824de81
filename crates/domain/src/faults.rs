//! Faults: the fields of a command that do not fit, gathered so that one refusal names them all.

use std::fmt;

/// The most fields that one refusal names.
pub const FAULTS_MAX: usize = 32;

/// A field that does not fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// JSON pointer (RFC 6901) into the command; empty: the command as a whole.
    pub pointer: String,
    /// What it must be.
    pub detail: String,
}

/// The fields that do not fit, in the order in which they were looked at, each once and at most [`FAULTS_MAX`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Faults(Vec<Fault>);

impl Faults {
    /// A single one.
    pub(crate) fn of(pointer: impl Into<String>, detail: impl Into<String>) -> Self {
        let mut faults = Self::default();
        faults.add(pointer, detail);
        faults
    }

    /// One more. What was said first of a field stands: the rest may follow from it.
    pub(crate) fn add(&mut self, pointer: impl Into<String>, detail: impl Into<String>) {
        let pointer = pointer.into();
        if self.0.len() < FAULTS_MAX && self.0.iter().all(|known| known.pointer != pointer) {
            let detail = detail.into();
            self.0.push(Fault { pointer, detail });
        }
    }

    /// Those of another look as well.
    pub(crate) fn join(&mut self, others: Self) {
        for fault in others.0 {
            self.add(fault.pointer, fault.detail);
        }
    }

    /// Nothing, if everything fits.
    ///
    /// # Errors
    /// The faults, if there are any.
    pub(crate) fn none(self) -> Result<(), Self> {
        if self.is_empty() { Ok(()) } else { Err(self) }
    }
}

impl std::ops::Deref for Faults {
    type Target = [Fault];

    fn deref(&self) -> &[Fault] {
        &self.0
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.pointer.as_str() {
            "" => f.write_str(&self.detail),
            pointer => write!(f, "{pointer}: {}", self.detail),
        }
    }
}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, fault) in self.0.iter().enumerate() {
            let between = if place > 0 { "; " } else { "" };
            write!(f, "{between}{fault}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_field_is_named_once_and_never_too_many() {
        let mut faults = Faults::of("/name", "must be a name");
        faults.add("/name", "must be short");
        faults.add("", "say something");
        assert_eq!(faults.to_string(), "/name: must be a name; say something");
        for place in 0..2 * FAULTS_MAX {
            faults.add(format!("/items/{place}"), "must be a thing");
        }
        assert_eq!(faults.len(), FAULTS_MAX);
        assert_eq!(
            faults.none().map_err(|faults| faults.len()),
            Err(FAULTS_MAX)
        );
        assert_eq!(Faults::default().none(), Ok(()));
    }
}
