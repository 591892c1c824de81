//! Settings that are read, and settings that are refused.

use super::*;

#[test]
fn the_example_as_it_stands_sets_every_default_to_itself() {
    let example = Figment::new().merge(Toml::string(EXAMPLE));
    let config: Config = example.extract().expect("the example reads");
    assert_eq!(format!("{config:?}"), format!("{:?}", Config::default()));
}

/// The example with all that is commented out in place: lines whose comment is a table or a key.
fn switched_on() -> Figment {
    let is_key = |name: &str| name.chars().all(|c| c == '_' || c.is_ascii_lowercase());
    let text: String = EXAMPLE
        .lines()
        .map(|line| match line.strip_prefix("# ") {
            Some(set) if set.starts_with('[') => set,
            Some(set) if set.split_once(" = ").is_some_and(|(name, _)| is_key(name)) => set,
            _ => line,
        })
        .fold(String::new(), |text, line| text + line + "\n");
    Figment::new().merge(Toml::string(&text))
}

#[test]
fn the_example_names_every_setting_there_is() {
    let example = switched_on();
    let config: Config = example
        .extract()
        .expect("what is commented out reads as well");
    assert_eq!(config.channels.webhook.receivers.len(), 1);
    for table in [
        "",
        "server.",
        "data.",
        "log.",
        "stream.",
        "assess.",
        "channels.",
        "channels.mail.",
        "channels.webhook.",
    ] {
        let odd = example.clone().merge((format!("{table}odd"), 1));
        let error = odd.extract::<Config>().expect_err("there is no such key");
        let figment::error::Kind::UnknownField(_, known) = error.kind else {
            panic!("{table}: {error}");
        };
        assert!(!known.is_empty());
        for name in known {
            let key = format!("{table}{name}");
            assert!(example.find_value(&key).is_ok(), "{key} is not there");
        }
    }
}

#[test]
fn an_unknown_key_is_answered_with_the_nearest() {
    let figment = Figment::new().merge(Toml::string("[server]\nlisten_on = '1.2.3.4:1'"));
    let error = explain(
        &figment.extract::<Config>().expect_err("unknown key"),
        Path::new(FILE),
    );
    assert!(
        error.to_string().contains("did you mean listen?"),
        "{error}"
    );
}

#[test]
fn a_level_is_one_that_there_is() {
    for fine in [
        "info",
        "WARN",
        "off",
        "info,outcry_ledger=debug",
        "warn,h2=error",
    ] {
        check_level(fine).expect(fine);
    }
    for wrong in [
        "loud",
        "",
        "infos",
        "info,outcry_ledger=loud",
        "info,,warn",
        "=info,[",
    ] {
        let error = check_level(wrong).expect_err(wrong).to_string();
        assert!(error.starts_with("log.level: there is no level"), "{error}");
    }
}

#[test]
fn a_guess_is_made_only_when_it_is_near() {
    for (text, words) in [
        (
            "[nope]",
            "there is no table nope; there are server, data, log, stream, assess, channels",
        ),
        (
            "[chanels]",
            "there is no table chanels; did you mean channels?",
        ),
        ("[Server]", "there is no table Server; did you mean server?"),
        (
            "[log]\ncolour = 'red'",
            "log: there is no setting colour; there are level, format",
        ),
        (
            "[stream]\nkeep_hour = 3",
            "stream: there is no setting keep_hour; did you mean keep_hours?",
        ),
    ] {
        let figment = Figment::new().merge(Toml::string(text));
        let error = explain(
            &figment.extract::<Config>().expect_err("unknown"),
            Path::new(FILE),
        );
        assert!(error.to_string().starts_with(words), "{text}: {error}");
    }
}
