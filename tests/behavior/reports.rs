//! What a report says of suspended tasks: ids, names, places in the user's code, what they wait for.

use std::future::Future;
use std::time::Duration;

use coweave::{
    Deadlock, JoinHandle, Scheduler, SuspendedTask, WaitsFor, park, sleep, spawn, task, yield_now,
};
use futures::future::{FutureExt, join, join_all};

use crate::support::{Trace, virtual_scheduler};

/// The line of this file that ends in a comment of this text.
fn line_of(mark: &str) -> u32 {
    let mark = format!("// here: {mark}");
    let found = include_str!("reports.rs").lines().position(|line| line.trim().ends_with(&mark));
    u32::try_from(found.expect("the mark is in this file") + 1).unwrap()
}

fn deadlock_of<F: Future>(future: F) -> Deadlock
where
    F::Output: std::fmt::Debug,
{
    virtual_scheduler().try_run(future).unwrap_err()
}

/// Whether the task is suspended at the marked line.
fn is_at(task: &SuspendedTask, mark: &str) -> bool {
    let site = task.suspended_at().expect("it is known");
    site.file() == file!() && site.line() == line_of(mark)
}

fn name_of_function(task: &SuspendedTask) -> &'static str {
    task.suspended_at().map_or("unknown", |site| site.function())
}

#[coweave::coroutine]
fn innermost() {
    sleep(Duration::from_secs(1)).await;
    park().await; // here: innermost park
}

#[coweave::coroutine]
fn helper() {
    innermost().await;
}

#[coweave::coroutine]
fn outer() {
    yield_now().await;
    helper().await;
}

#[test]
fn a_suspension_two_helpers_deep_is_told_by_its_innermost_place() {
    let trace = Trace::new();
    let deadlock = deadlock_of(outer());
    let [main] = deadlock.tasks() else { panic!("one task") };
    trace.add(is_at(main, "innermost park"));
    trace.add(name_of_function(main));
    trace.add(format!("{:?} since {:?}", main.waits_for(), main.since().unwrap()));
    assert_eq!(trace, ["true", "innermost", "Unpark since Instant(1s)"]);
}

#[test]
fn a_suspension_in_an_async_block_is_told_by_its_caller() {
    let trace = Trace::new();
    let deadlock = deadlock_of(async {
        sleep(Duration::from_secs(2)).await;
        async {
            yield_now().await;
            park().await; // here: park in a block
        }
        .await;
    });
    let [main] = deadlock.tasks() else { panic!("one task") };
    trace.add(is_at(main, "park in a block"));
    trace.add(format!("{:?} since {:?}", main.waits_for(), main.since().unwrap()));
    assert_eq!(trace, ["true", "Unpark since Instant(2s)"]);
}

#[test]
fn a_task_knows_where_it_was_spawned() {
    let trace = Trace::new();
    let mut scheduler = virtual_scheduler();
    drop(scheduler.spawn(park())); // here: owner's spawn
    let handle = scheduler.handle();
    drop(handle.spawn(park())); // here: handle's spawn
    drop(handle);
    let deadlock = scheduler
        .try_run(async {
            drop(spawn(park())); // here: free spawn
            drop(coweave::spawn_local(park())); // here: local spawn
            drop(task::Builder::new().spawn(park())); // here: builder's spawn
            park().await;
        })
        .unwrap_err();
    let lines: Vec<_> = deadlock
        .tasks()
        .iter()
        .map(|task| task.spawned_at().unwrap())
        .filter(|at| at.file() == file!())
        .map(|at| at.line())
        .collect();
    let mut expected: Vec<_> =
        ["owner's spawn", "free spawn", "local spawn", "builder's spawn", "handle's spawn"]
            .map(line_of)
            .to_vec();
    // The main future is "spawned" where `try_run` was called.
    expected.insert(1, line_of("free spawn") - 1);
    trace.add(format!("{lines:?}"));
    let is_expected = format!("{expected:?}");
    assert_eq!(trace, [is_expected.as_str()]);
}

