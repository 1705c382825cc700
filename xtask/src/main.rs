//! The commands of this repository: `cargo xtask --help`.

mod bench;
mod build;
mod cli;
mod demo;
mod fingerprint;
mod lock;
mod npm;
mod process;
mod serve;
mod size;
mod step;
mod test;
mod workspace;

use std::process::ExitCode;

fn main() -> ExitCode {
    match cli::parse().and_then(cli::Command::run) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
