//! A panic ends its task, and nothing else.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use coweave::{Scheduler, park, sleep, spawn, spawn_local, yield_now};

use crate::support::{
    Bomb, Counted, OnDrop, Trace, on_thread, outcome, panic_text, text_of, virtual_scheduler,
};

#[coweave::coroutine]
fn panics(trace: Trace, yields: u32) {
    let _local = Counted::new(&trace, "local");
    for _ in 0..yields {
        yield_now().await;
    }
    panic!("after {yields} yields");
}

#[coweave::test]
async fn a_panic_drops_the_frame_and_reaches_the_joiner() {
    let trace = Trace::new();
    let others = [spawn(sleep(Duration::from_secs(1))), spawn(yield_now())];
    trace.add(outcome(&spawn(panics(trace.clone(), 0)).await));
    trace.add(outcome(&spawn(panics(trace.clone(), 2)).await));
    for other in others {
        trace.add(outcome(&other.await));
    }
    assert_eq!(
        trace,
        [
            "local dropped",
            "4 panicked: after 0 yields",
            "local dropped",
            "5 panicked: after 2 yields",
            "()",
            "()"
        ]
    );
}

#[coweave::test]
async fn a_panic_of_a_detached_task_is_nobodys() {
    let trace = Trace::new();
    drop(spawn(panics(trace.clone(), 1)));
    sleep(Duration::from_secs(1)).await;
    trace.add("main goes on");
    assert_eq!(trace, ["local dropped", "main goes on"]);
}

#[test]
fn a_panic_of_the_main_future_passes_on_its_payload() {
    let trace = Trace::new();
    let mut scheduler = virtual_scheduler();
    let child = scheduler.spawn(sleep(Duration::from_secs(1)));
    let run = catch_unwind(AssertUnwindSafe(|| {
        scheduler.run(async {
            yield_now().await;
            std::panic::panic_any(42_u64)
        })
    }));
    let payload: Box<dyn std::any::Any + Send> = match run {
        Ok(()) => unreachable!("it panics"),
        Err(payload) => payload,
    };
    trace.add(format!("{:?}", payload.downcast_ref::<u64>()));
    let text = panic_text(|| scheduler.try_run(async { panic!("in try_run") }).map(|()| 0));
    trace.add(text);
    trace.add(outcome(&scheduler.run(child)));
    assert_eq!(trace, ["Some(42)", "in try_run", "()"]);
}

#[test]
fn a_panic_of_the_main_future_leaves_the_other_tasks_for_the_next_run() {
    let trace = Trace::new();
    let mut scheduler = virtual_scheduler();
    let inner = trace.clone();
    let child = scheduler.spawn(async move {
        for n in 0..3 {
            inner.add(format!("child {n}"));
            yield_now().await;
        }
    });
    trace.add(panic_text(|| scheduler.run(async { panic!("main") })));
    trace.add(outcome(&scheduler.run(child)));
    assert_eq!(trace, ["child 0", "main", "child 1", "child 2", "()"]);
}

#[coweave::test]
async fn a_panic_in_a_destructor_at_completion_reaches_the_joiner() {
    let trace = Trace::new();
    let inner = trace.clone();
    let task = spawn(async move {
        let _bomb = Bomb::new(&inner, "bomb");
        7
    });
    trace.add(outcome(&task.await));
    trace.add(outcome(&spawn(async { 1 }).await));
    assert_eq!(trace, ["bomb dropped", "2 panicked: bomb went off", "1"]);
}

/// Its argument is dropped by the destructor of the future, after the output was made.
struct DropsLate {
    output: Option<Counted>,
    _bomb: Bomb,
}

