//! Every settings example of the operator's manual is one that the room accepts, and every key is explained.

use figment::Figment;
use figment::providers::{Format, Toml};
use outcry_channels::Settings;

const MANUAL: &str = include_str!("../../../../docs/channels.md");

#[test]
fn the_examples_are_accepted() {
    let examples: Vec<&str> = MANUAL
        .split("```toml\n")
        .skip(1)
        .map(|rest| rest.split("```").next().unwrap())
        .collect();
    assert!(examples.len() >= 4, "{examples:?}");
    for example in examples {
        let settings: Settings = Figment::from(Toml::string(example))
            .extract_inner("channels")
            .unwrap();
        assert_ne!(settings, Settings::default(), "{example}");
    }
}

#[test]
fn every_key_is_explained() {
    for source in [
        include_str!("../../src/mail/settings.rs"),
        include_str!("../../src/webhook/settings.rs"),
    ] {
        let fields = source
            .lines()
            .filter_map(|line| line.strip_prefix("    pub ")?.split_once(':'));
        let fields = fields.filter(|(key, _)| !key.contains(' '));
        let mut keys = 0;
        for (key, _) in fields {
            assert!(
                MANUAL.contains(&format!("`{key}`")),
                "{key} is not in docs/channels.md"
            );
            keys += 1;
        }
        assert!(keys >= 8, "{keys}");
    }
}
