//! The command line.

use std::path::PathBuf;

use lexopt::prelude::{Long, Short, ValueExt};
use lexopt::{Arg, Parser};

use crate::measuring::One;

pub(crate) const HELP: &str = "\
Runs the same programs on bare loops, coweave and other runtimes, and prints ratios.

Usage: peers [OPTIONS]

      --only PATTERN    Only programs whose name contains PATTERN
      --quick           A tenth of the work and three rounds: shows that all run
      --rounds N        Rounds of the interleaved run [default: 7]
      --builds N        Builds whose code is placed differently, up to 5 [default: 1]
      --instructions    Count instructions with callgrind also with --quick
      --csv FILE        Write every single figure to FILE
  -h, --help            Print this
";

/// What was asked for.
#[derive(Debug)]
pub(crate) enum Command {
    Help,
    Compare(Options),
    /// One program, in this process: what `Compare` starts as a child.
    Measure(One),
}

/// How to compare.
#[derive(Debug)]
pub(crate) struct Options {
    pub(crate) only: String,
    pub(crate) is_quick: bool,
    pub(crate) rounds: usize,
    pub(crate) builds: usize,
    pub(crate) instructions: bool,
    pub(crate) csv: Option<PathBuf>,
}

pub(crate) fn parse() -> Result<Command, lexopt::Error> {
    let mut parser = Parser::from_env();
    let mut options = Options {
        only: String::new(),
        is_quick: false,
        rounds: 0,
        builds: 1,
        instructions: false,
        csv: None,
    };
    while let Some(argument) = parser.next()? {
        match argument {
            Long("only") => options.only = parser.value()?.string()?.to_lowercase(),
            Long("quick") => options.is_quick = true,
            Long("rounds") => options.rounds = parser.value()?.parse()?,
            Long("builds") => options.builds = parser.value()?.parse()?,
            Long("instructions") => options.instructions = true,
            Long("csv") => options.csv = Some(parser.value()?.into()),
            Long("measure") => {
                let mut number = || parser.value()?.parse();
                let (row, runtime, count) = (number()?, number()?, number()?);
                return Ok(Command::Measure(One { row, runtime, count }));
            }
            Short('h') | Long("help") => return Ok(Command::Help),
            Short(_) | Long(_) | Arg::Value(_) => return Err(argument.unexpected()),
        }
    }
    options.instructions |= !options.is_quick;
    if options.rounds == 0 {
        options.rounds = if options.is_quick { 3 } else { 7 };
    }
    Ok(Command::Compare(options))
}
