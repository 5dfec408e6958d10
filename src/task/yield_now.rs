//! Letting the others run.

use std::future::Future;
use std::hint::cold_path;
use std::panic::Location;
use std::pin::Pin;
use std::task::{Context, Poll};

use super::awaiting::{Awaited, Leaf};
use super::site_ref::SiteRef;
use super::this_thread::{self, Running};
use crate::coroutine::Site;

/// Suspends once and is ready again at once, behind all tasks that are ready.
///
/// Under other executors it wakes its task and suspends once.
///
/// # Cancellation
/// Dropping the future undoes nothing: the task stays ready.
///
/// # Examples
///
/// ```
/// use coweave::{spawn, yield_now};
///
/// coweave::run(async {
///     let other = spawn(async { println!("second") });
///     println!("first");
///     yield_now().await;
///     println!("third");
///     other.await.unwrap();
/// });
/// ```
#[track_caller]
#[inline(always)]
pub fn yield_now() -> YieldNow {
    YieldNow { called_at: Location::caller(), has_yielded: false }
}

/// The future of [`yield_now`].
///
/// # Examples
///
/// ```
/// coweave::run(async {
///     let turn: coweave::YieldNow = coweave::yield_now();
///     turn.await;
/// });
/// ```
#[derive(Debug)]
#[must_use = "futures do nothing unless they are awaited"]
pub struct YieldNow {
    called_at: &'static Location<'static>,
    has_yielded: bool,
}

#[inline(always)]
fn yield_running(running: Running<'_>, site: SiteRef) {
    let header = running.header();
    header.state.yields();
    header.site.set(site);
}

impl Future for YieldNow {
    type Output = ();

    #[inline]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if self.has_yielded {
            return Poll::Ready(());
        }
        self.has_yielded = true;
        match this_thread::lent(cx.waker()) {
            Some(running) => yield_running(running, SiteRef::location(self.called_at)),
            None => cx.waker().wake_by_ref(),
        }
        Poll::Pending
    }
}

/// A yield as it lies in a coroutine's frame: it takes no room there, for whatever resumes the
/// task ends it.
#[derive(Debug)]
pub struct YieldLeaf;

impl Awaited<YieldNow> {
    #[doc(hidden)]
    #[inline(always)]
    pub fn __coweave_into_leaf(self) -> YieldLeaf {
        YieldLeaf
    }
}

impl Leaf for YieldLeaf {
    type Output = ();

    #[inline(always)]
    fn step(self: Pin<&mut Self>, cx: &mut Context<'_>, site: &'static Site) -> Poll<()> {
        match this_thread::lent(cx.waker()) {
            Some(running) => yield_running(running, SiteRef::site(site)),
            None => {
                cold_path();
                wake_foreign(cx, site);
            }
        }
        Poll::Pending
    }

    #[inline(always)]
    fn resumed(self: Pin<&mut Self>) -> Option<()> {
        Some(())
    }
}

#[cold]
#[inline(never)]
fn wake_foreign(cx: &Context<'_>, site: &'static Site) {
    this_thread::with_running(|running| running.header().site.set(SiteRef::site(site)));
    cx.waker().wake_by_ref();
}
