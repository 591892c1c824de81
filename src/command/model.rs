//! `model train` and `model evaluate`: the scoring model from the shipped real data.

use std::process::ExitCode;

use anyhow::Context as _;
use outcry_assess::{Corpus, Model as Trained};

use crate::cli::Model;

/// Trains or evaluates.
pub fn run(command: Model) -> anyhow::Result<ExitCode> {
    match command {
        Model::Train { out, json } => {
            let corpus = Corpus::shipped();
            let started = std::time::Instant::now();
            let model = Trained::train(&corpus);
            let seconds = started.elapsed().as_secs_f64();
            std::fs::write(&out, model.to_file()).with_context(|| out.display().to_string())?;
            if json {
                let told = serde_json::json!({
                    "model": model.name(), "rows": corpus.len(), "seconds": seconds,
                    "terms": model.terms(), "file": out,
                });
                println!("{told}");
            } else {
                println!(
                    "{} learned {} terms from {} reports in {seconds:.2} s: {}",
                    model.name(),
                    model.terms(),
                    corpus.len(),
                    out.display()
                );
            }
        }
        Model::Evaluate { json } => {
            let evaluation = outcry_assess::evaluate(&Corpus::shipped());
            if json {
                println!("{}", serde_json::to_string(&evaluation)?);
            } else {
                println!("{evaluation}");
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}
