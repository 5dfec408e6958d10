//! Moving a virtual clock from inside a task.

use std::future::Future;
use std::panic::Location;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use super::awaiting::{Awaited, Leaf};
use super::idle::IdleLeaf;
use super::site_ref::SiteRef;
use super::sleep::{SleepLeaf, sleep};
use super::this_thread;
use super::worker_core::WorkerCore;
use crate::coroutine::Site;
use crate::time::Instant;

/// Has a virtual clock go on by `duration`, and everything happen that is due until then.
///
/// Timers fire in the order of their deadlines, each at its own instant, and the tasks that they make
/// ready run before the clock goes on: so it is a future, for the task that awaits it must let the
/// others run. It goes on when nothing is left to do at the new instant, as [`idle`](crate::idle)
/// does. The duration is counted from the first poll.
///
/// It is for clocks that stand still otherwise (see
/// [`Builder::auto_advance`](crate::Builder::auto_advance)), and works on those that do not. While an
/// [`External`](crate::External) guard is held, the clock waits for its end.
///
/// # Cancellation
/// Dropping the future stops the clock where it is.
///
/// # Panics
/// When awaited where no scheduler with virtual time runs.
///
/// # Examples
///
/// ```
/// use coweave::{Instant, Scheduler, sleep, spawn, time};
/// use std::time::Duration;
///
/// let second = Duration::from_secs(1);
/// let mut scheduler = Scheduler::builder().virtual_time().auto_advance(false).build()?;
/// scheduler.run(async move {
///     let task = spawn(async move {
///         sleep(second).await;
///         Instant::now()
///     });
///     let start = Instant::now();
///     time::advance(second / 2).await;
///     assert!(!task.is_finished());
///     time::advance(second * 5).await;
///     assert_eq!(task.await.unwrap(), start + second);
/// });
/// # Ok::<(), coweave::BuildError>(())
/// ```
#[track_caller]
pub fn advance(duration: Duration) -> Advance {
    Advance { leaf: AdvanceLeaf { stage: Stage::New(duration) }, called_at: Location::caller() }
}

/// Sets whether the virtual clock of the scheduler that runs here jumps to the next deadline when
/// nothing is ready; see [`Builder::auto_advance`](crate::Builder::auto_advance).
///
/// # Panics
/// Where no scheduler with virtual time runs.
///
/// # Examples
///
/// ```
/// use coweave::{sleep, spawn, time, yield_now};
/// use std::time::Duration;
///
/// #[coweave::test]
/// async fn nothing_happens_until_the_clock_is_moved() {
///     time::set_auto_advance(false);
///     let task = spawn(sleep(Duration::from_secs(1)));
///     time::advance(Duration::from_secs(2)).await;
///     assert!(task.is_finished());
/// }
/// # fn main() {}
/// ```
#[track_caller]
pub fn set_auto_advance(on: bool) {
    let is_virtual = this_thread::with_core(|core| core.clock.set_auto_advance(on));
    assert!(
        is_virtual == Some(true),
        "time::set_auto_advance was called where no scheduler with virtual time runs"
    );
}

/// The future of [`advance`].
///
/// # Examples
///
/// ```
/// let mut scheduler = coweave::Scheduler::builder().virtual_time().build()?;
/// scheduler.run(async {
///     let advance: coweave::time::Advance = coweave::time::advance(std::time::Duration::from_secs(1));
///     advance.await;
/// });
/// # Ok::<(), coweave::BuildError>(())
/// ```
#[derive(Debug)]
#[must_use = "futures do nothing unless they are awaited"]
pub struct Advance {
    leaf: AdvanceLeaf,
    called_at: &'static Location<'static>,
}

impl Future for Advance {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let site = SiteRef::location(self.called_at);
        let polled = self.leaf.poll_from(cx, site);
        if polled.is_ready() {
            this_thread::goes_on();
        }
        polled
    }
}

/// An advance as it lies in a coroutine's frame.
#[derive(Debug)]
pub struct AdvanceLeaf {
    stage: Stage,
}

#[derive(Debug)]
enum Stage {
    New(Duration),
    /// Until the new instant.
    Sleeping(SleepLeaf, Instant),
    /// What is due then runs.
    Idle(IdleLeaf),
}

impl Awaited<Advance> {
    #[doc(hidden)]
    #[inline(always)]
    pub fn __coweave_into_leaf(self) -> AdvanceLeaf {
        self.0.leaf
    }
}

impl Leaf for AdvanceLeaf {
    type Output = ();

    fn step(mut self: Pin<&mut Self>, cx: &mut Context<'_>, site: &'static Site) -> Poll<()> {
        self.poll_from(cx, SiteRef::site(site))
    }
}

impl AdvanceLeaf {
    fn poll_from(&mut self, cx: &mut Context<'_>, site: SiteRef) -> Poll<()> {
        assert!(
            this_thread::with_core(|core| core.clock.is_virtual()) == Some(true),
            "time::advance was awaited where no scheduler with virtual time runs"
        );
        if let Stage::New(duration) = self.stage {
            let sleep = sleep(duration);
            let until = sleep.deadline();
            self.stage = Stage::Sleeping(sleep.timer, until);
        }
        if let Stage::Sleeping(timer, until) = &mut self.stage {
            if timer.poll_from(cx.waker(), site).is_pending() {
                this_thread::with_core(|core| core.may_advance_until(timer, *until));
                return Poll::Pending;
            }
            self.stage = Stage::Idle(IdleLeaf::new());
        }
        let Stage::Idle(idle) = &mut self.stage else { return Poll::Pending };
        idle.poll_from(cx.waker(), site)
    }
}

impl WorkerCore {
    /// The clock may go on until that instant, as long as the timer is set.
    fn may_advance_until(&self, timer: &SleepLeaf, until: Instant) {
        let Some(key) = timer.key() else { return };
        let mut advances = self.advances.borrow_mut();
        if !advances.iter().any(|(known, _)| *known == key) {
            advances.push((key, until));
        }
    }

    /// Whether a virtual clock may jump to `deadline` when nothing is ready.
    pub(crate) fn may_advance_to(&self, deadline: Instant) -> bool {
        if self.clock.advances_by_itself() {
            return true;
        }
        let mut advances = self.advances.borrow_mut();
        advances.retain(|(key, _)| self.timer_is_set(*key));
        advances.iter().any(|(_, until)| deadline <= *until)
    }
}
