//! Where a report says that a task waits.

use std::future::{Future, pending};

use coweave::{Deadlock, JoinHandle, join, park, race, select, spawn, task, try_join};

use crate::support::virtual_scheduler;

/// The line of this file that ends in a comment of this text.
fn line_of(mark: &str) -> u32 {
    let mark = format!("// here: {mark}");
    let found = include_str!("places.rs").lines().position(|line| line.trim().ends_with(&mark));
    u32::try_from(found.expect("the mark is in this file") + 1).unwrap()
}

fn deadlock_of<F: Future>(future: F) -> Deadlock
where
    F::Output: std::fmt::Debug,
{
    virtual_scheduler().try_run(future).unwrap_err()
}

/// The function and the mark of the line where the first task stands.
fn place(deadlock: &Deadlock, mark: &str) -> String {
    let site = deadlock.tasks()[0].suspended_at().expect("it is known");
    let is_there = site.file() == file!() && site.line() == line_of(mark);
    format!("{} {is_there}", site.function())
}

#[coweave::coroutine]
fn selects() {
    let n = 1;
    select! { // here: select in a coroutine
        () = pending() => {}
        () = pending(), if n == 2 => {}
    }
}

#[coweave::coroutine]
fn joins() {
    join!(pending::<()>(), async {}); // here: join in a coroutine
}

#[coweave::coroutine]
fn selects_leaves() {
    select! {
        () = pending() => {}
        () = parks() => {}
    }
}

#[coweave::coroutine]
fn parks() {
    park().await; // here: park
}

async fn plain() {
    select! { // here: select in async code
        () = pending() => {}
        () = async { pending().await } => {}
    }
}

async fn handles(stuck: JoinHandle<()>) {
    race!(stuck, pending()).unwrap(); // here: race of a handle
}

#[test]
fn a_stuck_task_is_told_by_the_place_of_the_macro() {
    let places = [
        place(&deadlock_of(selects()), "select in a coroutine"),
        place(&deadlock_of(joins()), "join in a coroutine"),
        place(&deadlock_of(plain()), "select in async code"),
        place(&deadlock_of(async { race!(pending::<()>(), pending()) }), "race"), // here: race
        place(&deadlock_of(async { try_join!(pending::<Result<(), ()>>()) }), "try"), // here: try
    ];
    assert_eq!(places, ["selects true", "joins true", " true", " true", " true"]);
}

#[test]
fn what_a_branch_knows_better_is_told_instead() {
    let of_handle = deadlock_of(async {
        let stuck = spawn(async {
            drop(task::try_current().expect("a task runs"));
            park().await
        });
        handles(stuck).await;
    });
    let places =
        [place(&deadlock_of(selects_leaves()), "park"), place(&of_handle, "race of a handle")];
    assert_eq!(places, ["parks true", " true"]);
}
