//! Every frame, argument and output is dropped exactly once, in order, on a thread that may drop it.

use std::sync::mpsc;
use std::time::Duration;

use coweave::{JoinHandle, Scheduler, park, sleep, spawn, spawn_local, yield_now};
use futures::executor::block_on;
use futures::future::FutureExt;

use crate::support::{
    Bomb, Counted, OnDrop, Slot, Trace, on_thread, outcome, panic_text, start_thread,
    virtual_scheduler,
};

/// How a task of this module goes on.
#[derive(Clone, Copy, PartialEq)]
enum Then {
    Completes,
    Yields,
    Sleeps,
    Parks,
    Panics,
}

#[coweave::coroutine]
fn subject(trace: Trace, then: Then, _unused: Counted, argument: Counted) -> Counted {
    let _local = Counted::new(&trace, "local");
    match then {
        Then::Completes => {}
        Then::Yields => loop {
            yield_now().await;
        },
        Then::Sleeps => sleep(Duration::from_secs(3600)).await,
        Then::Parks => park().await,
        Then::Panics => panic!("no"),
    }
    argument.touch();
    Counted::new(&trace, "output")
}

/// What goes when the frame of a subject that was resumed is dropped.
const FRAME: [&str; 3] = ["local dropped", "argument dropped", "unused dropped"];

/// What goes when that of one that was never resumed is.
const ARGUMENTS: [&str; 2] = ["argument dropped", "unused dropped"];

fn spawn_on(scheduler: &Scheduler, trace: &Trace, then: Then) -> JoinHandle<Counted> {
    let unused = Counted::new(trace, "unused");
    let argument = Counted::new(trace, "argument");
    scheduler.spawn(subject(trace.clone(), then, unused, argument))
}

fn joined(trace: &Trace, result: Result<Counted, coweave::JoinError>) {
    match result {
        Ok(output) => output.touch(),
        Err(error) => trace.add(outcome::<()>(&Err(error))),
    }
}

fn all(parts: &[&[&str]]) -> Vec<String> {
    parts.concat().iter().map(ToString::to_string).collect()
}

#[test]
fn completion_drops_the_frame_and_then_the_joiner_the_output() {
    let trace = Trace::new();
    let mut scheduler = virtual_scheduler();
    let task = spawn_on(&scheduler, &trace, Then::Completes);
    scheduler.run_until_idle();
    trace.add("idle");
    joined(&trace, scheduler.run(task));
    drop(scheduler);
    assert_eq!(trace, all(&[&FRAME, &["idle", "output dropped"]]));
}

#[test]
fn a_cancel_before_the_first_resume_drops_the_arguments() {
    let trace = Trace::new();
    let mut scheduler = virtual_scheduler();
    let task = spawn_on(&scheduler, &trace, Then::Completes);
    task.cancel();
    joined(&trace, scheduler.run(task));
    drop(scheduler);
    assert_eq!(trace, all(&[&ARGUMENTS, &["cancelled"]]));
}

#[test]
fn a_cancel_while_ready_sleeping_or_parked_drops_the_frame() {
    let trace = Trace::new();
    let mut expected: Vec<String> = Vec::new();
    for then in [Then::Yields, Then::Sleeps, Then::Parks] {
        let mut scheduler = virtual_scheduler();
        let task = spawn_on(&scheduler, &trace, then);
        scheduler.run(yield_now());
        task.cancel();
        joined(&trace, scheduler.run(task));
        drop(scheduler);
        expected.extend(all(&[&FRAME, &["cancelled"]]));
    }
    assert_eq!(trace, expected);
}

#[coweave::coroutine]
fn cancels_itself(trace: Trace, me: Slot<JoinHandle<Counted>>, argument: Counted) -> Counted {
    let _local = Counted::new(&trace, "local");
    let handle = me.take();
    handle.cancel();
    me.put(handle);
    yield_now().await;
    argument
}

#[test]
fn a_cancel_by_the_task_itself_drops_the_frame() {
    let trace = Trace::new();
    let mut scheduler = virtual_scheduler();
    let slot = Slot::new();
    let argument = Counted::new(&trace, "argument");
    slot.put(scheduler.spawn(cancels_itself(trace.clone(), slot.clone(), argument)));
    scheduler.run_until_idle();
    joined(&trace, scheduler.run(slot.take()));
    assert_eq!(trace, ["local dropped", "argument dropped", "cancelled"]);
}