impl Future for DropsLate {
    type Output = Counted;
    fn poll(
        mut self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Counted> {
        std::task::Poll::Ready(self.output.take().unwrap())
    }
}

#[coweave::test]
async fn a_panic_in_the_destructor_of_a_finished_future_drops_its_output() {
    let trace = Trace::new();
    let output = Some(Counted::new(&trace, "output"));
    let future = DropsLate { output, _bomb: Bomb::new(&trace, "bomb") };
    trace.add(outcome(&spawn(future).await));
    assert_eq!(trace, ["bomb dropped", "output dropped", "2 panicked: bomb went off"]);
}

#[coweave::coroutine]
fn holds_bomb(trace: Trace, first: Counted) {
    let _second = Counted::new(&trace, "second");
    let _bomb = Bomb::new(&trace, "bomb");
    let _third = Counted::new(&trace, "third");
    park().await;
    first.touch();
}

#[coweave::test]
async fn a_panic_in_a_destructor_of_a_cancelled_frame_drops_the_rest() {
    let trace = Trace::new();
    let task = spawn(holds_bomb(trace.clone(), Counted::new(&trace, "first")));
    yield_now().await;
    task.cancel();
    trace.add(outcome(&task.await));
    assert_eq!(
        trace,
        [
            "third dropped",
            "bomb dropped",
            "second dropped",
            "first dropped",
            "2 panicked: bomb went off"
        ]
    );
}

#[test]
fn a_panic_in_a_destructor_while_the_scheduler_ends_drops_the_rest() {
    let trace = Trace::new();
    let mut scheduler = virtual_scheduler();
    let first = scheduler.spawn(holds_bomb(trace.clone(), Counted::new(&trace, "first")));
    let other = Counted::new(&trace, "other task");
    drop(scheduler.spawn(async move {
        park().await;
        other.touch();
    }));
    scheduler.run_until_idle();
    trace.add(panic_text(|| drop(scheduler)));
    trace.add(outcome(&coweave::run(first)));
    assert_eq!(
        trace,
        [
            "third dropped",
            "bomb dropped",
            "second dropped",
            "first dropped",
            "other task dropped",
            "no panic",
            "1 panicked: bomb went off"
        ]
    );
}

#[coweave::test]
async fn a_panic_in_the_destructor_of_a_detached_output_is_nobodys() {
    let trace = Trace::new();
    let inner = trace.clone();
    drop(spawn(async move { Bomb::new(&inner, "detached before") }));
    yield_now().await;
    let inner = trace.clone();
    let ended = spawn(async move { Bomb::new(&inner, "detached after") });
    yield_now().await;
    trace.add(panic_text(|| drop(ended)));
    let inner = trace.clone();
    let elsewhere = spawn(async move { Bomb::new(&inner, "detached elsewhere") });
    yield_now().await;
    on_thread("other", move || drop(elsewhere));
    trace.add(outcome(&spawn(async { 1 }).await));
    assert_eq!(
        trace,
        [
            "detached before dropped",
            "detached after dropped",
            "no panic",
            "detached elsewhere dropped on other",
            "1"
        ]
    );
}

#[coweave::test]
async fn a_payload_whose_destructor_panics_harms_nobody() {
    let trace = Trace::new();
    let inner = trace.clone();
    drop(spawn(async move {
        std::panic::panic_any(Bomb::new(&inner, "detached payload"));
    }));
    yield_now().await;
    let inner = trace.clone();
    let ended = spawn(async move {
        std::panic::panic_any(Bomb::new(&inner, "joined payload"));
    });
    let error = ended.await.unwrap_err();
    trace.add(error.is_panic());
    trace.add(panic_text(|| drop(error)));
    let inner = trace.clone();
    let late = spawn(async move { std::panic::panic_any(Bomb::new(&inner, "late payload")) });
    yield_now().await;
    trace.add(panic_text(|| drop::<coweave::JoinHandle<()>>(late)));
    assert_eq!(
        trace,
        [
            "detached payload dropped",
            "true",
            "joined payload dropped",
            "joined payload went off",
            "late payload dropped",
            "no panic"
        ]
    );
}

/// Panics when it is dropped, and carries nothing, so that nothing is lost if it is leaked.
struct PanicsAgain;

impl Drop for PanicsAgain {
    fn drop(&mut self) {
        std::panic::panic_any(());
    }
}

#[coweave::test]
async fn a_payload_that_panics_with_a_payload_that_panics_harms_nobody() {
    let trace = Trace::new();
    let inner = trace.clone();
    let first = OnDrop::new(move || {
        inner.add("first payload dropped");
        std::panic::panic_any(PanicsAgain);
    });
    drop(spawn(async move { std::panic::panic_any(first) }));
    sleep(Duration::from_secs(1)).await;
    trace.add("main goes on");
    assert_eq!(trace, ["first payload dropped", "main goes on"]);
}

#[coweave::test]
async fn a_panic_while_unwinding_is_not_doubled_by_the_scheduler() {
    let trace = Trace::new();
    let inner = trace.clone();
    let task = spawn(async move {
        let _reports = OnDrop::new(|| inner.add(format!("unwinding {}", std::thread::panicking())));
        yield_now().await;
        panic!("once");
    });
    trace.add(outcome::<()>(&task.await));
    trace.add(std::thread::panicking());
    assert_eq!(trace, ["unwinding true", "2 panicked: once", "false"]);
}

#[coweave::test]
async fn a_waker_that_panics_ends_no_task_and_no_scheduler() {
    let trace = Trace::new();
    struct Panics;
    impl std::task::Wake for Panics {
        fn wake(self: std::sync::Arc<Self>) {
            panic!("in a waker");
        }
    }
    let waker = std::task::Waker::from(std::sync::Arc::new(Panics));
    let mut cx = std::task::Context::from_waker(&waker);
    let mut joined = spawn(async {});
    trace.add(std::pin::Pin::new(&mut joined).poll(&mut cx).is_pending());
    let mut slept = Box::pin(sleep(Duration::from_millis(1)));
    trace.add(slept.as_mut().poll(&mut cx).is_pending());
    sleep(Duration::from_secs(1)).await;
    trace.add(outcome(&joined.await));
    slept.await;
    trace.add("main goes on");
    assert_eq!(trace, ["true", "true", "()", "main goes on"]);
}

#[test]
fn a_scheduler_is_dropped_while_a_panic_unwinds() {
    let trace = Trace::new();
    let text = panic_text(|| {
        let mut scheduler = Scheduler::builder().virtual_time().build().unwrap();
        let frame = Counted::new(&trace, "frame");
        drop(scheduler.spawn(async move {
            park().await;
            frame.touch();
        }));
        scheduler.run(async {
            drop(spawn_local(holds_bomb(trace.clone(), Counted::new(&trace, "first"))));
            yield_now().await;
            panic!("main");
        });
    });
    trace.add(text);
    assert_eq!(
        trace,
        [
            "frame dropped",
            "third dropped",
            "bomb dropped",
            "second dropped",
            "first dropped",
            "main"
        ]
    );
}

#[coweave::test]
async fn a_payload_travels_from_task_to_task() {
    let trace = Trace::new();
    let task = spawn(async {
        let inner = spawn(async { std::panic::panic_any(String::from("from within")) });
        match inner.await {
            Ok(()) => {}
            Err(error) => std::panic::resume_unwind(error.into_panic()),
        }
    });
    let error = task.await.unwrap_err();
    trace.add(&error);
    trace.add(text_of(&*error.into_panic()));
    assert_eq!(trace, ["task 2 panicked: from within", "from within"]);
}
