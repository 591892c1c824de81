//! One language: its messages, found by their keys.

use std::borrow::Cow;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentError, FluentResource};

use super::{ENGLISH, Value, english};

/// All that Outcry says in one language. A message that it lacks is said in English.
pub struct Catalogue(FluentBundle<FluentResource>);

/// Why texts are no catalogue.
#[derive(Debug, thiserror::Error)]
pub enum Unreadable {
    /// The name of the language is not one by BCP 47.
    #[error("{0} is not the name of a language, such as en or pt-BR")]
    Language(String),
    /// A text is not Fluent.
    #[error("not a Fluent text: {0}")]
    Text(String),
    /// Two messages have the same key.
    #[error("a message is there twice: {0}")]
    Twice(String),
}

impl Catalogue {
    /// The catalogue of a language (BCP 47, such as `en`), whose plurals it follows, from Fluent texts.
    pub fn read(language: &str, texts: &[&str]) -> Result<Self, Unreadable> {
        let named = language.parse();
        let named = named.map_err(|_| Unreadable::Language(language.to_owned()))?;
        let mut bundle = FluentBundle::new_concurrent(vec![named]);
        // Marks around each name would count as part of the text in a mail's subject and in tests of it.
        bundle.set_use_isolating(false);
        for text in texts {
            let messages = FluentResource::try_new((*text).to_owned());
            let messages = messages.map_err(|(_, faults)| Unreadable::Text(list(&faults)))?;
            let added = bundle.add_resource(messages);
            added.map_err(|faults: Vec<FluentError>| Unreadable::Twice(list(&faults)))?;
        }
        Ok(Self(bundle))
    }

    /// English in letters of double width: what still has plain letters stands in no file.
    pub fn pseudo() -> Self {
        let mut wide = Self::read("en", &ENGLISH).expect("English can be read");
        wide.0.set_transform(Some(widen));
        wide
    }

    /// The message of that key with these values in its places, in this language or else in English. What
    /// no file has is a slip of ours, which a test finds: the key stands in its place.
    pub fn say<const PLACES: usize>(
        &self,
        key: &str,
        with: [(&str, Value<'_>); PLACES],
    ) -> Cow<'_, str> {
        let message = self.0.get_message(key);
        let Some(pattern) = message.and_then(|message| message.value()) else {
            if std::ptr::eq(self, english()) {
                debug_assert!(false, "no words for {key}");
                return Cow::Owned(key.to_owned());
            }
            return english().say(key, with);
        };
        let with: FluentArgs<'_> = with.into_iter().collect();
        let mut faults = Vec::new();
        let words = self.0.format_pattern(pattern, Some(&with), &mut faults);
        debug_assert!(faults.is_empty(), "{key}: {faults:?}");
        words
    }
}

fn widen(text: &str) -> Cow<'_, str> {
    let wide = |letter: char| match letter {
        'a'..='z' | 'A'..='Z' => char::from_u32(u32::from(letter) + 0xFEE0).unwrap_or(letter),
        other => other,
    };
    text.chars().map(wide).collect()
}

fn list<T: std::fmt::Debug>(faults: &[T]) -> String {
    format!("{faults:?}")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Three plurals, and one message that English has as well.
    const POLISH: &str = "
closed = Zamknięte
letters = { $count ->
    [one] { $count } list do { $to }
    [few] { $count } listy do { $to }
   *[many] { $count } listów do { $to }
}
";

    #[test]
    fn another_file_is_another_language_with_its_own_plurals() {
        let polish = Catalogue::read("pl", &[POLISH]).expect("a catalogue");
        assert_eq!(polish.say("closed", []), "Zamknięte");
        for (count, words) in [
            (1, "1 list do Zoë"),
            (3, "3 listy do Zoë"),
            (12, "12 listów do Zoë"),
        ] {
            let with = [("to", "Zoë".into()), ("count", count.into())];
            assert_eq!(polish.say("letters", with), words);
        }
    }

    #[test]
    fn what_a_language_lacks_is_said_in_english() {
        let polish = Catalogue::read("pl", &[POLISH]).expect("a catalogue");
        let english = english().say("state-open", []);
        assert_eq!(polish.say("state-open", []), english);
        assert_ne!(Catalogue::pseudo().say("state-open", []), english);
    }

    #[test]
    fn what_stands_in_a_place_is_never_read_as_a_message() {
        let texts = ["told = { $who } said so", "secret = 1"];
        let words = Catalogue::read("en", &texts).expect("a catalogue");
        for who in ["{ secret }", "{$who}", "\u{202e}Ann", ""] {
            let with = [("who", who.into())];
            assert_eq!(words.say("told", with), format!("{who} said so"));
        }
    }

    #[test]
    fn a_text_that_is_no_catalogue_is_refused() {
        let refused = |language, texts: &[&str]| Catalogue::read(language, texts).err();
        let twice = ["open = a", "open = b"];
        assert!(matches!(refused("?", &[]), Some(Unreadable::Language(_))));
        assert!(matches!(
            refused("en", &["open"]),
            Some(Unreadable::Text(_))
        ));
        assert!(matches!(refused("en", &twice), Some(Unreadable::Twice(_))));
    }
}
