//! `rebuild`: the read tables say again what the log says.

use std::process::ExitCode;
use std::time::Instant;

use outcry_ledger as ledger;

use super::{runtime, with_data};
use crate::cli::Data;
use crate::config::Config;
use crate::house;

/// Fills the read tables again. Exit code 1: incidents are left out that cannot be read; the first bad record
/// of each is named.
pub fn run(options: &Data, config: Config) -> anyhow::Result<ExitCode> {
    let settings = house::ledger_settings(&with_data(config, options.data.as_ref()))?;
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
        if rebuilt.left_out > 0 {
            let count = rebuilt.left_out;
            println!("Incidents left out, because the log cannot be read there: {count}");
        }
        for ledger::Broken {
            region,
            sequence,
            why,
        } in &rebuilt.damaged
        {
            println!("{region} {sequence}: {why}");
        }
    }
    Ok(ExitCode::from(u8::from(rebuilt.left_out > 0)))
}
