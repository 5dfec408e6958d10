//! An example and what its header promises.
//!
//! A header is the doc comment at the top of `examples/<name>.rs`. Each block in it that is marked
//! `text` holds what a run of the example prints; a line `Run: --a b` below the block holds the
//! arguments for that run; and a line `Output: not fixed` stands in place of the blocks where no two
//! runs need be alike.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{env, fs};

/// What a header says.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Header {
    /// At least one.
    pub(crate) runs: Vec<Run>,
}

/// A run of an example.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Run {
    pub(crate) arguments: Vec<String>,
    /// `None` where the output is not fixed.
    pub(crate) output: Option<String>,
}

impl Header {
    /// # Errors
    /// Says what is missing.
    pub(crate) fn of(source: &str) -> Result<Self, String> {
        let lines: Vec<&str> = header_lines(source).collect();
        let not_fixed = lines.iter().any(|line| line.starts_with("Output: not fixed"));
        let mut runs: Vec<Run> = not_fixed.then(Run::default).into_iter().collect();
        let mut lines = lines.into_iter();
        while let Some(line) = lines.next() {
            if let Some(mark) = line.strip_prefix("```") {
                let block = lines.by_ref().take_while(|line| !line.starts_with("```"));
                let block: String = block.map(|line| format!("{line}\n")).collect();
                match mark.trim() {
                    "text" if not_fixed => {
                        return Err("has a `text` block and is `not fixed`".to_owned());
                    }
                    "text" => runs.push(Run { output: Some(block), ..Run::default() }),
                    _ => {}
                }
            } else if let Some(arguments) = line.strip_prefix("Run:") {
                let run = runs.last_mut().ok_or("has `Run:` above what that prints")?;
                run.arguments = arguments.split_whitespace().map(str::to_owned).collect();
            }
        }
        if runs.is_empty() {
            return Err("has no `text` block and no `Output: not fixed`".to_owned());
        }
        Ok(Self { runs })
    }
}

/// The lines of the doc comment at the top, without their marks.
fn header_lines(source: &str) -> impl Iterator<Item = &str> {
    let lines = source.lines().map_while(|line| line.strip_prefix("//!"));
    lines.map(|line| line.strip_prefix(' ').unwrap_or(line))
}

/// The program below its header.
pub(crate) fn body(source: &str) -> String {
    let body = source.lines().skip_while(|line| line.starts_with("//!") || line.is_empty());
    body.map(|line| format!("{line}\n")).collect()
}

/// The contents of the first fenced block whose mark is the one that is looked for.
pub(crate) fn first_block(lines: &[&str], is_wanted: impl Fn(&str) -> bool) -> Option<String> {
    let mut lines = lines.iter();
    while let Some(line) = lines.next() {
        let Some(mark) = line.strip_prefix("```") else { continue };
        let block = lines.by_ref().take_while(|line| !line.starts_with("```"));
        let block: String = block.map(|line| format!("{line}\n")).collect();
        if is_wanted(mark.trim()) {
            return Some(block);
        }
    }
    None
}

/// The root of the package.
pub(crate) fn package_root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The source of an example.
pub(crate) fn source(name: &str) -> Result<String, String> {
    let path = source_path(name);
    fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))
}

fn source_path(name: &str) -> PathBuf {
    package_root().join("examples").join(name).with_extension("rs")
}

/// Where cargo puts an example that it builds together with this test.
fn binary_path(name: &str) -> Result<PathBuf, String> {
    let test = env::current_exe().map_err(|error| error.to_string())?;
    // The test lies in `<profile>/deps/`, the example in `<profile>/examples/`.
    let profile = test.ancestors().nth(2).ok_or("the test lies in no folder of cargo's")?;
    let binary = profile.join("examples").join(format!("{name}{}", env::consts::EXE_SUFFIX));
    let built = |path: &Path| fs::metadata(path).and_then(|metadata| metadata.modified());
    match (built(&binary), built(&source_path(name))) {
        (Ok(binary_time), Ok(source_time)) if binary_time >= source_time => Ok(binary),
        _ => Err(format!(
            "{} is missing or older than its source; `cargo test` builds the examples, \
             `cargo test --test …` does not: run `cargo build --examples` first",
            binary.display()
        )),
    }
}

/// Runs an example with the arguments that its header gives, and gives what it prints.
///
/// # Errors
/// Says why it could not be run, or with what it failed.
pub(crate) fn run(name: &str, as_told: &Run) -> Result<String, String> {
    let mut command = Command::new(binary_path(name)?);
    let output = command
        .args(&as_told.arguments)
        .stdin(Stdio::null())
        .output()
        .map_err(|error| format!("{command:?}: {error}"))?;
    if !output.status.success() {
        let errors = String::from_utf8_lossy(&output.stderr);
        return Err(format!("{command:?}: {}\n{errors}", output.status));
    }
    String::from_utf8(output.stdout).map_err(|error| format!("{command:?}: {error}"))
}

/// The first difference between what was promised and what was printed.
///
/// # Errors
/// Shows the line and both texts.
pub(crate) fn compare(promised: &str, printed: &str) -> Result<(), String> {
    let (promised, printed) = (promised.trim_end_matches('\n'), printed.trim_end_matches('\n'));
    if promised == printed {
        return Ok(());
    }
    let same = promised.lines().zip(printed.lines()).take_while(|(a, b)| a == b).count();
    Err(format!("differs at line {}\npromised:\n{promised}\nprinted:\n{printed}", same + 1))
}
