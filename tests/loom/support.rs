//! How models are run, and what they watch.
#![expect(
    unsafe_code,
    reason = "loom's cells are shared between threads, to see whether they may be"
)]

use std::cell::Cell;
use std::pin::Pin;
use std::process::Command;
use std::sync::{Arc, Once};
use std::task::{Context, Poll, Wake, Waker};
use std::{env, panic};

pub(crate) use coweave::__private::Fault;
use coweave::__private::with_fault;
use coweave::Scheduler;
use loom::alloc::Track;
use loom::cell::UnsafeCell;
use loom::thread::{self, Thread};

thread_local! {
    /// Whether anything has panicked, even where nobody hears of it. (A model's threads are
    /// coroutines on one thread of the system.)
    static HAS_PANICKED: Cell<bool> = const { Cell::new(false) };
}

fn watch_for_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            HAS_PANICKED.set(true);
            before(info);
        }));
    });
}

/// Runs a model in every order of its steps in which at most two threads are interrupted; more if
/// `LOOM_MAX_PREEMPTIONS` says so.
pub(crate) fn model(f: impl Fn() + Sync + Send + 'static) {
    check(2, f);
}

/// The same of a model that takes too many steps for that: at most one thread is interrupted at a time.
pub(crate) fn large_model(f: impl Fn() + Sync + Send + 'static) {
    check(1, f);
}

/// The same of a larger one: no thread is interrupted but where it waits.
pub(crate) fn largest_model(f: impl Fn() + Sync + Send + 'static) {
    check(0, f);
}

fn check(bound: usize, f: impl Fn() + Sync + Send + 'static) {
    watch_for_panics();
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = builder.preemption_bound.or(Some(bound));
    builder.max_branches = 20_000;
    builder.check(f);
    assert!(!HAS_PANICKED.get(), "a panic was caught inside the model");
}

/// Says to a process that it is to run a model with its fault.
const CHILD: &str = "COWEAVE_MODEL_WITH_FAULT";

/// Runs a model with a fault in it, of which loom must say something that contains `said`.
pub(crate) fn notices(fault: Fault, said: &str, f: impl Fn() + Sync + Send + 'static) {
    fails(&format!("{fault:?}"), said, || with_fault(fault, || model(f)));
}

/// The same of a large one.
pub(crate) fn notices_in_large(fault: Fault, said: &str, f: impl Fn() + Sync + Send + 'static) {
    fails(&format!("{fault:?}"), said, || with_fault(fault, || large_model(f)));
}

/// Runs a model that uses the crate wrongly, of which something must be said that contains `said`.
pub(crate) fn is_wrong(said: &str, f: impl Fn() + Sync + Send + 'static) {
    fails("used wrongly", said, || model(f));
}

/// Runs `f` in a process of its own, for what loom has stopped in the middle cannot be unwound.
fn fails(what: &str, said: &str, f: impl FnOnce()) {
    if env::var_os(CHILD).is_some() {
        return f();
    }
    let here = std::thread::current();
    let test = here.name().expect("a test's thread has its name");
    let mut command = Command::new(env::current_exe().expect("this is a program"));
    command.args(["--exact", test, "--nocapture", "--test-threads=1"]);
    let child = command.env(CHILD, "1").env("RUST_BACKTRACE", "0").output().expect("it starts");
    let text = String::from_utf8_lossy(&child.stderr);
    let first = text.lines().skip_while(|line| !line.contains("panicked at")).nth(1);
    println!("{what}: {}", first.unwrap_or("nothing"));
    assert!(!child.status.success(), "not noticed: {what}");
    assert!(first.is_some_and(|line| line.contains(said)), "noticed as something else:\n{text}");
}

pub(crate) fn scheduler() -> Scheduler {
    Scheduler::builder().virtual_time().stall_report(None).build().expect("the set-up is valid")
}

/// A value that is made by one thread and looked at by another: loom sees whether the one comes
/// before the other, and whether it is dropped.
pub(crate) struct Watched(
    UnsafeCell<u32>,
    #[expect(dead_code, reason = "tells loom of a leak")] Track<()>,
);

impl Watched {
    pub(crate) fn new(value: u32) -> Self {
        Self(UnsafeCell::new(value), Track::new(()))
    }

    pub(crate) fn set(&self, value: u32) {
        self.0.with_mut(|place| {
            // SAFETY: loom says so if another thread looks.
            unsafe { *place = value }
        });
    }

    pub(crate) fn get(&self) -> u32 {
        self.0.with(|place| {
            // SAFETY: loom says so if another thread writes.
            unsafe { *place }
        })
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        self.set(u32::MAX);
    }
}

// SAFETY: loom sees how it is shared.
unsafe impl Send for Watched {}
// SAFETY: as above.
unsafe impl Sync for Watched {}

struct Unparks(Thread);

impl Wake for Unparks {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// A waker that unparks this thread.
pub(crate) fn thread_waker() -> Waker {
    Waker::from(Arc::new(Unparks(thread::current())))
}

pub(crate) fn poll<F: Future + Unpin>(future: &mut F, waker: &Waker) -> Poll<F::Output> {
    Pin::new(future).poll(&mut Context::from_waker(waker))
}

/// Waits for a future on a thread without a scheduler; for ever, which loom notices, if it is not
/// woken.
pub(crate) fn block_on<F: Future + Unpin>(mut future: F) -> F::Output {
    let waker = thread_waker();
    loop {
        if let Poll::Ready(output) = poll(&mut future, &waker) {
            return output;
        }
        thread::park();
    }
}

/// How a future is given up: as it should be, or so that nobody hears of it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum GivesUp {
    Rightly,
    Silently,
}

impl GivesUp {
    pub(crate) fn on<F>(self, future: F) {
        match self {
            Self::Rightly => drop(future),
            Self::Silently => std::mem::forget(future),
        }
    }
}

/// A future that has begun to wait. Nobody is woken for it: to loom, a thread that is unparked late,
/// when it waits for another to end, is an error.
pub(crate) fn waiting<F: Future + Unpin>(mut future: F) -> F {
    assert!(poll(&mut future, Waker::noop()).is_pending(), "it has to wait");
    future
}
