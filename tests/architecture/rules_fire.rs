//! Each rule finds its mistake in a small bad text, at the right line, and leaves a good one alone.

use crate::rules;
use crate::source::{Finding, Source};

const NOTHING: [usize; 0] = [];

/// The lines of what the rule finds.
fn found(rule: impl Fn(&Source) -> Vec<Finding>, path: &str, text: &str) -> Vec<usize> {
    rule(&Source::new(path, text)).iter().map(|finding| finding.line).collect()
}

const LAYERS: [&str; 3] = ["time", "task", "scheduler"];

fn layers(path: &str, text: &str) -> Vec<usize> {
    found(|source| rules::layers_are_kept(source, &LAYERS), path, text)
}

#[test]
fn a_use_of_a_higher_layer_is_found() {
    assert_eq!(layers("src/time/clock.rs", "\nuse crate::task::Task;"), [2]);
    assert_eq!(layers("src/time/clock.rs", "fn f() { crate::task::run() }"), [1]);
    assert_eq!(layers("src/time/clock.rs", "use super::super::scheduler::run;"), [1]);
    assert_eq!(layers("src/task/mod.rs", "use super::scheduler::run;"), [1]);
    assert_eq!(layers("src/time/a.rs", "use crate::{\n  time::b,\n  task::{c, d},\n};"), [3]);
    assert_eq!(
        layers("src/task/id.rs", "use crate::time;\nuse crate::task::{scheduler, a};"),
        NOTHING
    );
    assert_eq!(layers("src/time/clock.rs", "// crate::task\nlet s = \"crate::task\";"), NOTHING);
    assert_eq!(layers("src/lib.rs", "pub use crate::scheduler::run;"), NOTHING);
}

#[test]
fn a_name_of_the_root_that_hides_its_layer_is_found() {
    assert_eq!(layers("src/task/id.rs", "use crate::Clock;"), [1]);
    assert_eq!(layers("src/task/id.rs", "crate::site!(); $crate::__private::step();"), NOTHING);
}

#[test]
fn a_file_in_no_layer_is_found() {
    assert_eq!(layers("src/extras/mod.rs", ""), [0]);
}

#[test]
fn the_message_names_file_line_and_rule() {
    let source = Source::new("src/time/clock.rs", "\nuse crate::task::Task;");
    let findings = rules::layers_are_kept(&source, &LAYERS);
    assert_eq!(
        findings[0].to_string(),
        "src/time/clock.rs:2: layer `time` uses `task`, which lies above it"
    );
}

#[test]
fn a_long_file_is_found() {
    assert_eq!(found(rules::files_are_short, "src/a.rs", &"\n".repeat(401)), [0]);
    assert_eq!(found(rules::files_are_short, "src/a.rs", &"\n".repeat(400)), NOTHING);
}

fn expected(text: &str) -> Vec<usize> {
    found(|source| rules::unsafe_is_expected(source, &["src/listed.rs"]), "src/listed.rs", text)
}

#[test]
fn unsafe_code_outside_the_list_is_found() {
    let rule = |source: &Source| rules::unsafe_is_expected(source, &[]);
    let head = "//! # Invariants\n#![expect(unsafe_code, reason = \"\")]\n";
    assert_eq!(found(rule, "src/a.rs", &format!("{head}unsafe fn f() {{}}")), [3]);
    assert_eq!(found(rule, "src/a.rs", "struct Vtable { resume: unsafe fn(*mut u8) }"), NOTHING);
    assert_eq!(found(rule, "src/a.rs", "// unsafe\nlet r = r#\"unsafe { \" }\"#;"), NOTHING);
}

#[test]
fn unsafe_code_without_its_head_is_found() {
    assert_eq!(expected("//! # Invariants\nunsafe fn f() {}"), [0]);
    assert_eq!(expected("#![expect(unsafe_code, reason = \"\")]\nunsafe fn f() {}"), [0]);
    assert_eq!(
        expected("//! # Invariants\n#![expect(\n  unsafe_code,\n)]\nunsafe fn f() {}"),
        NOTHING
    );
}

#[test]
fn a_listed_file_without_unsafe_code_is_found() {
    assert_eq!(expected("fn f() {}"), [0]);
}

