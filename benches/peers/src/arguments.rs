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
      --rounds N        Rounds of the interleaved run [default: 5, or as many as 390 seconds hold]
      --builds N        Builds whose code is placed differently, up to 5 [default: 1]
      --instructions    Count instructions with callgrind also with --quick, and of all runtimes
      --csv FILE        Write every single figure to FILE
      --markdown FILE   Write what is printed to FILE also
      --plots DIR       Draw plots, as SVG files in DIR
  -h, --help            Print this
";

/// What was asked for.
#[derive(Debug)]
pub(crate) enum Command {
    Help,
    Compare(Options),
    /// One program, in this process: what `Compare` starts as a child.
    Measure(One),
    /// The same, under callgrind.
    Count(One),
}

/// Of which runtimes instructions are counted, which takes seconds each time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Counted {
    None,
    /// Up to tokio, in the order of the columns.
    First,
    All,
}

/// How to compare.
#[derive(Debug)]
pub(crate) struct Options {
    pub(crate) only: String,
    pub(crate) is_quick: bool,
    pub(crate) rounds: usize,
    /// Whether so many rounds are made however long they take.
    pub(crate) makes_all_rounds: bool,
    pub(crate) builds: usize,
    pub(crate) instructions: Counted,
    pub(crate) csv: Option<PathBuf>,
    pub(crate) markdown: Option<PathBuf>,
    pub(crate) plots: Option<PathBuf>,
}

pub(crate) fn parse() -> Result<Command, lexopt::Error> {
    let mut parser = Parser::from_env();
    let mut options = Options {
        only: String::new(),
        is_quick: false,
        rounds: 0,
        builds: 1,
        makes_all_rounds: false,
        instructions: Counted::First,
        csv: None,
        markdown: None,
        plots: None,
    };
    while let Some(argument) = parser.next()? {
        match argument {
            Long("only") => options.only = parser.value()?.string()?.to_lowercase(),
            Long("quick") => options.is_quick = true,
            Long("rounds") => options.rounds = parser.value()?.parse()?,
            Long("builds") => options.builds = parser.value()?.parse()?,
            Long("instructions") => options.instructions = Counted::All,
            Long("csv") => options.csv = Some(parser.value()?.into()),
            Long("markdown") => options.markdown = Some(parser.value()?.into()),
            Long("plots") => options.plots = Some(parser.value()?.into()),
            Long("measure") => return Ok(Command::Measure(one(&mut parser)?)),
            Long("count") => return Ok(Command::Count(one(&mut parser)?)),
            Short('h') | Long("help") => return Ok(Command::Help),
            Short(_) | Long(_) | Arg::Value(_) => return Err(argument.unexpected()),
        }
    }
    if options.is_quick && options.instructions == Counted::First {
        options.instructions = Counted::None;
    }
    options.makes_all_rounds = options.rounds > 0 || options.builds > 1;
    if options.rounds == 0 {
        options.rounds = if options.is_quick { 3 } else { 5 };
    }
    Ok(Command::Compare(options))
}

fn one(parser: &mut Parser) -> Result<One, lexopt::Error> {
    let mut number = || parser.value()?.parse();
    Ok(One { row: number()?, runtime: number()?, count: number()? })
}
