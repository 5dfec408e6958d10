//! Every operation on wakers and handles, from every place.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Waker};

use coweave::{JoinHandle, SchedulerHandle, park, sleep, spawn, task, yield_now};
use futures::executor::block_on;

use crate::support::{Counted, Slot, Trace, outcome, start_thread, virtual_scheduler};

/// From where an operation is done.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Place {
    OwnTask,
    SameWorker,
    AnotherThread,
    ThreadLocal,
    AfterTask,
    AfterScheduler,
}

const PLACES: [Place; 6] = [
    Place::OwnTask,
    Place::SameWorker,
    Place::AnotherThread,
    Place::ThreadLocal,
    Place::AfterTask,
    Place::AfterScheduler,
];

type Operation = Box<dyn FnOnce() + Send>;

/// Done by the destructor of a thread's local.
struct Late(Option<Operation>);

impl Drop for Late {
    fn drop(&mut self) {
        if let Some(operation) = self.0.take() {
            operation();
        }
    }
}

fn in_a_thread_local(operation: Operation) {
    thread_local! {
        static LATE: std::cell::RefCell<Late> = const { std::cell::RefCell::new(Late(None)) };
    }
    LATE.with(|late| late.borrow_mut().0 = Some(operation));
}

/// Does the operation at a place that needs another task or thread, and never blocks the worker
/// before it is done: a thread counts as finished before the destructors of its locals have run.
async fn at(place: Place, operation: Operation) {
    let is_done = Arc::new(AtomicBool::new(false));
    let says = is_done.clone();
    let operation: Operation = Box::new(move || {
        operation();
        says.store(true, Ordering::Release);
    });
    let thread = match place {
        Place::AnotherThread => start_thread("other", operation),
        Place::ThreadLocal => start_thread("local's", move || in_a_thread_local(operation)),
        Place::SameWorker => return spawn(async move { operation() }).await.unwrap(),
        Place::OwnTask | Place::AfterTask | Place::AfterScheduler => return operation(),
    };
    while !is_done.load(Ordering::Acquire) {
        yield_now().await;
    }
    thread.join().unwrap();
}

#[derive(Debug, Clone, Copy)]
enum OnWaker {
    Clone,
    Wake,
    WakeByRef,
    Drop,
}

fn on_waker(operation: OnWaker, waker: Waker) {
    match operation {
        OnWaker::Clone => drop(Waker::clone(&waker)),
        OnWaker::Wake => waker.wake(),
        OnWaker::WakeByRef => waker.wake_by_ref(),
        OnWaker::Drop => drop(waker),
    }
}

/// Leaves its waker at the first poll, having operated on it if it is told to; ends at the second.
async fn leaves_waker(slot: Slot<Waker>, polls: Slot<u32>, operation: Option<OnWaker>) {
    let mut count = 0;
    poll_fn(move |cx| {
        count += 1;
        polls.put(count);
        match operation {
            _ if count > 1 => return Poll::Ready(()),
            Some(operation) => on_waker(operation, cx.waker().clone()),
            None => slot.put(cx.waker().clone()),
        }
        Poll::Pending
    })
    .await;
}

fn waker_at(operation: OnWaker, place: Place) -> u32 {
    let (slot, polls) = (Slot::new(), Slot::new());
    let own = (place == Place::OwnTask).then_some(operation);
    let mut scheduler = virtual_scheduler();
    let waits = scheduler.spawn(leaves_waker(slot.clone(), polls.clone(), own));
    scheduler.run_until_idle();
    let mut in_its_place: Option<JoinHandle<()>> = None;
    if let Some(waker) = slot.try_take() {
        match place {
            Place::AfterScheduler => {
                drop(scheduler);
                on_waker(operation, waker);
                return polls.take();
            }
            Place::AfterTask => {
                waits.cancel();
                scheduler.run_until_idle();
                drop(waits);
                let (slot, polls) = (Slot::new(), polls.clone());
                in_its_place = Some(scheduler.spawn(leaves_waker(slot, polls, None)));
                scheduler.run_until_idle();
            }
            Place::OwnTask | Place::SameWorker | Place::AnotherThread | Place::ThreadLocal => {}
        }
        scheduler.run(at(place, Box::new(move || on_waker(operation, waker))));
        scheduler.run_until_idle();
    }
    drop(in_its_place);
    polls.take()
}

