//! A task of a scope as a scheduler has it: nothing in its type says what it borrows.
//!
//! # Invariants
//! * **Q1 counted** A scoped task is counted by its scope from before it is made until what it may
//!   borrow from has no more use: its frame is dropped, and with it the task's hold of its output.
//! * **Q2 waited for** Nobody can leave a scope while it counts a task (`scope`: `wait`, which is also
//!   called where the scope's closure unwinds, and cannot unwind itself). A task that is leaked, with
//!   its whole scheduler, is counted for ever.
#![expect(unsafe_code, reason = "hides from the compiler what a task borrows")]

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use crate::primitives::{AtomicUsize, Ordering, thread};

type Frame<'a> = Pin<Box<dyn Future<Output = ()> + Send + 'a>>;

/// What a scope and its tasks share.
#[derive(Debug)]
pub(super) struct Running {
    tasks: AtomicUsize,
    /// Panics of tasks that nobody has joined.
    panics: AtomicUsize,
    /// The thread that waits for all tasks.
    thread: thread::Thread,
}

impl Running {
    pub(super) fn new() -> Arc<Self> {
        let thread = thread::current();
        Arc::new(Self { tasks: AtomicUsize::new(0), panics: AtomicUsize::new(0), thread })
    }

    /// Blocks this thread, which made it, until no task is left.
    pub(super) fn wait(&self) {
        // Acquire: pairs with the Release of the last task; all that it did comes before.
        while self.tasks.load(Ordering::Acquire) > 0 {
            thread::park();
        }
    }

    /// Whether a task has panicked and nobody was told. Exact once no task is left.
    pub(super) fn has_panics(&self) -> bool {
        self.panics.load(Ordering::Relaxed) > 0
    }

    /// Somebody was told of a task's panic.
    pub(super) fn forgive(&self) {
        self.panics.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Counts a task until it is dropped.
struct CountedTask(Arc<Running>);

impl CountedTask {
    fn new(running: &Arc<Running>) -> Self {
        let before = running.tasks.fetch_add(1, Ordering::Relaxed);
        assert!(before < usize::MAX / 2, "a scope has too many tasks");
        Self(running.clone())
    }
}

impl Drop for CountedTask {
    fn drop(&mut self) {
        // Once it is counted down the scope may be gone, but not this.
        let running = &*self.0;
        // Release: pairs with the Acquire of `wait`.
        if running.tasks.fetch_sub(1, Ordering::Release) == 1 {
            running.thread.unpark();
        }
    }
}

/// See the module.
pub(super) struct ScopedTask {
    /// `None` once it is dropped.
    frame: Option<Frame<'static>>,
    // Goes last: what the frame borrows is used until then (Q1).
    counted: CountedTask,
}

impl ScopedTask {
    /// Hides what `future` borrows. The caller waits for `running` before that ends (Q2).
    pub(super) fn new<'a>(
        running: &Arc<Running>,
        future: impl Future<Output = ()> + Send + 'a,
    ) -> Self {
        let counted = CountedTask::new(running);
        let frame: Frame<'a> = Box::pin(future);
        // SAFETY: only the lifetime changes. The frame never leaves this struct, which drops it before
        // it is counted down (Q1), and who made it waits for that before `'a` ends (Q2).
        let frame = unsafe { std::mem::transmute::<Frame<'a>, Frame<'static>>(frame) };
        Self { frame: Some(frame), counted }
    }

    /// Runs code of the frame, and counts its panic.
    fn watch<R>(counted: &CountedTask, f: impl FnOnce() -> R) -> R {
        catch_unwind(AssertUnwindSafe(f)).unwrap_or_else(|payload| {
            counted.0.panics.fetch_add(1, Ordering::Relaxed);
            resume_unwind(payload)
        })
    }
}

impl Future for ScopedTask {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let Self { frame, counted } = &mut *self;
        let frame = frame.as_mut().expect("a scoped task was polled after its end");
        Self::watch(counted, || frame.as_mut().poll(cx))
    }
}

impl Drop for ScopedTask {
    fn drop(&mut self) {
        let frame = self.frame.take();
        Self::watch(&self.counted, || drop(frame));
    }
}
