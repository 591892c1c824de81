//! The program: reads the command line and runs the command.

use std::process::ExitCode;

use outcry::{cli, command};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

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
