//! Spawning: who runs when, from where one may spawn, and what a task knows of itself.

use std::cell::Cell;
use std::rc::Rc;

use coweave::task::{self, Builder};
use coweave::{Scheduler, SchedulerHandle, spawn, spawn_local, yield_now};

use crate::support::{
    Counted, OnDrop, Slot, Trace, on_thread, outcome, panic_text, start_thread, system_scheduler,
    until_finished, virtual_scheduler,
};

#[coweave::coroutine]
fn says(trace: Trace, text: &'static str) {
    trace.add(text);
}

#[coweave::test]
async fn tasks_run_in_the_order_in_which_they_were_spawned() {
    let trace = Trace::new();
    let tasks = ["a", "b", "c"].map(|text| spawn(says(trace.clone(), text)));
    trace.add("spawned");
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(trace, ["spawned", "a", "b", "c"]);
}

#[coweave::coroutine]
fn spawns_two(trace: Trace) {
    trace.add("parent");
    drop(spawn(says(trace.clone(), "first child")));
    let second = spawn(says(trace.clone(), "second child"));
    trace.add("parent has spawned");
    second.await.unwrap();
    trace.add("parent ends");
}

#[coweave::test]
async fn a_task_spawned_inside_a_task_goes_behind_all_that_are_ready() {
    let trace = Trace::new();
    let parent = spawn(spawns_two(trace.clone()));
    drop(spawn(says(trace.clone(), "neighbour")));
    parent.await.unwrap();
    assert_eq!(
        trace,
        ["parent", "parent has spawned", "neighbour", "first child", "second child", "parent ends"]
    );
}

#[coweave::test]
async fn a_spawned_task_does_not_run_before_its_spawner_suspends() {
    let trace = Trace::new();
    let task = spawn(says(trace.clone(), "task"));
    trace.add(format!("finished: {}", task.is_finished()));
    yield_now().await;
    trace.add(format!("finished: {}", task.is_finished()));
    assert_eq!(trace, ["finished: false", "task", "finished: true"]);
}

#[coweave::coroutine]
fn adds_to(sum: Rc<Cell<u32>>, n: u32) -> Rc<Cell<u32>> {
    sum.set(sum.get() + n);
    yield_now().await;
    sum.set(sum.get() * n);
    sum
}

#[coweave::test]
async fn spawn_local_takes_and_gives_what_is_not_send() {
    let trace = Trace::new();
    let sum = Rc::new(Cell::new(0));
    let task = spawn_local(adds_to(sum.clone(), 3));
    let same = task.await.unwrap();
    trace.add(format!("{} {}", same.get(), Rc::ptr_eq(&sum, &same)));
    assert_eq!(trace, ["9 true"]);
}

#[test]
fn spawning_where_no_scheduler_runs_says_what_to_do() {
    let trace = Trace::new();
    let frame = Counted::new(&trace, "frame");
    trace.add(panic_text(|| drop(spawn(async move { frame.touch() }))));
    trace.add(panic_text(|| drop(spawn_local(async {}))));
    trace.add(panic_text(|| drop(Builder::new().name("x").spawn(async {}))));
    let text = "a task was spawned on a thread where no scheduler runs; spawn it inside \
                coweave::run, or through a SchedulerHandle";
    assert_eq!(trace, ["frame dropped", text, text, text]);
}

#[coweave::test]
async fn ids_are_unique_also_where_slots_are_used_again() {
    let trace = Trace::new();
    let mut ids = Vec::new();
    for _ in 0..1000 {
        let task = spawn(async { task::current().id() });
        let id = task.id();
        assert_eq!(task.await.unwrap(), id);
        ids.push(id);
    }
    ids.push(task::current().id());
    ids.sort_unstable();
    ids.dedup();
    trace.add(ids.len());
    trace.add(format!("{} {:?}", ids[0], ids[1]));
    assert_eq!(trace, ["1001", "1 TaskId(2)"]);
}

