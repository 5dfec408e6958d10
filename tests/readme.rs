//! The README keeps its word: its commands are the ones that work, and its first program, which
//! `examples/readme.rs` repeats, prints what stands below it.
//!
//! That every Rust block of it compiles and runs is the documentation tests' matter.

mod example_program;

use std::fs;

use example_program::{Header, body, compare, first_block, package_root, run, source};

const COMMANDS: [&str; 2] = ["cargo run --release --example workers", "cargo test --workspace"];

fn readme() -> String {
    fs::read_to_string(package_root().join("README.md")).expect("README.md can be read")
}

/// The first Rust block, and the first `text` block below it.
fn first_program() -> (String, String) {
    let readme = readme();
    let lines: Vec<&str> = readme.lines().collect();
    let opens = |line: &&str| line.starts_with("```rust");
    let start = lines.iter().position(opens).expect("README.md has a block marked `rust`");
    let program = first_block(&lines[start..], |mark| mark.starts_with("rust"));
    let output = first_block(&lines[start..], |mark| mark == "text");
    (program.expect("it was found"), output.expect("a block marked `text` follows the program"))
}

#[test]
fn the_commands_stand_on_lines_of_their_own() {
    let readme = readme();
    for command in COMMANDS {
        let stands = readme.lines().any(|line| line.trim_start_matches("$ ").trim() == command);
        assert!(stands, "README.md has no line `{command}`");
    }
}

#[test]
fn the_first_program_is_the_example_of_that_name() {
    let example = source("readme").expect("the first program stands in examples/readme.rs too");
    assert_eq!(compare(&first_program().0, &body(&example)), Ok(()));
}

#[test]
fn the_first_program_prints_what_stands_below_it() {
    let example = source("readme").expect("the first program stands in examples/readme.rs too");
    let header = Header::of(&example).expect("its header is complete");
    let printed = run("readme", &header.runs[0]).expect("it runs");
    assert_eq!(compare(&first_program().1, &printed), Ok(()));
}
