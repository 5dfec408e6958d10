//! The public API stands in `tests/public_api.txt`, one item a line. A change to it shows there.
//!
//! `UPDATE_API=1 cargo test --test public_api` writes the file anew.

mod api;
mod declaration;

use std::path::Path;
use std::process::Command;
use std::sync::LazyLock;
use std::{env, fs};

use serde_json::Value;

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/public_api.txt");

/// Runs rustdoc's command and reads the description that it writes to `file`.
fn describe(command: &mut Command, file: &Path) -> Value {
    let output = command.output().expect("the command can be run");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}:\n{errors}");
    let text = fs::read_to_string(file).expect("rustdoc writes its description");
    serde_json::from_str(&text).expect("the description is JSON")
}

/// Rustdoc's description of this crate.
static DESCRIPTION: LazyLock<Value> = LazyLock::new(|| {
    let tmp = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let target = tmp.parent().expect("cargo's folder for tests lies in its target folder");
    let mut command = Command::new(env!("CARGO"));
    command.args(["rustdoc", "--lib", "--manifest-path"]);
    command.arg(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"));
    command.arg("--target-dir").arg(target);
    command.args(["--", "-Zunstable-options", "--output-format", "json"]);
    describe(&mut command, &target.join("doc/coweave.json"))
});

#[test]
fn every_public_item_has_an_example() {
    let without = api::without_example(&DESCRIPTION);
    assert!(without.is_empty(), "without an example:\n{}", without.join("\n"));
}

#[test]
fn an_item_without_an_example_is_found() {
    let found = api::without_example(&SAMPLE_DESCRIPTION);
    assert!(found.contains(&"sample::Handle::set".to_owned()), "found only {found:?}");
}

#[test]
fn the_public_api_is_the_one_in_the_file() {
    let api = api::lines(&DESCRIPTION);
    if env::var_os("UPDATE_API").is_some() {
        fs::write(FILE, api.iter().map(|line| format!("{line}\n")).collect::<String>())
            .expect("the file can be written");
        return;
    }
    let file = fs::read_to_string(FILE).expect("tests/public_api.txt can be read");
    let file: Vec<&str> = file.lines().collect();
    let gone = file.iter().filter(|line| !api.iter().any(|item| item == *line));
    let new = api.iter().filter(|item| !file.contains(&item.as_str()));
    let changes: Vec<String> =
        gone.map(|line| format!("- {line}")).chain(new.map(|line| format!("+ {line}"))).collect();
    assert!(
        changes.is_empty() && file.len() == api.len(),
        "the public API differs from tests/public_api.txt; if that is meant, \
         run `UPDATE_API=1 cargo test --test public_api`\n{}",
        changes.join("\n")
    );
}

const SAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/public_api/sample.rs");

const SAMPLE_API: &str = include_str!("sample_api.txt");

/// And of one that has every kind of item.
static SAMPLE_DESCRIPTION: LazyLock<Value> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("public_api");
    let mut command = Command::new("rustdoc");
    command.args(["--edition=2024", "--crate-name=sample", "-Zunstable-options"]);
    command.args(["--output-format=json", "--out-dir"]).arg(&folder).arg(SAMPLE);
    describe(&mut command, &folder.join("sample.json"))
});

#[test]
fn every_kind_of_item_has_its_line() {
    let api = api::lines(&SAMPLE_DESCRIPTION);
    assert_eq!(api.join("\n"), SAMPLE_API.trim_end());
}