#[coweave::test]
async fn ids_of_tasks_spawned_by_other_threads_count_apart() {
    let trace = Trace::new();
    let handle = SchedulerHandle::try_current().unwrap();
    let task = on_thread("spawner", move || handle.spawn(async { task::current().id() }));
    let id = task.id();
    trace.add(id);
    trace.add(task.await.unwrap() == id);
    assert_eq!(trace, ["1x", "true"]);
}

#[coweave::test]
async fn a_task_knows_its_name() {
    let trace = Trace::new();
    let name = || task::current().name().map(str::to_owned);
    let builder = Builder::new().name("reader");
    let local = Rc::new("rc");
    trace.add(format!("{:?}", builder.clone().spawn(async move { name() }).await.unwrap()));
    let task = builder.spawn_local(async move { (name(), *local) });
    trace.add(format!("{:?}", task.await.unwrap()));
    let handle = SchedulerHandle::try_current().unwrap();
    let outside = Builder::new().name(String::from("outside"));
    let task = outside.spawn_on(&handle, async move {
        yield_now().await;
        name()
    });
    trace.add(format!("{:?}", task.await.unwrap()));
    trace.add(format!("{:?}", spawn(async move { name() }).await.unwrap()));
    trace.add(format!("{:?}", name()));
    assert_eq!(
        trace,
        [r#"Some("reader")"#, r#"(Some("reader"), "rc")"#, r#"Some("outside")"#, "None", "None"]
    );
}

#[test]
fn outside_a_task_there_is_no_current_one() {
    let trace = Trace::new();
    trace.add(task::try_current().is_none());
    trace.add(SchedulerHandle::try_current().is_none());
    trace.add(panic_text(task::current));
    assert_eq!(
        trace,
        [
            "true",
            "true",
            "task::current() was called outside a task of a coweave scheduler; try_current() may be"
        ]
    );
}

#[test]
fn the_owner_spawns_before_and_between_runs() {
    let trace = Trace::new();
    let mut scheduler = virtual_scheduler();
    let rc = Rc::new(1);
    let first = scheduler.spawn(async move { *rc + 1 });
    trace.add(format!("{scheduler:?} {}", first.is_finished()));
    trace.add(outcome(&scheduler.run(first)));
    let second = scheduler.spawn(says(trace.clone(), "second"));
    trace.add("between");
    trace.add(scheduler.run_until_idle());
    trace.add(second.is_finished());
    drop(second);
    assert_eq!(trace, ["Scheduler { tasks: 1, .. } false", "2", "between", "second", "0", "true"]);
}

#[coweave::test]
async fn threads_spawn_through_handles() {
    let trace = Trace::new();
    let handle = SchedulerHandle::try_current().unwrap();
    let threads = [1, 2, 3].map(|thread| {
        let handle = handle.clone();
        start_thread("spawner", move || {
            (0..100_u32).map(|n| handle.spawn(async move { thread * n })).collect::<Vec<_>>()
        })
    });
    let mut sum = 0;
    for thread in threads {
        for task in until_finished(thread).await {
            sum += task.await.unwrap();
        }
    }
    trace.add(sum);
    assert_eq!(trace, [(6 * 4950).to_string().as_str()]);
}

#[coweave::test]
async fn tasks_of_one_thread_run_in_the_order_in_which_it_spawned_them() {
    let trace = Trace::new();
    let handle = SchedulerHandle::try_current().unwrap();
    let (inner, last) = (trace.clone(), ["a", "b", "c"]);
    let tasks = on_thread("spawner", move || last.map(|it| handle.spawn(says(inner.clone(), it))));
    for task in tasks.into_iter().rev() {
        task.await.unwrap();
    }
    assert_eq!(trace, ["a", "b", "c"]);
}

#[coweave::test]
async fn a_handle_spawns_also_on_the_workers_own_thread() {
    let trace = Trace::new();
    let handle = SchedulerHandle::try_current().unwrap();
    drop(handle.spawn(says(trace.clone(), "dropped at once")));
    let cancelled = handle.spawn(says(trace.clone(), "never"));
    cancelled.cancel();
    let awaited = handle.spawn(async { 4 });
    trace.add(outcome(&awaited.await));
    trace.add(outcome(&cancelled.await));
    assert_eq!(trace, ["dropped at once", "4", "cancelled"]);
}

#[test]
fn spawning_after_the_schedulers_end_gives_cancelled() {
    let trace = Trace::new();
    let scheduler = system_scheduler();
    let handle = scheduler.handle();
    drop(scheduler);
    let frame = Counted::new(&trace, "frame");
    let task = handle.spawn(async move { frame.touch() });
    trace.add(task.is_finished());
    task.cancel();
    trace.add(outcome(&coweave::run(task)));
    let named = Builder::new().name("late").spawn_on(&handle, async {});
    trace.add(outcome(&on_thread("other", move || coweave::run(named))));
    drop(handle.spawn(async {}));
    assert_eq!(trace, ["frame dropped", "true", "cancelled", "cancelled"]);
}

#[test]
fn try_spawn_after_the_schedulers_end_gives_the_future_back() {
    let trace = Trace::new();
    let scheduler = system_scheduler();
    let handle = scheduler.handle();
    let accepted = handle.try_spawn(std::future::pending::<i32>()).unwrap();
    drop(scheduler);
    let frame = Counted::new(&trace, "frame");
    let refused = handle.try_spawn(async move { frame.touch() }).unwrap_err();
    trace.add(format!("{refused} {refused:?}"));
    coweave::run(refused.into_inner());
    trace.add(outcome(&coweave::run(accepted)));
    assert_eq!(
        trace,
        [
            "the scheduler has ended SpawnError(the scheduler has ended)",
            "frame dropped",
            "cancelled"
        ]
    );
}

#[test]
fn a_task_spawned_by_a_thread_but_never_received_is_dropped_on_the_workers_thread() {
    let trace = Trace::new();
    let scheduler = virtual_scheduler();
    let handle = scheduler.handle();
    let frame = Counted::new(&trace, "frame");
    let task = on_thread("spawner", move || handle.spawn(async move { frame.touch() }));
    drop(scheduler);
    trace.add(outcome(&coweave::run(task)));
    assert_eq!(trace, ["frame dropped", "cancelled"]);
}

#[test]
fn a_spawn_in_a_destructor_while_the_scheduler_ends_is_refused() {
    let trace = Trace::new();
    let late = Slot::new();
    let mut scheduler = virtual_scheduler();
    let (inner, slot) = (trace.clone(), late.clone());
    let guard = OnDrop::new(move || {
        let frame = Counted::new(&inner, "late frame");
        slot.put(spawn(async move { frame.touch() }));
        let handle = SchedulerHandle::try_current().unwrap();
        inner.add(format!("try_spawn refused: {}", handle.try_spawn(async {}).is_err()));
    });
    drop(scheduler.spawn(async move {
        std::future::pending::<()>().await;
        drop(guard);
    }));
    scheduler.run_until_idle();
    drop(scheduler);
    trace.add(outcome(&coweave::run(late.take())));
    assert_eq!(trace, ["late frame dropped", "try_spawn refused: true", "cancelled"]);
}

#[test]
fn a_hundred_thousand_tasks_live_at_once() {
    let trace = Trace::new();
    let mut scheduler = Scheduler::builder().virtual_time().build().unwrap();
    let sum = scheduler.run(async {
        let tasks: Vec<_> = (0..100_000_u64)
            .map(|n| {
                spawn(async move {
                    yield_now().await;
                    n
                })
            })
            .collect();
        let mut sum = 0;
        for task in tasks {
            sum += task.await.unwrap();
        }
        sum
    });
    trace.add(sum);
    trace.add(scheduler.run_until_idle());
    assert_eq!(trace, ["4999950000", "0"]);
}
