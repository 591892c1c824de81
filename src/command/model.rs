//! `model train` and `model evaluate`: the scoring model from the shipped real data.

use std::process::ExitCode;

use anyhow::Context as _;
use outcry_assess::{Corpus, Model as Trained};

use crate::cli::Model;

/// Trains or evaluates.
pub fn run(command: Model) -> anyhow::Result<ExitCode> {
    match command {
        Model::Train { out, json } => {
            let (model, told) = Trained::train_and_tell(&Corpus::shipped());
            std::fs::write(&out, model.to_file()).with_context(|| out.display().to_string())?;
            if json {
                let mut told = serde_json::to_value(&told)?;
                told["file"] = serde_json::to_value(&out)?;
                println!("{told}");
            } else {
                println!("{told}\nWritten to {}", out.display());
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
