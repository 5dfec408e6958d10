//! Reports name the user's lines, whatever stands between them and the leaf.

use std::io::{BufRead, BufReader, Read};
use std::process::{Command, Stdio};

use coweave::{Scheduler, SuspendedTask, park, task};

use crate::stuck::{mark_at, spawn_named, spawn_with_wakers, spawn_without_wakers};
use crate::support::{MS, Trace, virtual_scheduler};

/// How the tasks are told whose place is not what their name says.
fn told_wrong<'a>(told: impl Iterator<Item = (&'a str, String)>) -> Vec<String> {
    told.filter(|(name, mark)| name != mark).map(|(name, mark)| format!("{name}: {mark}")).collect()
}

fn place(task: &SuspendedTask) -> String {
    task.suspended_at().map_or("unknown".into(), |site| mark_at(site.file(), site.line()))
}

#[test]
fn a_deadlock_names_the_lines_of_its_tasks() {
    let trace = Trace::new();
    let deadlock = virtual_scheduler()
        .try_run(async {
            spawn_without_wakers();
            park().await;
        })
        .unwrap_err();
    let named: Vec<_> =
        deadlock.tasks().iter().filter_map(|task| Some((task.name()?, place(task)))).collect();
    trace.add(named.len());
    told_wrong(named.into_iter()).iter().for_each(|wrong| trace.add(wrong));
    assert_eq!(trace, ["23"]);
}

const CHILD: &str = "COWEAVE_TEST_STANDS_STILL";

/// What the child process does: stands still until it is told to end.
fn stands_still() {
    let builder = Scheduler::builder().virtual_time().stall_report(Some(MS * 20));
    let outcome = builder.build().unwrap().try_run(async {
        spawn_without_wakers();
        spawn_with_wakers();
        spawn_named("last", std::future::pending::<()>());
        let unparker = task::current().unparker();
        std::thread::spawn(move || {
            drop(std::io::stdin().read(&mut [0]));
            unparker.unpark();
        });
        park().await;
    });
    assert!(outcome.is_ok());
}

/// The report of a child process that stands still: each task's name and place.
fn told_by_child(test: &str) -> Vec<(String, String)> {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args([test, "--exact", "--nocapture"])
        .env(CHILD, "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut told = Vec::new();
    let mut name = None;
    for line in BufReader::new(child.stderr.take().unwrap()).lines() {
        let line = line.unwrap();
        let named = line.split_once(" (").and_then(|(_, rest)| rest.split(')').next());
        // Of a group, the ids stand in parentheses before the name.
        let named = match line.starts_with("  ") && !line.starts_with("  task") {
            true => line.split_once(") (").and_then(|(_, rest)| rest.split(')').next()).or(named),
            false => named,
        };
        if let Some(place) = line.strip_prefix("      at ") {
            let mut parts = place.splitn(3, ':');
            let (file, line) = (parts.next().unwrap(), parts.next());
            let mark = line.map_or(file.to_owned(), |line| mark_at(file, line.parse().unwrap()));
            told.extend(name.take().map(|name| (name, mark)));
        } else if line.starts_with("  ") && !line.starts_with("   ") {
            name = named.map(str::to_owned);
        }
        if told.last().is_some_and(|(name, _)| name == "last") {
            // What it waits for.
            drop(child.stdin.take());
        }
    }
    assert!(child.wait().unwrap().success());
    told
}

#[test]
fn a_stall_report_names_the_lines_of_its_tasks() {
    if std::env::var_os(CHILD).is_some() {
        return stands_still();
    }
    let trace = Trace::new();
    let told = told_by_child("report_lines::a_stall_report_names_the_lines_of_its_tasks");
    trace.add(told.len() > 20);
    let named = told.iter().map(|(name, mark)| (name.as_str(), mark.clone()));
    told_wrong(named).iter().for_each(|wrong| trace.add(wrong));
    assert_eq!(trace, ["true", "last: an unknown place"]);
}
