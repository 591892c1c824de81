//! Settings that are read, and settings that are refused.

use super::*;

#[test]
fn the_example_is_every_default() {
    let lines: String = EXAMPLE
        .lines()
        .map(|line| line.strip_prefix("#= ").unwrap_or(line))
        .fold(String::new(), |text, line| text + line + "\n");
    let config: Config = Figment::new()
        .merge(Toml::string(&lines))
        .extract()
        .expect("the example reads");
    assert_eq!(
        format!("{:?}", config.server),
        format!("{:?}", Server::default())
    );
    assert_eq!(
        format!("{:?}", config.data),
        format!("{:?}", Data::default())
    );
    assert_eq!(format!("{:?}", config.log), format!("{:?}", Log::default()));
    assert_eq!(
        format!("{:?}", config.stream),
        format!("{:?}", Stream::default())
    );
    assert_eq!(
        format!("{:?}", config.assess),
        format!("{:?}", Assess::default())
    );
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