#[test]
fn a_panic_drops_the_frame() {
    let trace = Trace::new();
    let mut scheduler = virtual_scheduler();
    let task = spawn_on(&scheduler, &trace, Then::Panics);
    joined(&trace, scheduler.run(task));
    drop(scheduler);
    assert_eq!(trace, all(&[&FRAME, &["1 panicked: no"]]));
}

#[coweave::coroutine]
fn holds_bomb(trace: Trace, _argument: Counted, _bomb: Bomb) {
    let _local = Counted::new(&trace, "local");
    park().await;
}

#[test]
fn a_panic_in_a_destructor_drops_the_rest_of_the_frame() {
    let trace = Trace::new();
    let mut scheduler = virtual_scheduler();
    let (argument, bomb) = (Counted::new(&trace, "argument"), Bomb::new(&trace, "bomb"));
    let task = scheduler.spawn(holds_bomb(trace.clone(), argument, bomb));
    scheduler.run_until_idle();
    drop(scheduler);
    trace.add(outcome(&block_on(task)));
    assert_eq!(
        trace,
        ["local dropped", "bomb dropped", "argument dropped", "1 panicked: bomb went off"]
    );
}

#[test]
fn a_dropped_scheduler_drops_ready_sleeping_and_parked_tasks() {
    let trace = Trace::new();
    let mut scheduler = virtual_scheduler();
    let mut tasks = Vec::new();
    for then in [Then::Sleeps, Then::Parks, Then::Yields] {
        tasks.push(spawn_on(&scheduler, &trace, then));
    }
    scheduler.run(std::future::ready(()));
    tasks.push(spawn_on(&scheduler, &trace, Then::Completes));
    drop(scheduler);
    trace.add("scheduler dropped");
    for task in tasks {
        joined(&trace, block_on(task));
    }
    let cancelled = ["cancelled"; 4];
    // What is ready goes first, then the others in the order of their ids.
    let ready = [&FRAME[..], &ARGUMENTS];
    let expected = [&ready[..], &[&FRAME, &FRAME, &["scheduler dropped"], &cancelled]].concat();
    assert_eq!(trace, all(&expected));
}

#[test]
fn a_dropped_scheduler_drops_detached_tasks() {
    let trace = Trace::new();
    let mut scheduler = virtual_scheduler();
    for then in [Then::Sleeps, Then::Parks] {
        drop(spawn_on(&scheduler, &trace, then));
    }
    scheduler.run(yield_now());
    drop(scheduler);
    assert_eq!(trace, all(&[&FRAME, &FRAME]));
}

#[test]
fn a_handle_dropped_first_leaves_the_output_to_the_worker() {
    let trace = Trace::new();
    let mut scheduler = virtual_scheduler();
    drop(spawn_on(&scheduler, &trace, Then::Completes));
    let after = spawn_on(&scheduler, &trace, Then::Completes);
    scheduler.run_until_idle();
    trace.add("idle");
    drop(after);
    drop(scheduler);
    let both = ["idle", "output dropped"];
    assert_eq!(trace, all(&[&FRAME, &["output dropped"], &FRAME, &both]));
}

#[test]
fn a_handle_awaited_on_another_thread_takes_the_output_there() {
    let trace = Trace::new();
    let mut scheduler = virtual_scheduler();
    let task = spawn_on(&scheduler, &trace, Then::Completes);
    let (says, hears) = mpsc::channel();
    let inner = trace.clone();
    let thread = start_thread("other", move || {
        let mut task = task;
        assert!((&mut task).now_or_never().is_none(), "it never ran");
        says.send(()).unwrap();
        joined(&inner, block_on(task));
    });
    hears.recv().unwrap();
    scheduler.run_until_idle();
    thread.join().unwrap();
    drop(scheduler);
    assert_eq!(trace, all(&[&FRAME, &["output dropped on other"]]));
}

#[test]
fn a_handle_dropped_on_another_thread_leaves_the_frame_where_it_is() {
    let trace = Trace::new();
    let mut scheduler = virtual_scheduler();
    let task = spawn_on(&scheduler, &trace, Then::Sleeps);
    scheduler.run(yield_now());
    on_thread("other", move || drop(task));
    trace.add("dropped there");
    scheduler.run_until_idle();
    drop(scheduler);
    assert_eq!(trace, all(&[&["dropped there"], &FRAME, &["output dropped"]]));
}