#[test]
fn a_waker_resumes_its_task_once_from_wherever_it_is_woken_and_nobody_afterwards() {
    let trace = Trace::new();
    let mut expected = Vec::new();
    for operation in [OnWaker::Clone, OnWaker::Wake, OnWaker::WakeByRef, OnWaker::Drop] {
        for place in PLACES {
            let polls = waker_at(operation, place);
            trace.add(format!("{operation:?} {place:?}: {polls}"));
            let is_wake = matches!(operation, OnWaker::Wake | OnWaker::WakeByRef);
            let is_void = matches!(place, Place::AfterTask | Place::AfterScheduler);
            let polls = if is_wake && !is_void { 2 } else { 1 };
            expected.push(format!("{operation:?} {place:?}: {polls}"));
        }
    }
    assert_eq!(trace, expected);
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum OnHandle {
    Drop,
    Join,
    Cancel,
    IsFinished,
}

/// Operates on a handle and says what came of it; gives back what is left of it.
fn on_handle(
    operation: OnHandle,
    handle: JoinHandle<Counted>,
    trace: &Trace,
) -> Option<JoinHandle<Counted>> {
    match operation {
        OnHandle::Drop => drop(handle),
        OnHandle::Join => trace.add(format!("joined {}", name_of(block_on(handle)))),
        OnHandle::Cancel => {
            handle.cancel();
            return Some(handle);
        }
        OnHandle::IsFinished => {
            trace.add(format!("finished {}", handle.is_finished()));
            return Some(handle);
        }
    }
    None
}

fn name_of(result: Result<Counted, coweave::JoinError>) -> String {
    match result {
        Ok(output) => {
            output.touch();
            "output".to_owned()
        }
        Err(error) => outcome::<()>(&Err(error)),
    }
}

/// Parks once; does what it is told with its own handle before that.
async fn subject(trace: Trace, own: Option<(OnHandle, Slot<JoinHandle<Counted>>)>) -> Counted {
    let _frame = Counted::new(&trace, "frame");
    if let Some((operation, slot)) = own {
        let mut handle = slot.take();
        if operation == OnHandle::Join {
            // A task that waits for its own end waits for ever.
            let polled =
                poll_fn(|cx: &mut Context<'_>| Poll::Ready(Pin::new(&mut handle).poll(cx))).await;
            trace.add(format!("joined itself: {}", polled.is_ready()));
            slot.put(handle);
        } else if let Some(handle) = on_handle(operation, handle, &trace) {
            slot.put(handle);
        }
    }
    park().await;
    Counted::new(&trace, "output")
}

fn handle_at(operation: OnHandle, place: Place) -> Trace {
    let trace = Trace::new();
    let slot = Slot::new();
    let mut scheduler = virtual_scheduler();
    let own = (place == Place::OwnTask).then(|| (operation, slot.clone()));
    let unparker = Slot::new();
    let (put, inner) = (unparker.clone(), trace.clone());
    slot.put(scheduler.spawn(async move {
        put.put(task::current().unparker());
        subject(inner, own).await
    }));
    scheduler.run_until_idle();
    let ends_first = place == Place::AfterTask;
    if ends_first || operation == OnHandle::Join {
        unparker.take().unpark();
    }
    if ends_first {
        scheduler.run_until_idle();
    }
    let (inner, take) = (trace.clone(), slot.clone());
    let operate = move || {
        if let Some(handle) = on_handle(operation, take.take(), &inner) {
            take.put(handle);
        }
    };
    match place {
        Place::OwnTask => {}
        Place::AfterScheduler => {
            drop(scheduler);
            operate();
            return trace;
        }
        // The worker must not be blocked by who waits for one of its tasks.
        Place::SameWorker if operation == OnHandle::Join => {
            let joined = scheduler.run(async { spawn(slot.take()).await.unwrap() });
            trace.add(format!("joined {}", name_of(joined)));
        }
        Place::SameWorker | Place::AnotherThread | Place::ThreadLocal | Place::AfterTask => {
            scheduler.run(at(place, Box::new(operate)));
        }
    }
    scheduler.run_until_idle();
    drop(slot.try_take());
    drop(scheduler);
    trace
}

const JOINED: [&str; 3] = ["frame dropped", "output dropped", "joined output"];

fn expected_of(operation: OnHandle, place: Place) -> Vec<&'static str> {
    use OnHandle::{Cancel, Drop, IsFinished, Join};
    use Place::{AfterScheduler, AfterTask, AnotherThread, OwnTask, SameWorker, ThreadLocal};
    match (operation, place) {
        (Drop | Cancel, OwnTask | SameWorker | AnotherThread | ThreadLocal) => {
            vec!["frame dropped"]
        }
        (Drop | Cancel, AfterTask) => vec!["frame dropped", "output dropped"],
        (Drop | Cancel, AfterScheduler) => vec!["frame dropped"],
        (Join, OwnTask) => vec!["joined itself: false", "frame dropped", "output dropped"],
        (Join, SameWorker | AfterTask | AfterScheduler) => {
            if place == AfterScheduler {
                vec!["frame dropped", "joined cancelled"]
            } else {
                JOINED.to_vec()
            }
        }
        (Join, AnotherThread) => {
            vec!["frame dropped", "output dropped on other", "joined output"]
        }
        (Join, ThreadLocal) => {
            vec!["frame dropped", "output dropped on local's", "joined output"]
        }
        (IsFinished, AfterScheduler) => vec!["frame dropped", "finished true"],
        (IsFinished, AfterTask) => vec!["frame dropped", "finished true", "output dropped"],
        (IsFinished, OwnTask | SameWorker | AnotherThread | ThreadLocal) => {
            vec!["finished false", "frame dropped"]
        }
    }
}

#[test]
fn a_handle_does_the_same_from_wherever_it_is_used() {
    let trace = Trace::new();
    let mut expected = Vec::new();
    for operation in [OnHandle::Drop, OnHandle::Join, OnHandle::Cancel, OnHandle::IsFinished] {
        for place in PLACES {
            let seen = handle_at(operation, place);
            trace.add(format!("{operation:?} {place:?}: {seen:?}"));
            let wanted = expected_of(operation, place);
            expected.push(format!("{operation:?} {place:?}: {wanted:?}"));
        }
    }
    assert_eq!(trace, expected);
}

#[test]
fn everything_of_a_scheduler_is_used_in_a_thread_local_after_its_end() {
    let trace = Trace::new();
    let mut scheduler = virtual_scheduler();
    let (waker, unparker) = (Slot::new(), Slot::new());
    let polls = Slot::new();
    drop(scheduler.spawn(leaves_waker(waker.clone(), polls.clone(), None)));
    let put = unparker.clone();
    let inner = trace.clone();
    let handle = scheduler.spawn(async move {
        put.put(task::current().unparker());
        park().await;
        Counted::new(&inner, "output")
    });
    scheduler.run_until_idle();
    unparker.take().unpark();
    scheduler.run_until_idle();
    let mut half_awaited = Box::pin(sleep(std::time::Duration::from_secs(1)));
    scheduler.run(async { assert!(futures::poll!(&mut half_awaited).is_pending()) });
    let spawns = scheduler.handle();
    let external = spawns.external();
    drop(scheduler);
    let inner = trace.clone();
    let thread = start_thread("local's", move || {
        in_a_thread_local(Box::new(move || {
            waker.take().wake();
            drop(half_awaited);
            drop(external);
            inner.add(spawns.try_spawn(async {}).is_err());
            inner.add(SchedulerHandle::try_current().is_none());
            inner.add(name_of(block_on(handle)));
        }));
    });
    thread.join().unwrap();
    assert_eq!(trace, ["true", "true", "output dropped on local's", "output"]);
}
