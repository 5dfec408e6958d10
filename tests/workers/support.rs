//! What the tests run on, and how they have a task taken.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};
use std::thread::{self, ThreadId};
use std::time::{Duration, Instant};

use coweave::{JoinHandle, Scheduler, spawn};

pub(crate) use crate::forgotten::forget;

pub(crate) const MS: Duration = Duration::from_millis(1);

/// Longer than anything here takes, also under a sanitizer on a machine that does something else.
const PATIENCE: Duration = Duration::from_secs(60);

/// A scheduler with so many workers.
pub(crate) fn team(workers: usize) -> Scheduler {
    Scheduler::builder().workers(workers).build().expect("the set-up is valid")
}

/// Calls `f` with two workers, then with four, on a thread of its own; ends the process if it hangs.
pub(crate) fn in_teams(f: impl Fn(usize) + Send + 'static) {
    let name = thread::current().name().unwrap_or("a test").to_owned();
    let (done, is_done) = mpsc::channel();
    let tested = thread::spawn(move || {
        let outcome = catch_unwind(AssertUnwindSafe(|| [2, 4].into_iter().for_each(f)));
        done.send(()).expect("it is awaited");
        outcome
    });
    if is_done.recv_timeout(PATIENCE).is_err() {
        eprintln!("{name} hangs");
        std::process::abort();
    }
    tested.join().expect("its panics are caught").unwrap_or_else(|payload| resume_unwind(payload));
}

/// Holds this worker up until something holds, which must be within reach of the others.
#[track_caller]
pub(crate) fn hold_until(holds: impl Fn() -> bool) {
    let began = Instant::now();
    while !holds() {
        assert!(began.elapsed() < PATIENCE / 2, "nobody comes to it");
        thread::sleep(MS / 10);
    }
}

/// Spawns what `f` gives, and holds this worker up until another has begun it: so it is a guest there.
pub(crate) fn spawn_elsewhere<F>(f: impl FnOnce() -> F + Send + 'static) -> JoinHandle<F::Output>
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    let (here, begun) = (thread::current().id(), Arc::new(AtomicBool::new(false)));
    let begins = begun.clone();
    let task = spawn(async move {
        assert_ne!(thread::current().id(), here, "its worker is held up");
        begins.store(true, Ordering::Release);
        f().await
    });
    hold_until(|| begun.load(Ordering::Acquire));
    task
}

pub(crate) fn here() -> ThreadId {
    thread::current().id()
}

/// What became of values of one kind.
#[derive(Clone, Default)]
pub(crate) struct Census(Arc<Counts>);

#[derive(Default)]
struct Counts {
    made: AtomicUsize,
    dropped: AtomicUsize,
}

impl Census {
    pub(crate) fn value(&self) -> Counted {
        self.0.made.fetch_add(1, Ordering::Relaxed);
        Counted { census: self.clone(), lives: true }
    }

    /// How many live.
    pub(crate) fn live(&self) -> isize {
        let dropped = self.0.dropped.load(Ordering::Acquire).cast_signed();
        self.0.made.load(Ordering::Acquire).cast_signed() - dropped
    }

    pub(crate) fn made(&self) -> usize {
        self.0.made.load(Ordering::Acquire)
    }
}

/// A value that is counted when it is made and when it is dropped.
pub(crate) struct Counted {
    census: Census,
    lives: bool,
}

impl Counted {
    /// Keeps the value alive up to here.
    pub(crate) fn touch(&self) {
        assert!(self.lives, "it was dropped");
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        assert!(std::mem::take(&mut self.lives), "it is dropped twice");
        self.census.0.dropped.fetch_add(1, Ordering::Release);
    }
}

/// What must be dropped on the thread on which it was made.
pub(crate) struct AtHome {
    home: ThreadId,
    value: Counted,
    /// Not `Send`.
    _stays: std::marker::PhantomData<std::rc::Rc<()>>,
}

impl AtHome {
    pub(crate) fn new(census: &Census) -> Self {
        Self { home: here(), value: census.value(), _stays: std::marker::PhantomData }
    }

    pub(crate) fn touch(&self) {
        self.value.touch();
        assert_eq!(self.home, here(), "it is used elsewhere");
    }
}

impl Drop for AtHome {
    fn drop(&mut self) {
        if self.home != here() {
            // A panic here would be caught by the scheduler.
            eprintln!("what is not `Send` is dropped on another thread");
            std::process::abort();
        }
    }
}
