//! `verify`: is the log whole?

use std::process::ExitCode;
use std::time::Instant;

use outcry_ledger as ledger;

use super::{runtime, with_data};
use crate::cli::Verify;
use crate::config::Config;
use crate::house;

/// Checks every hash, and the keys if asked to. Exit code 1 names the first bad record.
pub fn run(options: &Verify, config: Config) -> anyhow::Result<ExitCode> {
    let (data, json) = (options.data.data.as_ref(), options.data.json);
    let settings = house::ledger_settings(&with_data(config, data))?;
    let runtime = runtime()?;
    let started = Instant::now();
    let verified = match runtime.block_on(ledger::verify(&settings))? {
        Ok(verified) => verified,
        Err(broken) => return broken_at(&broken, json),
    };
    let seconds = started.elapsed().as_secs_f64();
    let keys = match options
        .keys
        .then(|| runtime.block_on(ledger::verify_keys(&settings)))
    {
        None => None,
        Some(found) => match found? {
            Ok(keys) => Some(keys),
            Err(broken) => return broken_at(&broken, json),
        },
    };
    if json {
        let mut told = serde_json::to_value(&verified)?;
        if let Some(keys) = keys {
            told["keys"] = serde_json::to_value(keys)?;
        }
        println!("{told}");
        return Ok(ExitCode::SUCCESS);
    }
    for region in &verified.regions {
        let (facts, hash) = (region.facts, &region.hash);
        println!("{}: {facts} facts, head {hash}", region.region);
    }
    println!(
        "The log is whole: {} facts in {seconds:.1} s.",
        verified.facts()
    );
    if let Some(keys) = keys {
        println!(
            "The keys are whole: {} texts of {} stories open, {} stories were erased.",
            keys.texts, keys.stories, keys.erased
        );
    }
    Ok(ExitCode::SUCCESS)
}

fn broken_at(broken: &ledger::Broken, json: bool) -> anyhow::Result<ExitCode> {
    if json {
        println!("{}", serde_json::to_string(broken)?);
    } else {
        let ledger::Broken {
            region,
            sequence,
            why,
        } = broken;
        println!("The log is broken at {region} {sequence}: {why}");
    }
    Ok(ExitCode::from(1))
}