#[test]
fn a_task_that_is_not_send_is_dropped_at_home_however_its_handle_goes() {
    let trace = Trace::new();
    let mut scheduler = virtual_scheduler();
    let spawn_rc = |name: &'static str| {
        let rc = std::rc::Rc::new(Counted::new(&trace, name));
        scheduler.spawn(async move {
            yield_now().await;
            rc.touch();
        })
    };
    let (awaited, dropped, cancelled) =
        (spawn_rc("awaited"), spawn_rc("dropped"), spawn_rc("cancelled"));
    on_thread("other", move || {
        drop(dropped);
        cancelled.cancel();
        drop(cancelled);
    });
    let thread = start_thread("other", move || outcome(&block_on(awaited)));
    scheduler.run_until_idle();
    trace.add(thread.join().unwrap());
    assert_eq!(trace, ["cancelled dropped", "awaited dropped", "dropped dropped", "()"]);
}

#[test]
fn tasks_that_hold_handles_of_each_other_are_all_dropped_with_the_scheduler() {
    let trace = Trace::new();
    let mut scheduler = virtual_scheduler();
    scheduler.run(async {
        let slot: Slot<JoinHandle<()>> = Slot::new();
        let (take, frame) = (slot.clone(), Counted::new(&trace, "second's frame"));
        let first_frame = Counted::new(&trace, "first's frame");
        let first = spawn(async move {
            let second = take.take();
            drop(second.await);
            first_frame.touch();
        });
        slot.put(spawn(async move {
            drop(first.await);
            frame.touch();
        }));
        yield_now().await;
    });
    trace.add(format!("{scheduler:?}"));
    drop(scheduler);
    assert_eq!(
        trace,
        ["Scheduler { tasks: 2, .. }", "first's frame dropped", "second's frame dropped"]
    );
}

#[test]
fn destructors_at_the_schedulers_end_may_do_what_they_like() {
    let trace = Trace::new();
    let mut scheduler = virtual_scheduler();
    scheduler.run(async {
        let other = Counted::new(&trace, "other");
        let other = spawn(async move {
            park().await;
            other.touch();
        });
        let inner = trace.clone();
        let guard = OnDrop::new(move || {
            inner.add(format!("other finished: {}", other.is_finished()));
            other.cancel();
            inner.add(outcome(&spawn_local(async {}).now_or_never().unwrap()));
            let mut nap = Box::pin(sleep(Duration::from_secs(1)));
            inner.add((&mut nap).now_or_never().is_none());
            inner.add(panic_text(|| coweave::run(async {})).contains("was called inside a task"));
            drop(nap);
        });
        drop(spawn(async move {
            park().await;
            drop(guard);
        }));
        yield_now().await;
    });
    drop(scheduler);
    assert_eq!(trace, ["other dropped", "other finished: true", "cancelled", "true", "true"]);
}

#[test]
fn a_scheduler_is_dropped_in_a_destructor_of_a_thread_local() {
    thread_local! {
        static KEPT: std::cell::RefCell<Option<Scheduler>> = const { std::cell::RefCell::new(None) };
    }
    let trace = Trace::new();
    let inner = trace.clone();
    let (task, sleeper) = on_thread("other", move || {
        let mut scheduler = virtual_scheduler();
        let frame = Counted::new(&inner, "frame");
        let task = scheduler.spawn(async move {
            park().await;
            frame.touch();
        });
        let sleeper = scheduler.spawn(sleep(Duration::from_secs(1)));
        scheduler.run(yield_now());
        KEPT.with(|kept| *kept.borrow_mut() = Some(scheduler));
        (task, sleeper)
    });
    trace.add(outcome(&block_on(task)));
    trace.add(outcome(&block_on(sleeper)));
    assert_eq!(trace, ["frame dropped on other", "cancelled", "cancelled"]);
}

#[test]
fn the_main_future_is_dropped_before_run_returns() {
    let trace = Trace::new();
    let borrowed = String::from("borrowed");
    let mut scheduler = virtual_scheduler();
    let output = scheduler.run(async {
        let _local = Counted::new(&trace, "local");
        yield_now().await;
        Counted::new(&trace, borrowed.as_str())
    });
    trace.add("run returned");
    drop(output);
    let deadlock = scheduler.try_run(async {
        let _local = Counted::new(&trace, borrowed.as_str());
        park().await;
    });
    trace.add(deadlock.is_err());
    assert_eq!(
        trace,
        ["local dropped", "run returned", "borrowed dropped", "borrowed dropped", "true"]
    );
}
