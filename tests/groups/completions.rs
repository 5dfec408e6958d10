//! `JoinHandle::on_completion`.

use std::time::Duration;

use coweave::{SchedulerHandle, sleep, spawn, spawn_local, task, yield_now};

use crate::support::{
    Bomb, Counted, Slot, Trace, on_thread, outcome, start_thread, system_scheduler, until_finished,
    virtual_scheduler,
};

#[coweave::test]
async fn a_callback_runs_at_the_end_of_its_task_in_no_task_before_the_next_ready_one() {
    let trace = Trace::new();
    let in_task = trace.clone();
    let handle = spawn(async move {
        in_task.add("first");
        yield_now().await;
        in_task.add("first ends");
        7
    });
    let told = trace.clone();
    handle.on_completion(move |result| {
        let is_outside = task::try_current().is_none();
        told.add(format!("told {} outside {is_outside}", outcome(&result)));
    });
    let other = trace.clone();
    spawn(async move {
        other.add("second");
        yield_now().await;
        other.add("second again");
    })
    .await
    .unwrap();
    assert_eq!(trace, ["first", "second", "first ends", "told 7 outside true", "second again"]);
}

#[coweave::test]
async fn a_callback_of_a_task_that_has_ended_runs_within_the_call() {
    let trace = Trace::new();
    let handle = spawn(async { 7 });
    yield_now().await;
    let told = trace.clone();
    handle.on_completion(move |result| told.add(outcome(&result)));
    trace.add("called");
    assert_eq!(trace, ["7", "called"]);
}

#[coweave::test]
async fn a_callback_is_told_of_panics_and_cancellation_once_each() {
    let trace = Trace::new();
    let (first, second) = (trace.clone(), trace.clone());
    let panics = spawn(async { panic!("out of tea") });
    panics.on_completion(move |result: Result<(), _>| first.add(outcome(&result)));
    let stuck = spawn(std::future::pending::<()>());
    stuck.cancel();
    stuck.on_completion(move |result| second.add(outcome(&result)));
    sleep(Duration::from_secs(1)).await;
    assert_eq!(trace, ["2 panicked: out of tea", "cancelled"]);
}

#[coweave::test]
async fn the_frame_goes_before_the_callback_and_what_it_owns_after_it() {
    let trace = Trace::new();
    let in_frame = Counted::new(&trace, "frame");
    let captured = Counted::new(&trace, "captured");
    let output = Counted::new(&trace, "output");
    let told = trace.clone();
    spawn(async move {
        in_frame.touch();
        yield_now().await;
        output
    })
    .on_completion(move |result| {
        captured.touch();
        told.add("told");
        drop(result);
    });
    sleep(Duration::from_secs(1)).await;
    assert_eq!(trace, ["frame dropped", "told", "output dropped", "captured dropped"]);
}

#[coweave::test]
async fn a_panic_in_a_callback_is_nobodys() {
    let trace = Trace::new();
    let captured = Counted::new(&trace, "captured");
    spawn(async {}).on_completion(move |_| {
        captured.touch();
        panic!("a callback failed");
    });
    let next = trace.clone();
    spawn(async move { next.add("next") }).await.unwrap();
    let bomb = Bomb::new(&trace, "bomb");
    spawn(async {}).on_completion(move |_| drop(bomb));
    spawn(async {}).await.unwrap();
    assert_eq!(trace, ["captured dropped", "next", "bomb dropped"]);
}

#[coweave::test]
async fn a_callback_may_spawn_and_join_further_tasks() {
    let trace = Trace::new();
    let told = trace.clone();
    spawn(async { 1 }).on_completion(move |first| {
        let second = told.clone();
        spawn_local(async move { first.unwrap() + 1 })
            .on_completion(move |sum| second.add(outcome(&sum)));
        told.add("first");
    });
    sleep(Duration::from_secs(1)).await;
    assert_eq!(trace, ["first", "2"]);
}