#[test]
fn what_a_task_waits_for_is_told() {
    let trace = Trace::new();
    let mut elsewhere = virtual_scheduler();
    let foreign = elsewhere.spawn(park());
    elsewhere.run_until_idle();
    let mut ids = Vec::new();
    let deadlock = deadlock_of(async {
        let parked = spawn(park());
        ids.push(parked.id());
        let named = |name: &str| task::Builder::new().name(name);
        let joins = named("joins").spawn(async { parked.await.is_ok() });
        drop(named("foreign").spawn(std::future::pending::<()>()));
        joins.await
    });
    drop(foreign);
    for task in deadlock.tasks() {
        trace.add(format!("{} {:?} {:?}", task.id(), task.name(), task.waits_for()));
    }
    assert_eq!(
        trace,
        [
            "1 None Join(TaskId(3))",
            "2 None Unpark",
            r#"3 Some("joins") Join(TaskId(2))"#,
            r#"4 Some("foreign") Waker"#
        ]
    );
}

#[test]
fn a_join_of_a_task_of_another_scheduler_is_told() {
    let trace = Trace::new();
    let mut elsewhere = virtual_scheduler();
    let foreign = elsewhere.spawn(park());
    elsewhere.run_until_idle();
    let mut scheduler = Scheduler::builder().virtual_time().stall_report(None).build().unwrap();
    let child = scheduler.spawn(async move { foreign.await.is_err() });
    scheduler.run(yield_now());
    drop(elsewhere);
    // Its waker has gone with the other scheduler, which has answered: it is no deadlock.
    trace.add(scheduler.try_run(child).unwrap().unwrap());
    assert_eq!(trace, ["true"]);
}

#[test]
fn the_report_is_what_a_deadlock_shows() {
    let trace = Trace::new();
    let mut scheduler = virtual_scheduler();
    let result = scheduler.try_run(async {
        let stuck = task::Builder::new().name("reader").spawn(innermost()); // here: report's spawn
        stuck.await // here: report's join
    });
    let deadlock = result.unwrap_err();
    let text = deadlock.to_string();
    trace.add(format!("{deadlock:?}") == text);
    let file = file!();
    let expected = format!(
        "deadlock: nothing is left that could wake a task\n\
         2 suspended tasks:\n  \
         task 1 waiting for task 2 to end, for 1s\n      \
         at {file}:{}:15\n      \
         spawned at {file}:{}:28\n  \
         task 2 (reader) parked, waiting for an Unparker, for 0ns\n      \
         at {file}:{}:12 in innermost\n      \
         spawned at {file}:{}:57",
        line_of("report's join"),
        line_of("report's spawn") - 1,
        line_of("innermost park"),
        line_of("report's spawn"),
    );
    trace.add(if text == expected { "as expected" } else { &text });
    assert_eq!(trace, ["true", "as expected"]);
}

#[test]
fn a_hundred_thousand_equal_tasks_are_one_paragraph() {
    let trace = Trace::new();
    let deadlock = deadlock_of(async {
        for _ in 0..100_000 {
            drop(spawn(innermost()));
        }
        park().await;
    });
    trace.add(deadlock.tasks().len());
    let text = deadlock.to_string();
    trace.add(text.lines().count());
    trace.add(text.contains("100000 tasks (2, 3, 4, …) parked, waiting for an Unparker"));
    assert_eq!(trace, ["100001", "8", "true"]);
}

#[test]
fn a_foreign_future_after_a_sleep_is_not_taken_for_the_sleep() {
    let trace = Trace::new();
    let deadlock = deadlock_of(async {
        sleep(Duration::from_secs(1)).await;
        std::future::pending::<()>().await;
    });
    trace.add(format!("{:?}", deadlock.tasks()[0].waits_for()));
    let deadlock = deadlock_of(async {
        spawn(async {}).await.unwrap();
        std::future::pending::<()>().await;
    });
    trace.add(format!("{:?}", deadlock.tasks()[0].waits_for()));
    assert_eq!(trace, ["Waker", "Waker"]);
}

#[test]
fn a_foreign_future_in_a_coroutine_is_told_by_its_await() {
    let trace = Trace::new();
    #[coweave::coroutine]
    fn waits_for_foreign() {
        sleep(Duration::from_secs(1)).await;
        std::future::pending::<()>().await; // here: foreign await
    }
    let deadlock = deadlock_of(waits_for_foreign());
    let main = &deadlock.tasks()[0];
    trace.add(is_at(main, "foreign await"));
    trace.add(format!("{:?}", main.waits_for()));
    assert_eq!(trace, ["true", "Waker"]);
}

