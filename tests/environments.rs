//! Crates in other circumstances: editions, names of the library, authors of the code, versions.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Runs cargo on the workspace of these crates; what it needs is there already, built for this one.
fn cargo(arguments: &[&str]) {
    let workspace = root().join("tests/environments");
    let target: PathBuf = Path::new(env!("CARGO_TARGET_TMPDIR")).join("environments");
    if root().join("Cargo.lock").exists() {
        fs::copy(root().join("Cargo.lock"), workspace.join("Cargo.lock")).expect("it is copied");
    }
    let outcome = Command::new(env!("CARGO"))
        .args(arguments)
        .args(["--offline", "--workspace", "--quiet"])
        .current_dir(workspace)
        .env("CARGO_TARGET_DIR", target)
        .env_remove("RUSTFLAGS")
        .output()
        .expect("cargo starts");
    let said = String::from_utf8_lossy(&outcome.stderr);
    let printed = String::from_utf8_lossy(&outcome.stdout);
    assert!(outcome.status.success(), "cargo {arguments:?}\n{said}\n{printed}");
}

#[test]
fn coroutines_work_and_please_strict_lints_wherever_they_are_written() {
    cargo(&["clippy", "--all-targets"]);
    cargo(&["test"]);
}