#[coweave::test]
async fn a_handle_that_was_half_awaited_forgets_who_awaited_it() {
    let trace = Trace::new();
    let mut handle = spawn(sleep(Duration::from_secs(1)));
    let polled = coweave::timeout(Duration::ZERO, &mut handle).await;
    assert!(polled.is_err());
    let told = trace.clone();
    handle.on_completion(move |result| told.add(outcome(&result)));
    sleep(Duration::from_secs(2)).await;
    assert_eq!(trace, ["()"]);
}

#[test]
fn when_the_scheduler_ends_the_callbacks_are_told() {
    let trace = Trace::new();
    let scheduler = virtual_scheduler();
    for name in ["first", "second"] {
        let frame = Counted::new(&trace, name);
        let told = trace.clone();
        let handle = scheduler.spawn(async move {
            frame.touch();
            std::future::pending::<()>().await;
        });
        handle.on_completion(move |result| told.add(format!("{name} {}", outcome(&result))));
    }
    drop(scheduler);
    assert_eq!(trace, ["first dropped", "first cancelled", "second dropped", "second cancelled"]);
}

#[test]
fn a_task_that_was_refused_is_told_at_once() {
    let trace = Trace::new();
    let scheduler = virtual_scheduler();
    let handle = scheduler.handle();
    drop(scheduler);
    let told = trace.clone();
    handle.spawn(async {}).on_completion(move |result| told.add(outcome(&result)));
    assert_eq!(trace, ["cancelled"]);
}

#[test]
fn on_another_thread_the_callback_runs_on_the_workers_if_the_task_lives() {
    let trace = Trace::new();
    let mut scheduler = system_scheduler();
    let task = scheduler.spawn(async { 7 });
    let told = trace.clone();
    on_thread("elsewhere", move || {
        task.on_completion(move |result| told.add_with_thread(outcome(&result)));
    });
    scheduler.run_until_idle();
    assert_eq!(trace, ["7"]);
}

#[test]
fn on_another_thread_the_callback_of_an_ended_task_runs_there() {
    let trace = Trace::new();
    let mut scheduler = system_scheduler();
    let (ended, orphan) = (scheduler.spawn(async { 7 }), scheduler.spawn(async { 8 }));
    scheduler.run_until_idle();
    let told = trace.clone();
    on_thread("elsewhere", move || {
        ended.on_completion(move |result| told.add_with_thread(outcome(&result)));
    });
    drop(scheduler);
    let told = trace.clone();
    on_thread("elsewhere", move || {
        orphan.on_completion(move |result| told.add_with_thread(outcome(&result)));
    });
    assert_eq!(trace, ["7 on elsewhere", "8 on elsewhere"]);
}

#[test]
fn many_threads_ask_while_the_scheduler_ends_and_each_is_told_once() {
    let trace = Trace::new();
    for _ in 0..50 {
        let scheduler = system_scheduler();
        let tasks: Vec<_> = (0..4).map(|_| scheduler.spawn(std::future::pending::<()>())).collect();
        let told = trace.clone();
        let asking = start_thread("asking", move || {
            for task in tasks {
                let told = told.clone();
                task.on_completion(move |result| told.add(outcome(&result)));
            }
        });
        drop(scheduler);
        asking.join().unwrap();
    }
    assert_eq!(trace.count("cancelled"), 200);
}

#[coweave::test]
async fn what_is_not_send_stays_at_home() {
    let slot = Slot::new();
    let put = slot.clone();
    let output = std::rc::Rc::new(7);
    spawn_local(async move { output }).on_completion(move |result| put.put(*result.unwrap()));
    yield_now().await;
    assert_eq!(slot.take(), 7);
}

#[coweave::test]
async fn a_callback_wakes_a_task_through_a_channel_as_a_link_to_a_queue_does() {
    let (sender, receiver) = coweave::channel::unbounded();
    let scheduler = SchedulerHandle::try_current().unwrap();
    for n in [2, 1] {
        let sender = sender.clone();
        spawn(async move {
            sleep(Duration::from_secs(n)).await;
            n
        })
        .on_completion(move |result| sender.try_send(result.unwrap()).unwrap());
    }
    drop(sender);
    let thread = start_thread("elsewhere", move || drop(scheduler));
    until_finished(thread).await;
    assert_eq!([receiver.recv().await, receiver.recv().await], [Ok(1), Ok(2)]);
}
