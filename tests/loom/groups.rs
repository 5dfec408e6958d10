//! A group whose results several threads wait for.

use std::sync::Arc;
use std::task::{Poll, Waker};

use coweave::TaskGroup;
use loom::thread;

use crate::support::{GivesUp, Watched, block_on, is_wrong, model, poll, scheduler};

/// One waits for the last result and gives up while the task ends; another waits as well. One of them
/// has the result, and who has not is told the end after it.
fn the_last_result_is_handed_over(gives_up: GivesUp) {
    let mut scheduler = scheduler();
    let group = Arc::new(TaskGroup::new());
    let members = group.clone();
    scheduler.run(async move {
        members.try_spawn(async { Watched::new(5) }).expect("there is room");
    });
    let first = group.clone();
    let first = thread::spawn(move || {
        let mut next = first.join_next();
        match poll(&mut next, Waker::noop()) {
            Poll::Ready(result) => result.is_some(),
            Poll::Pending => {
                gives_up.on(next);
                false
            }
        }
    });
    let second = thread::spawn(move || {
        let result = block_on(group.join_next());
        result.is_some_and(|(_, result)| result.unwrap().get() == 5)
    });
    scheduler.run_until_idle();
    assert!(first.join().unwrap() != second.join().unwrap(), "joined once");
}

#[test]
fn the_last_result_goes_to_the_next_when_the_first_gives_up() {
    model(|| the_last_result_is_handed_over(GivesUp::Rightly));
}

#[test]
fn a_last_result_that_is_not_passed_on_is_noticed() {
    is_wrong("deadlock", || the_last_result_is_handed_over(GivesUp::Silently));
}
