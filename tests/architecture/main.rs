//! Holds the source tree to its rules: which layer may use which, where `unsafe`, platforms and
//! clocks may stand, and how long files may grow.
//!
//! Every rule is a function over the text of one file; `rules_fire` shows each at work.

mod rules;
mod rules_fire;
mod source;

use std::fs;
use std::path::Path;

use source::{Finding, Source, sources_below};

/// The layers of `src/`, lowest first: each uses only itself and those before it.
const LAYERS: [&str; 11] = [
    "primitives",
    "time",
    "blocking",
    "coroutine",
    "task",
    "sync",
    "channel",
    "io",
    "group",
    "scheduler",
    "net",
];

/// Every file that contains `unsafe` code, sorted. A new one is a decision: it goes in here.
const FILES_WITH_UNSAFE: [&str; 31] = [
    "src/coroutine/resume_arg.rs",
    "src/primitives/biased_lock.rs",
    "src/primitives/modelled/arc.rs",
    "src/primitives/sys/linux.rs",
    "src/primitives/two_ends.rs",
    "src/scheduler/scoped_task.rs",
    "src/sync/mutex.rs",
    "src/sync/rw_lock_guards.rs",
    "src/task/awaiting.rs",
    "src/task/background.rs",
    "src/task/cell.rs",
    "src/task/completion.rs",
    "src/task/ending.rs",
    "src/task/extra.rs",
    "src/task/guest.rs",
    "src/task/header.rs",
    "src/task/join.rs",
    "src/task/join_elsewhere.rs",
    "src/task/live_tasks.rs",
    "src/task/owned_core.rs",
    "src/task/resume.rs",
    "src/task/run_queue.rs",
    "src/task/site_ref.rs",
    "src/task/slab.rs",
    "src/task/spawn.rs",
    "src/task/taking.rs",
    "src/task/task_ref.rs",
    "src/task/team.rs",
    "src/task/this_thread.rs",
    "src/task/waker.rs",
    "src/task/worker_core.rs",
];

/// The only files that may read a clock of the system.
const FILES_THAT_READ_CLOCKS: [&str; 1] = ["src/time/worker_clock.rs"];

fn assert_none(findings: Vec<Finding>) {
    let list: Vec<String> = findings.iter().map(Finding::to_string).collect();
    assert!(list.is_empty(), "{} broken:\n{}", list.len(), list.join("\n"));
}

/// Checks every file below the folders.
fn check(folders: &[&str], rule: impl Fn(&Source) -> Vec<Finding>) {
    let sources: Vec<Source> = folders.iter().flat_map(|folder| sources_below(folder)).collect();
    assert!(!sources.is_empty(), "no Rust file below {folders:?}");
    assert_none(sources.iter().flat_map(rule).collect());
}

const CODE: [&str; 2] = ["src", "macros/src"];

const ALL: [&str; 6] = ["src", "macros/src", "macros/tests", "tests", "benches", "examples"];

#[test]
fn each_layer_uses_only_those_before_it() {
    check(&["src"], |source| rules::layers_are_kept(source, &LAYERS));
}

#[test]
fn files_stay_short() {
    check(&CODE, rules::files_are_short);
}

#[test]
fn unsafe_code_stands_only_in_the_files_listed() {
    check(&["src"], |source| rules::unsafe_is_expected(source, &FILES_WITH_UNSAFE));
    let exists = |path: &&&str| Path::new(env!("CARGO_MANIFEST_DIR")).join(path).is_file();
    assert!(FILES_WITH_UNSAFE.iter().all(|path| exists(&path)), "a listed file does not exist");
    assert!(FILES_WITH_UNSAFE.is_sorted(), "the list is kept sorted");
}

#[test]
fn every_unsafe_block_says_why_it_is_sound() {
    check(&ALL, rules::unsafe_is_justified);
}

#[test]
fn systems_are_told_apart_only_in_sys() {
    check(&["src"], rules::platforms_stay_in_sys);
}

#[test]
fn mod_files_are_tables_of_contents() {
    check(&CODE, rules::mod_files_hold_no_logic);
}

#[test]
fn clocks_are_read_only_by_the_clock() {
    check(&["src"], |source| rules::clocks_are_read_in_one_place(source, &FILES_THAT_READ_CLOCKS));
}

#[test]
fn files_and_modules_are_named_for_what_they_hold() {
    check(&ALL, rules::names_say_something);
}

#[test]
fn nothing_unfinished_is_left_in_the_tree() {
    check(&ALL, rules::nothing_is_left_over);
}

#[test]
fn the_architecture_page_stays_one_page() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("ARCHITECTURE.md");
    let lines = fs::read_to_string(path).unwrap_or_default().lines().count();
    assert!(lines <= 200, "ARCHITECTURE.md has {lines} lines; at most 200");
}