#[test]
fn an_unsafe_block_that_does_not_say_why_is_found() {
    let rule = rules::unsafe_is_justified;
    assert_eq!(found(rule, "src/a.rs", "fn f() {\n  unsafe { g() }\n}"), [2]);
    assert_eq!(found(rule, "src/a.rs", "\nunsafe impl Send for A {}"), [2]);
    assert_eq!(found(rule, "src/a.rs", "// SAFETY: far\n\n\n\n\n\n\nunsafe { g() }"), [8]);
    assert_eq!(found(rule, "src/a.rs", "let s = \"// SAFETY: no\";\nunsafe { g() }"), [2]);
    assert_eq!(found(rule, "src/a.rs", "// SAFETY: near\n\n\n\n\n\nunsafe { g() }"), NOTHING);
    assert_eq!(found(rule, "src/a.rs", "// # Safety\nunsafe fn f() {}"), NOTHING);
}

#[test]
fn code_for_one_system_outside_sys_is_found() {
    let text = "\n#[cfg(target_os = \"linux\")]\nmod epoll;";
    assert_eq!(found(rules::platforms_stay_in_sys, "src/io/reactor.rs", text), [2]);
    assert_eq!(found(rules::platforms_stay_in_sys, "src/io/a.rs", "if cfg!(unix) {}"), [1]);
    assert_eq!(found(rules::platforms_stay_in_sys, "src/io/sys/mod.rs", text), NOTHING);
}

#[test]
fn logic_in_a_mod_file_is_found() {
    let rule = rules::mod_files_hold_no_logic;
    assert_eq!(found(rule, "src/time/mod.rs", "mod clock;\nfn now() {}"), [2]);
    assert_eq!(found(rule, "src/time/mod.rs", "impl Clock {}"), [1]);
    assert_eq!(found(rule, "src/time/mod.rs", "//! fn impl\nmod implement;"), NOTHING);
    assert_eq!(found(rule, "src/time/clock.rs", "fn now() {}"), NOTHING);
}

#[test]
fn a_clock_read_in_another_file_is_found() {
    let rule =
        |source: &Source| rules::clocks_are_read_in_one_place(source, &["src/time/clock.rs"]);
    for text in [
        "let t = Instant::now();",
        "use std::time::Instant;",
        "use std::time::{Duration, Instant};",
        "use std::time::{\n  Duration, Instant,\n};",
        "let t = SystemTime::now();",
        "let clock = quanta::Clock::new();",
    ] {
        assert_eq!(found(rule, "src/task/sleep.rs", text), [1], "{text}");
        assert_eq!(found(rule, "src/time/clock.rs", text), NOTHING, "{text}");
    }
    assert_eq!(
        found(rule, "src/task/sleep.rs", "use std::time::Duration;\nInstant::MAX;"),
        NOTHING
    );
}

#[test]
fn a_name_that_says_nothing_is_found() {
    let rule = rules::names_say_something;
    assert_eq!(found(rule, "src/util.rs", ""), [0]);
    assert_eq!(found(rule, "src/task/helpers/join.rs", ""), [0]);
    assert_eq!(found(rule, "src/task/mod.rs", "\npub(crate) mod common;"), [2]);
    assert_eq!(found(rule, "src/task/utility.rs", "mod common_prefix;"), NOTHING);
}

#[test]
fn what_is_left_over_is_found() {
    let rule = rules::nothing_is_left_over;
    let later = concat!("// TO", "DO: later");
    assert_eq!(found(rule, "src/a.rs", &format!("\n{later}")), [2]);
    assert_eq!(found(rule, "src/a.rs", concat!("/* FIX", "ME */")), [1]);
    assert_eq!(found(rule, "src/a.rs", "dbg!(1);"), [1]);
    assert_eq!(found(rule, "src/a.rs", "\n#[test]\n#[ignore = \"slow\"]"), [3]);
    assert_eq!(found(rule, "src/a.rs", &format!("let s = \"{later}\"; ignore();")), NOTHING);
}

#[test]
fn text_is_split_where_the_compiler_splits_it() {
    let text = r##"
let a = '"'; // one "
let b: &'static str = "two \" // not a comment"; /* three /* nested */ */ let c = '\'';
let d = r#"four " // "# ; let e = b'"'; let r = br"five";
"##;
    let source = Source::new("a.rs", text);
    for code in ["let a", "let b: &'static str", "let c", "let d", "let e", "let r"] {
        assert!(source.code.contains(code), "{code} is code");
    }
    for literal in ["two", "not a comment", "four", "five", "one", "three", "nested"] {
        assert!(!source.code.contains(literal), "{literal} is no code");
    }
    for comment in ["one", "three", "nested"] {
        assert!(source.comments.contains(comment), "{comment} is a comment");
    }
    assert!(!source.comments.contains("two"));
    assert_eq!(source.code.lines().count(), text.lines().count());
}
