//! The house plan: config, wiring, the thin follower loops, the command line.
//! Holds no rule about incidents: an `if` about them belongs in the domain.

mod cli;
mod clock;
mod command;
mod config;
mod demo;
mod follow;
mod house;
mod logging;

use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments = match cli::read() {
        Ok(arguments) => arguments,
        Err(code) => return code,
    };
    rustls::crypto::aws_lc_rs::default_provider()
        .install_default()
        .expect("nobody installed a provider before the first line of main");
    match command::run(arguments) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("outcry: {error:#}");
            ExitCode::from(command::exit_code(&error))
        }
    }
}
