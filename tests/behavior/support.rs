//! What the tests record with, and what they run on.

use std::any::Any;
use std::fmt::{self, Debug, Display};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Poll, Waker};
use std::thread::{self, ThreadId};

pub(crate) use asked_workers::system_scheduler;
use coweave::{JoinError, Scheduler};
pub(crate) use forgotten::forget;

#[path = "../asked_workers/mod.rs"]
mod asked_workers;
#[path = "../forgotten/mod.rs"]
mod forgotten;

/// What happened, in order. Clones write to the same trace, from any thread.
#[derive(Clone)]
pub(crate) struct Trace {
    events: Arc<Mutex<Vec<String>>>,
    home: ThreadId,
}

impl Trace {
    pub(crate) fn new() -> Self {
        Self { events: Arc::default(), home: thread::current().id() }
    }

    fn events(&self) -> MutexGuard<'_, Vec<String>> {
        self.events.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn add(&self, event: impl Display) {
        self.events().push(event.to_string());
    }

    /// Adds what happened, and on which thread if it is not the one that made the trace.
    pub(crate) fn add_with_thread(&self, event: impl Display) {
        let here = thread::current();
        if here.id() == self.home {
            self.add(event);
        } else {
            self.add(format!("{event} on {}", here.name().unwrap_or("a nameless thread")));
        }
    }

    pub(crate) fn count(&self, event: &str) -> usize {
        self.events().iter().filter(|it| *it == event).count()
    }

    pub(crate) fn to_vec(&self) -> Vec<String> {
        self.events().clone()
    }
}

impl Debug for Trace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.events().iter()).finish()
    }
}

impl<const N: usize> PartialEq<[&str; N]> for Trace {
    fn eq(&self, expected: &[&str; N]) -> bool {
        *self.events() == *expected
    }
}

impl PartialEq<Vec<String>> for Trace {
    fn eq(&self, expected: &Vec<String>) -> bool {
        *self.events() == *expected
    }
}

/// Says in the trace that it was dropped, and on which thread.
#[derive(Debug)]
pub(crate) struct Counted {
    name: String,
    trace: Trace,
}

impl Counted {
    pub(crate) fn new(trace: &Trace, name: impl Into<String>) -> Self {
        Self { name: name.into(), trace: trace.clone() }
    }

    /// Keeps the value alive up to here.
    pub(crate) fn touch(&self) {
        assert!(!self.name.is_empty());
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.trace.add_with_thread(format!("{} dropped", self.name));
    }
}

/// Panics when it is dropped.
#[derive(Debug)]
pub(crate) struct Bomb(pub(crate) Counted);

impl Bomb {
    pub(crate) fn new(trace: &Trace, name: &str) -> Self {
        Self(Counted::new(trace, name))
    }
}

impl Drop for Bomb {
    fn drop(&mut self) {
        panic!("{} went off", self.0.name);
    }
}

/// Runs a closure when it is dropped.
pub(crate) struct OnDrop<F: FnOnce()>(Option<F>);

impl<F: FnOnce()> OnDrop<F> {
    pub(crate) fn new(f: F) -> Self {
        Self(Some(f))
    }
}

impl<F: FnOnce()> Drop for OnDrop<F> {
    fn drop(&mut self) {
        if let Some(f) = self.0.take() {
            f();
        }
    }
}

pub(crate) fn virtual_scheduler() -> Scheduler {
    Scheduler::builder().virtual_time().build().expect("the set-up is valid")
}

/// Starts a thread with a name, which `Counted` then tells.
pub(crate) fn start_thread<T: Send + 'static>(
    name: &str,
    f: impl FnOnce() -> T + Send + 'static,
) -> thread::JoinHandle<T> {
    thread::Builder::new().name(name.to_owned()).spawn(f).expect("a thread starts")
}

/// Runs `f` on a thread with a name, to its end.
pub(crate) fn on_thread<T: Send + 'static>(
    name: &str,
    f: impl FnOnce() -> T + Send + 'static,
) -> T {
    start_thread(name, f).join().expect("the thread does not panic")
}

/// Waits for a thread without blocking the worker.
pub(crate) async fn until_finished<T>(thread: thread::JoinHandle<T>) -> T {
    while !thread.is_finished() {
        coweave::yield_now().await;
    }
    thread.join().expect("the thread does not panic")
}

/// A place into which one task puts what another takes out.
pub(crate) struct Slot<T>(Arc<Mutex<Option<T>>>);

impl<T> Slot<T> {
    pub(crate) fn new() -> Self {
        Self(Arc::default())
    }

    pub(crate) fn put(&self, value: T) {
        let before = self.0.lock().unwrap_or_else(PoisonError::into_inner).replace(value);
        drop(before);
    }

    pub(crate) fn try_take(&self) -> Option<T> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    pub(crate) fn take(&self) -> T {
        self.try_take().expect("something was put there")
    }
}

impl<T> Clone for Slot<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

/// What a panic said.
pub(crate) fn text_of(payload: &(dyn Any + Send)) -> String {
    let literal = payload.downcast_ref::<&str>().map(ToString::to_string);
    literal.or_else(|| payload.downcast_ref::<String>().cloned()).unwrap_or("no text".to_owned())
}

/// What `f` panics with.
pub(crate) fn panic_text<T>(f: impl FnOnce() -> T) -> String {
    match catch_unwind(AssertUnwindSafe(f)) {
        Ok(_) => "no panic".to_owned(),
        Err(payload) => text_of(&*payload),
    }
}

/// How a join ended, without the id.
pub(crate) fn outcome<T: Debug>(result: &Result<T, JoinError>) -> String {
    match result {
        Ok(output) => format!("{output:?}"),
        Err(error) if error.is_cancelled() => "cancelled".to_owned(),
        Err(error) => {
            error.to_string().split_once(' ').map_or(String::new(), |(_, rest)| rest.to_owned())
        }
    }
}

/// Suspends until somebody wakes the waker that it puts into the slot at every poll.
pub(crate) async fn wait_for_waker(slot: Slot<Waker>) {
    let mut is_first = true;
    std::future::poll_fn(move |cx| {
        if std::mem::take(&mut is_first) {
            slot.put(cx.waker().clone());
            return Poll::Pending;
        }
        Poll::Ready(())
    })
    .await;
}

/// Never ready; counts its polls in the trace and leaves its waker at the first.
pub(crate) fn leaves_waker(trace: &Trace, slot: &Slot<Waker>) -> impl Future<Output = ()> + use<> {
    let (trace, slot) = (trace.clone(), slot.clone());
    let mut polls = 0;
    std::future::poll_fn(move |cx| {
        polls += 1;
        trace.add(format!("poll {polls}"));
        if polls == 1 {
            slot.put(cx.waker().clone());
        }
        Poll::Pending
    })
}

/// Long enough for all that was mailed to have arrived: the clock advances only after that.
pub(crate) async fn settle() {
    coweave::sleep(std::time::Duration::from_secs(1)).await;
}
