//! `verify` and `rebuild`: is the log whole, and do the read tables say what it says?

use std::process::ExitCode;
use std::time::Instant;

use outcry_ledger as ledger;

use super::{runtime, with_data};
use crate::cli::Data;
use crate::config::{BadConfig, Config};
use crate::house;

/// Checks every hash. Exit code 1 names the first bad record.
pub fn verify(options: &Data, config: Config) -> anyhow::Result<ExitCode> {
    let settings = house::ledger_settings(&with_data(config, options.data.as_ref()))?;
    let started = Instant::now();
    let found = runtime()?.block_on(ledger::verify(&settings))?;
    let seconds = started.elapsed().as_secs_f64();
    match found {
        Ok(verified) if options.json => println!("{}", serde_json::to_string(&verified)?),
        Ok(verified) => {
            for region in &verified.regions {
                println!(
                    "{}: {} facts, head {}",
                    region.region, region.facts, region.hash
                );
            }
            println!(
                "The log is whole: {} facts in {seconds:.1} s.",
                verified.facts()
            );
        }
        Err(broken) => {
            if options.json {
                println!("{}", serde_json::to_string(&broken)?);
            } else {
                println!(
                    "The log is broken at {} {}: {}",
                    broken.region, broken.sequence, broken.why
                );
            }
            return Ok(ExitCode::from(1));
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Fills the read tables again.
pub fn rebuild(options: &Data, config: Config) -> anyhow::Result<ExitCode> {
    let config = with_data(config, options.data.as_ref());
    if !config.data.dir.is_dir() {
        let dir = config.data.dir.display();
        return Err(BadConfig::new(format!("there is no data directory {dir}")).into());
    }
    let settings = house::ledger_settings(&config)?;
    let started = Instant::now();
    let rebuilt = runtime()?.block_on(ledger::rebuild(&settings))?;
    if options.json {
        println!("{}", serde_json::to_string(&rebuilt)?);
    } else {
        println!(
            "The read tables are filled again: {} facts, {} incidents in {:.1} s.",
            rebuilt.facts,
            rebuilt.incidents,
            started.elapsed().as_secs_f64()
        );
    }
    Ok(ExitCode::SUCCESS)
}
