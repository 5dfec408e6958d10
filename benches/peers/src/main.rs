//! The same programs on bare loops, on coweave and on other runtimes, in one run.
#![feature(coroutines, coroutine_trait)]

mod arguments;
mod builds;
mod chain;
mod compare;
mod csv;
mod figures;
mod instructions;
mod measuring;
mod meter;
mod plots;
mod processors;
mod program;
mod progress;
mod report;
mod rounds;
mod runtimes;
mod targets;

use std::process::ExitCode;

use arguments::Command;

fn main() -> ExitCode {
    let outcome = match arguments::parse() {
        Ok(Command::Help) => {
            print!("{}", arguments::HELP);
            return ExitCode::SUCCESS;
        }
        Ok(Command::Measure(one)) => measuring::measure_here(&one),
        Ok(Command::Count(one)) => measuring::run_here(&one),
        Ok(Command::Compare(options)) => report::compare(&options),
        Err(error) => Err(format!("{error}\n\n{}", arguments::HELP)),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("peers: {message}");
            ExitCode::FAILURE
        }
    }
}
