//! What a scheduler that ends says of jobs that run, each in a process of its own.

use std::io::{BufRead, BufReader, Read};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use coweave::{BlockingShutdown, Scheduler, spawn_blocking};

const CHILD: &str = "COWEAVE_TEST_ENDS";

/// Where the job is spawned.
const LINE: u32 = line!() + 9;

/// Ends a scheduler while a job runs until nothing more can be read from standard input.
fn ends_with(how: BlockingShutdown) {
    let builder = Scheduler::builder().blocking_shutdown(how);
    let mut scheduler = builder.stall_report(Some(Duration::from_millis(20))).build().unwrap();
    scheduler.run(async {
        let begins = Arc::new(AtomicBool::new(false));
        let begun = begins.clone();
        drop(spawn_blocking(move || {
            begun.store(true, Ordering::Release);
            drop(std::io::stdin().read(&mut [0]));
            eprintln!("the job ends");
        }));
        while !begins.load(Ordering::Acquire) {
            std::thread::yield_now();
        }
    });
    drop(scheduler);
    eprintln!("the scheduler is gone");
}

/// What the child says; its input ends when it says a line with `until`.
fn told_by_child(test: &str, until: &str) -> Vec<String> {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args([test, "--exact", "--nocapture"])
        .env(CHILD, "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut told = Vec::new();
    for line in BufReader::new(child.stderr.take().unwrap()).lines() {
        let line = line.unwrap();
        if line.contains(until) {
            drop(child.stdin.take());
        }
        if line.contains("job") || line.contains("scheduler") {
            told.push(line);
        }
    }
    assert!(child.wait().unwrap().success());
    told
}

fn place() -> String {
    format!("  blocking job at {}:{LINE}:14, on coweave-blocking-1", file!())
}

#[test]
fn one_that_waits_says_so_when_it_takes_long() {
    if std::env::var_os(CHILD).is_some() {
        return ends_with(BlockingShutdown::Wait);
    }
    let told =
        told_by_child("reports::one_that_waits_says_so_when_it_takes_long", "blocking job at");
    let expected = [
        "coweave: the scheduler ends, and waits for 1 blocking job:",
        &place(),
        "the job ends",
        "the scheduler is gone",
    ];
    assert_eq!(told, expected);
}

#[test]
fn one_that_waits_for_so_long_says_what_is_left() {
    if std::env::var_os(CHILD).is_some() {
        return ends_with(BlockingShutdown::WaitFor(Duration::from_millis(20)));
    }
    let test = "reports::one_that_waits_for_so_long_says_what_is_left";
    let told = told_by_child(test, "the scheduler is gone");
    let expected = [
        "coweave: the scheduler has ended, but not 1 blocking job:",
        &place(),
        "the scheduler is gone",
    ];
    assert_eq!(told[..3], expected);
}

#[test]
fn one_that_does_not_wait_says_what_is_left() {
    if std::env::var_os(CHILD).is_some() {
        return ends_with(BlockingShutdown::Report);
    }
    let test = "reports::one_that_does_not_wait_says_what_is_left";
    let told = told_by_child(test, "the scheduler is gone");
    let expected = [
        "coweave: the scheduler has ended, but not 1 blocking job:",
        &place(),
        "the scheduler is gone",
    ];
    assert_eq!(told[..3], expected);
}
