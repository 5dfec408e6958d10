//! The first of several futures: what `select!` and `race!` await.
//!
//! The macro builds a [`Chain`] of branches and awaits a [`Select`], again and again until what it
//! gives matches its branch's pattern: a branch is empty once its future was ready. All are dropped
//! with the `Select`, before a handler runs.

use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::task::{Context, Poll};

use pin_project::pin_project;

use super::awaiting::at_innermost_site;
use super::chain::{Chain, End};
use super::numbers::number_below;
use super::this_thread;
use crate::coroutine::Site;

/// This file, whose lines are no places of the user's.
pub(super) const FILE: &str = file!();

/// A branch; empty where its guard was false, and once its future was ready.
#[derive(Debug)]
#[pin_project]
pub struct Branch<F>(#[pin] Option<F>);

/// A branch that waits for `future`.
#[inline(always)]
pub fn branch<F: IntoFuture>(future: F) -> Branch<F::IntoFuture> {
    Branch(Some(future.into_future()))
}

/// A branch whose guard is false.
#[inline(always)]
pub fn no_branch<F>() -> Branch<F> {
    Branch(None)
}

/// The value of the branch that was ready, at its place in the chain.
#[derive(Debug)]
pub enum Won<V, R> {
    /// Of this branch.
    Here(V),
    /// Of one behind it.
    There(R),
}

/// What stands behind the last branch.
#[derive(Debug)]
pub enum Nowhere {}

/// A chain of branches.
pub trait Branches {
    /// The value of one of them.
    type Won;
    /// How many still wait.
    fn enabled_count(&self) -> u32;
    /// Polls those that still wait, from the one before which `from` others do to the one before
    /// which `until` do, until one is ready.
    fn poll_some(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        from: u32,
        until: u32,
    ) -> Poll<Self::Won>;
}

impl Branches for End {
    type Won = Nowhere;

    #[inline(always)]
    fn enabled_count(&self) -> u32 {
        0
    }

    #[inline(always)]
    fn poll_some(self: Pin<&mut Self>, _: &mut Context<'_>, _: u32, _: u32) -> Poll<Nowhere> {
        Poll::Pending
    }
}

impl<F: Future, R: Branches> Branches for Chain<Branch<F>, R> {
    type Won = Won<F::Output, R::Won>;

    #[inline]
    fn enabled_count(&self) -> u32 {
        u32::from(self.0.0.is_some()) + self.1.enabled_count()
    }

    #[inline]
    fn poll_some(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        from: u32,
        until: u32,
    ) -> Poll<Self::Won> {
        let this = self.project();
        let mut future = this.0.project().0;
        let (mut from, mut until) = (from, until);
        if let Some(waiting) = future.as_mut().as_pin_mut() {
            if until == 0 {
                return Poll::Pending;
            }
            if from == 0
                && let Poll::Ready(value) = waiting.poll(cx)
            {
                future.set(None);
                return Poll::Ready(Won::Here(value));
            }
            (from, until) = (from.saturating_sub(1), until - 1);
        }
        // The only call: with two, what is inlined would double at each link.
        this.1.poll_some(cx, from, until).map(Won::There)
    }
}

/// Waits for the first value of any branch; gives `None` where no branch waits any more.
///
/// With `IS_FAIR`, each poll begins at a branch that the worker's numbers choose, and goes around.
#[derive(Debug)]
#[pin_project]
pub struct Select<B, const IS_FAIR: bool> {
    #[pin]
    branches: B,
    site: &'static Site,
}

/// What `select!` and `race!` at `site` await.
#[inline(always)]
pub fn select<const IS_FAIR: bool, B>(branches: B, site: &'static Site) -> Select<B, IS_FAIR> {
    Select { branches, site }
}

impl<B: Branches, const IS_FAIR: bool> Future for Select<B, IS_FAIR> {
    type Output = Option<B::Won>;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let mut branches = this.branches;
        let count = branches.enabled_count();
        if count == 0 {
            return Poll::Ready(None);
        }
        let first = if IS_FAIR && count > 1 { number_below(count) } else { 0 };
        let polled = at_innermost_site(this.site, || {
            let mut polled = branches.as_mut().poll_some(cx, first, count);
            if polled.is_pending() && first > 0 {
                polled = branches.poll_some(cx, 0, first);
            }
            polled
        });
        if polled.is_ready() {
            this_thread::goes_on();
        }
        polled.map(Some)
    }
}

/// What `select` gave: it says the type of what stands behind the last branch.
#[inline(always)]
pub fn given_by<B: Branches, const IS_FAIR: bool>(
    _: &Pin<&mut Select<B, IS_FAIR>>,
    won: B::Won,
) -> Option<B::Won> {
    Some(won)
}

