//! Shifts are many, and a start reads none of their facts: a table has everybody's latest.

use outcry_domain::organisation::{Command, SHIFT_MAX_S};
use outcry_domain::{Reach, Role};
use outcry_ledger::{Error, Ledger, rebuild, verify_all};

use crate::support::house::{Engine, House, actor, fill, slug};
use crate::support::sql::Sql;

on_every_engine!(
    a_start_knows_who_is_and_was_at_work,
    a_start_reads_no_fact_about_a_shift,
    a_table_that_is_not_what_the_log_says_is_filled_again,
    a_house_from_before_the_table_goes_on,
    a_missing_setting_is_named,
);

/// Somebody begins or ends work at Leeds, and says so themselves.
pub(crate) async fn shift(house: &House, who: &str, starts: bool) {
    let (person, site) = (slug(who), slug("leeds-1"));
    let command = match starts {
        true => Command::StartShift { person, site },
        false => Command::EndShift { person, site },
    };
    let reach = match who {
        "mia" => Reach::Site(slug("leeds-1")),
        _ => Reach::All,
    };
    let moment = house.moment(actor(who, Role::Manager, reach));
    let done = house.ledger.configure(command, &moment).await;
    assert_eq!(done.expect("said").len(), 1);
}

/// Mia came, went and came again; Dana came and went. Five facts.
async fn a_day(engine: Engine) -> House {
    let house = House::open(engine).await;
    for (who, starts) in [
        ("mia", true),
        ("dana", true),
        ("mia", false),
        ("mia", true),
        ("dana", false),
    ] {
        shift(&house, who, starts).await;
    }
    house
}

/// Who is at work at Leeds now.
fn there(house: &House) -> Vec<String> {
    let (organisation, leeds) = (house.ledger.organisation(), slug("leeds-1"));
    let people = organisation.on_shift(&leeds, house.now());
    people.map(|(person, _)| person.id.to_string()).collect()
}

async fn is_whole(house: &House) {
    let whole = verify_all(&house.settings).await.expect("checks");
    whole.expect("whole");
}

async fn a_start_knows_who_is_and_was_at_work(engine: Engine) {
    let mut house = a_day(engine).await;
    let before = house.ledger.organisation();
    house.restart().await;
    assert_eq!(house.ledger.organisation(), before);
    assert_eq!(there(&house), ["mia"]);
    // It goes on from there.
    shift(&house, "mia", false).await;
    shift(&house, "dana", true).await;
    house.restart().await;
    assert_eq!(there(&house), ["dana"]);
    is_whole(&house).await;
}

async fn a_start_reads_no_fact_about_a_shift(engine: Engine) {
    let mut house = a_day(engine).await;
    house.ledger.stop().await;
    let sql = Sql::open(&house).await;
    sql.run("UPDATE fact SET body = '{' WHERE kind = 'organisation.shift'")
        .await;
    house.restart().await;
    assert_eq!(there(&house), ["mia"]);
}

async fn a_table_that_is_not_what_the_log_says_is_filled_again(engine: Engine) {
    for loss in [
        "DROP TABLE shift",
        "DELETE FROM shift",
        "DELETE FROM shift WHERE person = 'dana'",
        "UPDATE shift SET facts = facts + 1 WHERE person = 'dana'",
        "UPDATE shift SET site = 'Leeds?'",
    ] {
        let mut house = a_day(engine).await;
        house.ledger.stop().await;
        Sql::open(&house).await.run(loss).await;
        let told = Ledger::open(&house.settings, fill).await.map(drop);
        let told = told.expect_err("not all is there").to_string();
        let way_out = format!("run: outcry rebuild --data {}", house.data().display());
        assert!(told.contains(&way_out), "{loss}: {told}");
        rebuild(&house.settings).await.expect(loss);
        is_whole(&house).await;
        house.restart().await;
        assert_eq!(there(&house), ["mia"], "{loss}");
    }
    // What a start does not see, the check of the tables does.
    let house = a_day(engine).await;
    house.ledger.stop().await;
    let later = format!("UPDATE shift SET since = since - {SHIFT_MAX_S}000000");
    Sql::open(&house).await.run(&later).await;
    let broken = verify_all(&house.settings).await.expect("checks");
    let broken = broken.expect_err("must be found");
    assert!(broken.why.contains("table of shifts"), "{}", broken.why);
}

async fn a_house_from_before_the_table_goes_on(engine: Engine) {
    let mut house = a_day(engine).await;
    house.report("leeds-1").await;
    house.ledger.stop().await;
    let sql = Sql::open(&house).await;
    for statement in [
        "DROP TABLE shift",
        "DROP INDEX fact_setting",
        "DELETE FROM _sqlx_migrations WHERE version = 3",
    ] {
        sql.run(statement).await;
    }
    house.restart().await;
    assert_eq!(there(&house), ["mia"]);
    shift(&house, "mia", false).await;
    house.restart().await;
    assert!(there(&house).is_empty());
    is_whole(&house).await;
}

async fn a_missing_setting_is_named(engine: Engine) {
    let house = a_day(engine).await;
    house.ledger.stop().await;
    let sql = Sql::open(&house).await;
    sql.run("DELETE FROM fact WHERE region = 'organisation' AND sequence = 3")
        .await;
    let told = Ledger::open(&house.settings, fill).await.map(drop);
    assert!(
        matches!(&told, Err(Error::Corrupt { region, sequence: 3, .. }) if region.as_str() == "organisation"),
        "{told:?}"
    );
    let told = rebuild(&house.settings).await.map(drop);
    assert!(
        matches!(&told, Err(Error::Corrupt { sequence: 4, .. })),
        "{told:?}"
    );
}
