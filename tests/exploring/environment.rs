//! `COWEAVE_SEED`, in child processes.

use std::process::Command;

use coweave::{explore, try_explore};

/// The child of a test runs that test, and goes on here.
const CHILD: &str = "COWEAVE_TEST_EXPLORES";

fn is_child() -> bool {
    std::env::var_os(CHILD).is_some()
}

/// Whether the child passes, and what it prints.
fn run(test: &str, seed: &str) -> (bool, String) {
    let output = Command::new(std::env::current_exe().unwrap())
        .args([&format!("environment::{test}"), "--exact", "--nocapture"])
        .env(CHILD, "1")
        .env("COWEAVE_SEED", seed)
        .output()
        .unwrap();
    let text = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8_lossy(&text).into_owned())
}

#[test]
fn the_seed_of_the_environment_replaces_the_others() {
    if is_child() {
        let mut runs = 0;
        explore(0..1000, async || runs += 1);
        assert_eq!(runs, 1);
        explore(0..1000, async || panic!("out of tea"));
    }
    let (has_passed, text) = run("the_seed_of_the_environment_replaces_the_others", "4711");
    assert!(!has_passed && text.contains("seed 4711 fails, the first that was tried"), "{text}");
}

#[test]
fn try_explore_does_not_ask_the_environment() {
    if is_child() {
        assert_eq!(try_explore(0..12, async || {}).unwrap(), 12);
        return;
    }
    let (has_passed, text) = run("try_explore_does_not_ask_the_environment", "4711");
    assert!(has_passed && text.contains("1 passed"), "{text}");
}

#[test]
fn a_seed_of_the_environment_that_is_none_is_told() {
    if is_child() {
        explore(0..10, async || {});
        return;
    }
    for seed in ["", "seventeen", "-1", "18446744073709551616", "1 "] {
        let (has_passed, text) = run("a_seed_of_the_environment_that_is_none_is_told", seed);
        let told =
            format!("COWEAVE_SEED is {seed:?}, but a seed is a number up to 18446744073709551615");
        assert!(!has_passed && text.contains(&told), "{text}");
    }
    let (has_passed, text) =
        run("a_seed_of_the_environment_that_is_none_is_told", "18446744073709551615");
    assert!(has_passed, "{text}");
}
