//! What is printed: tables in Markdown, then the targets.

use std::fmt::{Display, Write};
use std::num::NonZero;
use std::path::Path;
use std::{env, fs, thread};

use crate::arguments::Options;
use crate::compare::{Measured, Tools, measure_all};
use crate::figures::Figures;
use crate::program::{ROWS, Table, Unit};
use crate::runtimes::{BARE, COWEAVE, RUNTIMES, header_bytes, prepare};
use crate::{builds, csv, plots, targets};

/// Most that a table has, so that it can be read; those that are left over stand in the next.
const MOST_COLUMNS: usize = 9;

/// Compares, and prints what came of it.
pub(crate) fn compare(options: &Options) -> Result<(), String> {
    let tools = Tools { executables: builds::executables(options.builds)?, foreign: prepare()? };
    let measured = measure_all(options, &tools);
    if measured.is_empty() {
        let names: Vec<_> = ROWS.iter().map(|row| row.name).collect();
        return Err(format!("no program is so called; there are\n{}", names.join("\n")));
    }
    let text = document(options, &tools, &measured);
    println!("{text}");
    let explain = |file: &Path, error: &dyn Display| format!("{}: {error}", file.display());
    if let Some(file) = &options.csv {
        csv::write(file, &measured).map_err(|error| explain(file, &error))?;
    }
    if let Some(file) = &options.markdown {
        fs::write(file, text).map_err(|error| explain(file, &error))?;
    }
    if let Some(folder) = &options.plots {
        plots::draw(folder, &measured).map_err(|error| explain(folder, &error))?;
    }
    Ok(())
}

fn document(options: &Options, tools: &Tools, measured: &[Measured]) -> String {
    let mut text = heading(options, tools, measured);
    text += &tables(
        measured,
        "an operation: median ± half the distance of the quartiles",
        |row, at| Some(format!("{} ± {}", digits(row.median(at)?), digits(row.spread(at)?))),
    );
    text += &tables(measured, "ratio to bare / to coweave", |row, at| {
        let ratio = |to| row.ratio(at, to).map_or("–".to_owned(), digits);
        row.median(at).map(|_| format!("{} / {}", ratio(BARE), ratio(COWEAVE)))
    });
    text += &tables(measured, "instructions an operation", |row, at| {
        Some(digits(row.instructions[at]?))
    });
    text + &sizes() + &targets::table(measured)
}

fn heading(options: &Options, tools: &Tools, measured: &[Measured]) -> String {
    let versions: Vec<String> = RUNTIMES
        .iter()
        .flat_map(|runtime| runtime.packages)
        .filter_map(|package| Some(format!("{package} {}", version(package)?)))
        .chain(tools.foreign.versions.iter().cloned())
        .collect();
    let work = if options.is_quick { "quick: too short to judge by, " } else { "" };
    let builds = tools.executables.len();
    let (rounds, versions) = (rounds(builds, measured), versions.join(", "));
    format!("{versions}\n\n{work}{rounds} rounds, {builds} builds, on {}\n", processor())
}

/// How many were made of whatever was measured: what is slow has fewer.
fn rounds(builds: usize, measured: &[Measured]) -> String {
    let series = measured.iter().flat_map(|(_, figures)| &figures.measured);
    let rounds = series.map(|series| series.len() / builds).filter(|rounds| *rounds > 0);
    let (least, most) = (rounds.clone().min().unwrap_or(0), rounds.max().unwrap_or(0));
    if least == most { most.to_string() } else { format!("{least} to {most}") }
}

fn processor() -> String {
    let known = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = known.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    let model = model.map_or(env::consts::ARCH, |(_, model)| model);
    let count = thread::available_parallelism().map_or(1, NonZero::get);
    format!("{model}, {count} of its processors, {}", env::consts::OS)
}

/// The version of a package that was built in: the newest, if others use an older one.
fn version(package: &str) -> Option<&'static str> {
    let lock = include_str!("../Cargo.lock");
    let found = lock.rsplit_once(&format!("name = \"{package}\"\nversion = \""))?.1;
    found.split('"').next()
}

/// Three digits, or more before the point.
pub(crate) fn digits(figure: f64) -> String {
    let decimals = match figure.abs() {
        100.0.. => 0,
        10.0.. => 1,
        _ => 2,
    };
    format!("{figure:.decimals$}")
}

fn line(cells: impl IntoIterator<Item = String>) -> String {
    cells.into_iter().fold("|".to_owned(), |mut line, cell| {
        let _ = write!(line, " {cell} |");
        line
    })
}

/// A table for each kind of programs, with the columns of those that have something to show in it.
fn tables(
    measured: &[Measured],
    what: &str,
    cell: impl Fn(&Figures, usize) -> Option<String>,
) -> String {
    let mut text = String::new();
    for kind in [Table::Alone, Table::Generators, Table::Waiting, Table::OnTwo] {
        let rows = measured.iter().filter(|(row, _)| row.program.table() == kind);
        let rows: Vec<&Measured> = rows.collect();
        let has_some = |at: &usize| rows.iter().any(|(_, row)| cell(row, *at).is_some());
        let columns: Vec<usize> = (0..RUNTIMES.len()).filter(has_some).collect();
        for columns in columns.chunks(MOST_COLUMNS) {
            text += &table(&rows, columns, what, &cell);
        }
    }
    text
}

/// Without the lines in which there is nothing.
fn table(
    measured: &[&Measured],
    columns: &[usize],
    what: &str,
    cell: &impl Fn(&Figures, usize) -> Option<String>,
) -> String {
    let names = columns.iter().map(|at| RUNTIMES[*at].name.to_owned());
    let mut text = format!("\n{}\n", line([what.to_owned()].into_iter().chain(names)));
    let _ = writeln!(text, "|{}", " --- |".repeat(columns.len() + 1));
    for (row, figures) in measured {
        let cells: Vec<_> = columns.iter().map(|at| cell(figures, *at)).collect();
        if cells.iter().all(Option::is_none) {
            continue;
        }
        let unit = match row.unit {
            Unit::CpuNs => "ns",
            Unit::WallNs => "ns on the wall",
            Unit::PeakBytes => "bytes",
        };
        let cells = cells.into_iter().map(|cell| cell.unwrap_or("–".to_owned()));
        let _ =
            writeln!(text, "{}", line([format!("{} ({unit})", row.name)].into_iter().chain(cells)));
    }
    text
}

fn sizes() -> String {
    let handles = RUNTIMES
        .iter()
        .filter_map(|runtime| Some(format!("{} {}", runtime.name, runtime.handle_bytes?)));
    let handles = handles.collect::<Vec<_>>().join(", ");
    let header = header_bytes();
    format!("\nBytes of a task's header: coweave {header}.\nBytes of a task's handle: {handles}.\n")
}
