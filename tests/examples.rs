//! Every example prints what its header promises, byte for byte.

mod example_program;

use std::fs;

use example_program::{Header, Run, body, compare, first_block, package_root, run, source};

/// The examples that the crate's pages name.
const NAMED: [&str; 14] = [
    "bank",
    "bounded_buffer",
    "crawler",
    "deadlock",
    "dining_philosophers",
    "generators",
    "pipeline",
    "running_mean",
    "sieve",
    "simulated_year",
    "skynet",
    "sleeping_barber",
    "tree_walk",
    "workers",
];

/// The names of all examples, sorted.
fn names() -> Vec<String> {
    let entries = fs::read_dir(package_root().join("examples")).into_iter().flatten();
    let paths = entries.map(|entry| entry.expect("the folder of examples can be read").path());
    let sources = paths.filter(|path| path.extension().is_some_and(|extension| extension == "rs"));
    let stems = sources.filter_map(|path| path.file_stem()?.to_str().map(str::to_owned));
    let mut names: Vec<String> = stems.collect();
    names.sort();
    names
}

fn check(name: &str) -> Result<(), String> {
    let header = Header::of(&source(name)?)?;
    header.runs.iter().try_for_each(|as_told| {
        let printed = run(name, as_told)?;
        as_told.output.as_ref().map_or(Ok(()), |promised| compare(promised, &printed))
    })
}

#[test]
fn every_example_prints_what_its_header_promises() {
    let failures: Vec<String> = names()
        .into_iter()
        .filter_map(|name| check(&name).err().map(|why| format!("examples/{name}.rs: {why}")))
        .collect();
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}

#[test]
fn the_examples_that_the_pages_name_exist() {
    let names = names();
    let is_missing = |name: &&&str| !names.iter().any(|other| other == *name);
    let missing: Vec<_> = NAMED.iter().filter(is_missing).collect();
    assert!(missing.is_empty(), "not in examples/: {missing:?}");
}

const SOURCE: &str = "\
//! Two workers.
//!
//! ```
//! let code = 1;
//! ```
//! ```text
//! first
//!
//!   second
//! ```
//!
//! Run: --virtual-time --workers 3
//!
//! ```text
//! none
//! ```

use std::fmt;
//! ```text
";

#[test]
fn a_header_gives_arguments_and_output_of_each_run() {
    let first = Run {
        arguments: ["--virtual-time", "--workers", "3"].map(str::to_owned).to_vec(),
        output: Some("first\n\n  second\n".to_owned()),
    };
    let second = Run { arguments: Vec::new(), output: Some("none\n".to_owned()) };
    assert_eq!(Header::of(SOURCE), Ok(Header { runs: vec![first, second] }));
}

#[test]
fn a_header_may_say_that_the_output_is_not_fixed() {
    let not_fixed = Run { arguments: vec!["-n".to_owned()], output: None };
    assert_eq!(
        Header::of("//! Output: not fixed (it prints times).\n//! Run: -n\n"),
        Ok(Header { runs: vec![not_fixed] })
    );
}

#[test]
fn a_header_without_output_is_an_error() {
    assert!(Header::of("//! Two workers.\nfn main() {}\n").is_err());
    assert!(Header::of("fn main() {}\n//! ```text\n//! late\n//! ```\n").is_err());
    assert!(Header::of("//! Output: not fixed\n//! ```text\n//! a\n//! ```\n").is_err());
    assert!(Header::of("//! Run: -n\n//! ```text\n//! a\n//! ```\n").is_err());
}

#[test]
fn the_body_is_what_stands_below_the_header() {
    assert_eq!(body(SOURCE), "use std::fmt;\n//! ```text\n");
}

#[test]
fn a_block_is_found_by_its_mark() {
    let lines = ["```rust", "a", "```", "```text", "b", "```", "```text", "c", "```"];
    assert_eq!(first_block(&lines, |mark| mark == "text").as_deref(), Some("b\n"));
    assert_eq!(first_block(&lines, |mark| mark == "sh"), None);
}

#[test]
fn outputs_are_compared_to_the_byte_but_for_the_last_line_break() {
    assert_eq!(compare("a\nb\n", "a\nb"), Ok(()));
    let difference = compare("a\nb\n", "a\nb \n").expect_err("a blank more is a difference");
    assert!(difference.starts_with("differs at line 2"), "{difference}");
    assert!(compare("a\n", "").is_err());
}
