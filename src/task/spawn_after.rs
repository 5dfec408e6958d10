//! Tasks that start later.

use std::future::Future;
use std::panic::Location;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use pin_project::pin_project;

use super::join::JoinHandle;
use super::site_ref::SiteRef;
use super::sleep::{SleepLeaf, sleep};
use super::spawn::{Mobility, Moves, Spawn, Stays};
use super::state::Waits;
use super::this_thread;
use super::timers::Wakes;
use super::worker_core::WorkerCore;

/// A task's future behind the sleep until its start.
///
/// The timer is set before there is a task, so that equal deadlines keep the order of the calls; it
/// is the frame's, so that a cancelled task forgets it.
#[derive(Debug)]
#[pin_project]
struct Delayed<F> {
    timer: Option<SleepLeaf>,
    called_at: &'static Location<'static>,
    #[pin]
    future: F,
}

impl<F: Future> Future for Delayed<F> {
    type Output = F::Output;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        if let Some(timer) = this.timer {
            let site = SiteRef::location(this.called_at);
            if timer.poll_from(cx.waker(), site).is_pending() {
                return Poll::Pending;
            }
            *this.timer = None;
            this_thread::goes_on();
        }
        this.future.poll(cx)
    }
}

impl Spawn {
    /// Spawns on this thread's worker a task that is first resumed after `delay`.
    ///
    /// # Panics
    /// Where no scheduler runs on this thread.
    #[track_caller]
    pub(crate) fn here_after<F>(self, delay: Duration, future: F) -> JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        let spawned =
            this_thread::with_any_core(|core| self.after::<F, Moves>(core, delay, future));
        spawned.expect(
            "a task was spawned on a thread where no scheduler runs; spawn it inside coweave::run",
        )
    }

    /// Spawns on this worker, which is this thread's, a task that is first resumed after `delay`. It
    /// stays on this thread.
    pub(crate) fn on_after<F: Future + 'static>(
        self,
        core: &WorkerCore,
        delay: Duration,
        future: F,
    ) -> JoinHandle<F::Output> {
        self.after::<F, Stays>(core, delay, future)
    }

    fn after<F, M>(self, core: &WorkerCore, delay: Duration, future: F) -> JoinHandle<F::Output>
    where
        F: Future + 'static,
        M: Mobility<Delayed<F>>,
    {
        let called_at = self.at;
        let site = SiteRef::location(called_at);
        let mut timer = sleep(delay).timer;
        // Nobody's waker: the timer is given the task when there is one.
        let polled = timer.poll_from(Waker::noop(), site);
        debug_assert!(polled.is_pending(), "a sleep suspends at least once");
        this_thread::goes_on();
        let key = timer.key();
        let future = Delayed { timer: Some(timer), called_at, future };
        self.on_and_then::<_, M>(core, future, |core, task| {
            let header = core.header(task);
            header.state.start_parked();
            header.set_parked_since(core.clock.now());
            header.site.set(site);
            header.state.waits_for(Waits::Sleep);
            if let Some(key) = key {
                core.reset_timer(key, Wakes::Task(task, header.id()));
            }
        })
    }
}