#[coweave::coroutine]
fn naps() {
    sleep(Duration::from_secs(1)).await;
    yield_now().await;
}

#[coweave::coroutine]
fn naps_inside() {
    naps().await;
}

#[test]
fn a_foreign_future_after_a_coroutine_is_not_taken_for_what_that_waited_for() {
    let trace = Trace::new();
    let told = |future| {
        let deadlock = deadlock_of(future);
        let main = &deadlock.tasks()[0];
        trace.add(format!("{:?} in {}", main.waits_for(), name_of_function(main)));
    };
    let forever = std::future::pending::<()>;
    told(
        async {
            naps().await;
            forever().await
        }
        .boxed_local(),
    );
    told(
        async {
            naps_inside().await;
            forever().await
        }
        .boxed_local(),
    );
    told(
        async {
            sleeps().await;
            forever().await
        }
        .boxed_local(),
    );
    assert_eq!(trace, ["Waker in unknown"; 3]);
}

#[coweave::coroutine]
fn sleeps() {
    sleep(Duration::from_secs(1)).await;
}

#[coweave::coroutine]
fn waits_behind_a_helper() {
    helper_that_naps().await;
    std::future::pending::<()>().await; // here: behind a helper
}

#[coweave::coroutine]
fn helper_that_naps() {
    naps().await;
}

#[coweave::coroutine]
fn recurses(depth: u32) {
    if depth == 0 {
        park().await; // here: bottom of a recursion
    } else {
        Box::pin(recurses(depth - 1)).await;
    }
}

#[test]
fn places_are_told_however_coroutines_await_each_other() {
    let trace = Trace::new();
    let deadlock = deadlock_of(waits_behind_a_helper());
    trace.add(is_at(&deadlock.tasks()[0], "behind a helper"));
    let deadlock = deadlock_of(recurses(5));
    trace.add(is_at(&deadlock.tasks()[0], "bottom of a recursion"));
    let deadlock = deadlock_of(async { recurses(5).await });
    trace.add(is_at(&deadlock.tasks()[0], "bottom of a recursion"));
    assert_eq!(trace, ["true"; 3]);
}

#[test]
fn a_park_in_a_foreign_combinator_is_told_by_its_caller() {
    let trace = Trace::new();
    let deadlock = deadlock_of(async {
        let parks = async {
            park().await; // here: park in join
        };
        join(async {}, parks).await;
    });
    trace.add(is_at(&deadlock.tasks()[0], "park in join"));
    assert_eq!(trace, ["true"]);
}

/// Polls with a waker of its own, as combinators of many futures do.
async fn with_own_waker<F: Future>(future: F) -> F::Output {
    let mut future = std::pin::pin!(future);
    std::future::poll_fn(|_| {
        let mut cx = std::task::Context::from_waker(std::task::Waker::noop());
        future.as_mut().poll(&mut cx)
    })
    .await
}

#[test]
fn waits_behind_a_combinator_s_own_waker_are_told_by_their_callers() {
    let trace = Trace::new();
    let deadlock = deadlock_of(with_own_waker(async {
        park().await; // here: park behind a waker
    }));
    trace.add(is_at(&deadlock.tasks()[0], "park behind a waker"));
    let deadlock = deadlock_of(async {
        let stuck = spawn(park());
        with_own_waker(async {
            stuck.await.is_ok() // here: join behind a waker
        })
        .await
    });
    trace.add(deadlock.tasks()[0].suspended_at().is_some_and(|site| {
        (site.file(), site.line()) == (file!(), line_of("join behind a waker"))
    }));
    assert_eq!(trace, ["true", "true"]);
}

#[test]
fn tasks_are_told_in_the_order_of_their_ids_and_ready_ones_are_ready() {
    let trace = Trace::new();
    let mut scheduler = virtual_scheduler();
    let tasks: Vec<JoinHandle<()>> = (0..3).map(|_| scheduler.spawn(park())).collect();
    let deadlock = scheduler.try_run(join_all(tasks)).unwrap_err();
    let ids: Vec<_> = deadlock.tasks().iter().map(SuspendedTask::id).collect();
    trace.add(ids.is_sorted());
    trace.add(deadlock.tasks().iter().all(|task| *task.waits_for() != WaitsFor::Turn));
    trace.add(deadlock.clone() == deadlock);
    assert_eq!(trace, ["true", "true", "true"]);
}