/// No branch of a `select!` without `else` waits any more.
#[cold]
pub fn all_disabled(site: &'static Site) -> ! {
    panic!(
        "every branch of the `select!` at {}:{}:{} is disabled, and it has no `else`",
        site.file(),
        site.line(),
        site.column()
    )
}

/// What does not match its pattern disables its branch, and never comes here.
#[cold]
pub fn does_not_match() -> ! {
    unreachable!("a value was taken for its pattern's that does not match it")
}

/// Awaits several futures at once, and runs the handler of the first whose value matches its
/// pattern.
///
/// ```text
/// select! {
///     biased;                                       // optional
///     pattern = future => handler,
///     pattern = future, if guard => { handler }     // a block needs no comma
///     else => handler                               // optional
/// }
/// ```
/// It is an expression: all handlers have one type. It stands in any `async` code and in coroutines,
/// streams too. A handler is code of the function around it: it may `.await`, `yield`, use `?`,
/// `return`, and `break` out of a loop that stands around the macro.
///
/// 1. The guards are evaluated, in order. A future whose guard is false is not made: its expression
///    is not evaluated.
/// 2. The other futures are made, in order, and polled within this one task. A value that matches its
///    pattern wins. One that does not is dropped, and disables its branch.
/// 3. All futures are dropped, in order. Only then the handler of the winner runs, so it may use what the
///    futures had borrowed.
///
/// Where every branch is disabled, `else` runs.
///
/// Which branch is polled first is chosen anew at each poll, so that one that is always ready does
/// not starve the others. The choice is the [seed](crate::Builder::seed)'s: under virtual time a
/// program has one order of events. With `biased;` the branches are polled in their order.
///
/// Every poll polls all futures that wait; there is no bound on their number but the compiler's
/// limit of recursion, which allows for more than sixty. Nothing is allocated.
///
/// A future that shall live on in the next round of a loop is pinned outside of it, and awaited as
/// `&mut future`. What an expression borrows for a moment lives while the futures wait, as around
/// `.await`; but not in a branch with a guard: bind it before.
///
/// In a coroutine the macro is known by its bare name, or by the path of the library; under another
/// name, or in the arguments of another macro that takes no expressions, it cannot suspend.
///
/// # Cancellation
/// Dropping the task that waits here drops all futures, each once, in order. What a future that
/// loses had done so far is lost if it keeps that in itself: awaiting a `&mut` of it keeps it. What a
/// future that is dropped gives up and passes on is told [in one place](crate::task#cancellation).
///
/// # Panics
/// Where every branch is disabled and there is no `else`; and if a future panics.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use coweave::{select, sleep};
///
/// #[coweave::coroutine]
/// fn first_line(lines: Vec<Option<&str>>, limit: Duration) -> &str {
///     let mut deadline = std::pin::pin!(sleep(limit));
///     for line in lines {
///         let next = async {
///             sleep(Duration::from_secs(1)).await;
///             line
///         };
///         select! {
///             () = &mut deadline => return "too late",
///             Some(line) = next => return line,
///             else => unreachable!("the deadline comes"),
///         }
///     }
///     "nothing"
/// }
///
/// let mut scheduler = coweave::Scheduler::builder().virtual_time().build()?;
/// let long = Duration::from_secs(5);
/// assert_eq!(scheduler.run(first_line(vec![Some("a"), None], long)), "a");
/// assert_eq!(scheduler.run(first_line(vec![None, Some("b")], long)), "too late");
/// assert_eq!(scheduler.run(first_line(vec![], long)), "nothing");
/// # Ok::<(), coweave::BuildError>(())
/// ```
#[macro_export]
macro_rules! select {
    (@is_used) => {};
    ($($tokens:tt)*) => {
        $crate::__private::__select!(($crate) $($tokens)*)
    };
}

/// Awaits several futures of one output type at once, and gives the output of the first that is
/// ready.
///
/// They are polled within this one task, beginning at each poll with another one, as
/// [`select!`](crate::select) does; `race! { biased; a, b }` polls them in their order. The others
/// are dropped before the output is given.
///
/// # Cancellation
/// Dropping the task that waits here drops all futures, each once, in order.
///
/// # Panics
/// If a future panics.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
///
/// async fn after(seconds: u64) -> u64 {
///     coweave::sleep(Duration::from_secs(seconds)).await;
///     seconds
/// }
///
/// let mut scheduler = coweave::Scheduler::builder().virtual_time().build()?;
/// assert_eq!(scheduler.run(async { coweave::race!(after(3), after(1), after(2)) }), 1);
/// # Ok::<(), coweave::BuildError>(())
/// ```
#[macro_export]
macro_rules! race {
    (@is_used) => {};
    ($($tokens:tt)*) => {
        $crate::__private::__race!(($crate) $($tokens)*)
    };
}
