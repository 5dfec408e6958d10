//! Permits beside a plain twin: what is taken, awaited, given back and given up in random order gives
//! the same permits to the same waits, in the same order.
//!
//! `SYNC_CASES` says how many cases are tried (default 256, of up to 60 operations each).
//!
//! That the model notices was seen with each of these faults, put into `src/sync` by hand: who asks for
//! few overtakes; who leaves lets nobody behind go on; who leaves loses what it was given; a try that
//! fails gives something back.

use std::collections::VecDeque;
use std::sync::Arc;
use std::task::{Poll, Waker};

use coweave::sync::{
    Acquire, Read, RwLock, RwLockReadGuard, RwLockWriteGuard, Semaphore, SemaphorePermit, Write,
};
use proptest::prelude::*;

use crate::support::{Wakes, poll_with};

/// What is done; waits and guards are chosen by a number among those that there are.
#[derive(Debug, Clone, Copy)]
enum Step {
    /// Begins to wait for so many, and polls once.
    Acquire(usize),
    Try(usize),
    /// Polls a wait; with another waker, if that is said.
    Poll(usize, bool),
    /// Drops a wait.
    Leave(usize),
    /// Drops a guard.
    Give(usize),
    Forget(usize),
    Release(usize),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        4 => (0..5usize).prop_map(Step::Acquire),
        1 => (0..5usize).prop_map(Step::Try),
        3 => (any::<usize>(), any::<bool>()).prop_map(|(which, anew)| Step::Poll(which, anew)),
        2 => any::<usize>().prop_map(Step::Leave),
        3 => any::<usize>().prop_map(Step::Give),
        1 => any::<usize>().prop_map(Step::Forget),
        1 => (0..4usize).prop_map(Step::Release),
    ];
    prop::collection::vec(step, 1..60)
}

fn config() -> ProptestConfig {
    let cases = std::env::var("SYNC_CASES").ok().and_then(|cases| cases.parse().ok());
    ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(cases.unwrap_or(256)) }
}

/// The plain twin.
#[derive(Debug, Default)]
struct Twin {
    free: usize,
    /// Waits by their numbers, with how many each asks for.
    queue: VecDeque<(u32, usize)>,
    granted: Vec<u32>,
}

impl Twin {
    fn settle(&mut self) {
        while let Some(&(wait, count)) = self.queue.front()
            && count <= self.free
        {
            self.free -= count;
            self.granted.push(wait);
            self.queue.pop_front();
        }
    }

    fn enter(&mut self, wait: u32, count: usize) {
        self.queue.push_back((wait, count));
        self.settle();
    }

    fn try_take(&mut self, count: usize) -> bool {
        let takes = self.queue.is_empty() && count <= self.free;
        self.free -= if takes { count } else { 0 };
        takes
    }

    fn give(&mut self, count: usize) {
        self.free += count;
        self.settle();
    }

    /// Says whether a wait was granted, which then is forgotten.
    fn take_grant(&mut self, wait: u32) -> bool {
        let place = self.granted.iter().position(|granted| *granted == wait);
        place.map(|place| self.granted.swap_remove(place)).is_some()
    }

    fn leave(&mut self, wait: u32, count: usize) {
        if self.take_grant(wait) {
            self.free += count;
        }
        self.queue.retain(|(waiting, _)| *waiting != wait);
        self.settle();
    }
}

/// A wait under way, and its number.
struct Waiting<F> {
    number: u32,
    count: usize,
    future: F,
    wakes: Arc<Wakes>,
    waker: Waker,
}

/// What is tried: a primitive, its waits and its guards.
trait Primitive {
    type Wait<'a>: Future<Output = Self::Guard<'a>> + Unpin
    where
        Self: 'a;
    type Guard<'a>
    where
        Self: 'a;
    fn new(free: usize) -> Self;
    /// As many as a wish of this size takes.
    fn count(wish: usize) -> usize;
    fn wait(&self, wish: usize) -> Self::Wait<'_>;
    fn try_take(&self, wish: usize) -> Option<Self::Guard<'_>>;
    /// Gives up a guard without giving back, if that can be.
    fn forget(guard: Self::Guard<'_>) -> bool;
    /// Adds as many, if that can be.
    fn release(&self, count: usize) -> bool;
    fn free(&self) -> Option<usize>;
}

impl Primitive for Semaphore {
    type Wait<'a> = Unwrapped<'a>;
    type Guard<'a> = SemaphorePermit<'a>;

    fn new(free: usize) -> Self {
        Self::new(free)
    }
    fn count(wish: usize) -> usize {
        wish
    }
    fn wait(&self, wish: usize) -> Unwrapped<'_> {
        Unwrapped(self.acquire_many(wish))
    }
    fn try_take(&self, wish: usize) -> Option<SemaphorePermit<'_>> {
        self.try_acquire_many(wish).ok()
    }
    fn forget(guard: SemaphorePermit<'_>) -> bool {
        guard.forget();
        true
    }
    fn release(&self, count: usize) -> bool {
        Self::release(self, count);
        true
    }
    fn free(&self) -> Option<usize> {
        Some(self.available_permits())
    }
}

/// An acquire that is never refused.
struct Unwrapped<'a>(Acquire<'a>);

impl<'a> Future for Unwrapped<'a> {
    type Output = SemaphorePermit<'a>;

    fn poll(
        mut self: std::pin::Pin<&mut Self>,
        cx: &mut std::task::Context<'_>,
    ) -> Poll<SemaphorePermit<'a>> {
        poll_with(&mut self.0, cx.waker()).map(|permit| permit.expect("it is not closed"))
    }
}

/// How many permits the twin of a read-write lock has: more than there are readers.
const ALL: usize = 1000;

enum Either<L, R> {
    Read(L),
    Write(R),
}

impl<L: Future + Unpin, R: Future + Unpin> Future for Either<L, R> {
    type Output = Either<L::Output, R::Output>;

    fn poll(
        mut self: std::pin::Pin<&mut Self>,
        cx: &mut std::task::Context<'_>,
    ) -> Poll<Self::Output> {
        match &mut *self {
            Self::Read(read) => poll_with(read, cx.waker()).map(Either::Read),
            Self::Write(write) => poll_with(write, cx.waker()).map(Either::Write),
        }
    }
}

impl Primitive for RwLock<u32> {
    type Wait<'a> = Either<Read<'a, u32>, Write<'a, u32>>;
    type Guard<'a> = Either<RwLockReadGuard<'a, u32>, RwLockWriteGuard<'a, u32>>;

    fn new(_free: usize) -> Self {
        Self::new(0)
    }
    fn count(wish: usize) -> usize {
        if wish < 3 { 1 } else { ALL }
    }
    fn wait(&self, wish: usize) -> Self::Wait<'_> {
        if wish < 3 { Either::Read(self.read()) } else { Either::Write(self.write()) }
    }
    fn try_take(&self, wish: usize) -> Option<Self::Guard<'_>> {
        if wish < 3 {
            self.try_read().map(Either::Read)
        } else {
            self.try_write().map(Either::Write)
        }
    }
    fn forget(guard: Self::Guard<'_>) -> bool {
        match guard {
            Either::Read(read) => assert!(*read < u32::MAX),
            Either::Write(mut write) => *write += 1,
        }
        false
    }
    fn release(&self, _count: usize) -> bool {
        false
    }
    fn free(&self) -> Option<usize> {
        None
    }
}

/// Both have as many free, and those whom the twin granted something were woken, once.
fn check<P: Primitive>(
    primitive: &P,
    twin: &Twin,
    waits: &[Waiting<P::Wait<'_>>],
) -> Result<(), TestCaseError> {
    if let Some(free) = primitive.free() {
        prop_assert_eq!(free, twin.free);
    }
    for wait in waits {
        let is_granted = twin.granted.contains(&wait.number);
        prop_assert_eq!(wait.wakes.count(), usize::from(is_granted), "wait {}", wait.number);
    }
    Ok(())
}

/// Does the steps with a primitive and with its twin.
fn compare<P: Primitive>(free: usize, steps: &[Step]) -> Result<(), TestCaseError> {
    let primitive = P::new(free);
    let mut twin = Twin { free, ..Twin::default() };
    let mut waits: Vec<Waiting<P::Wait<'_>>> = Vec::new();
    let mut guards: Vec<(usize, P::Guard<'_>)> = Vec::new();
    let mut next = 0;
    for step in steps {
        match *step {
            Step::Acquire(wish) => {
                next += 1;
                let count = P::count(wish);
                let (wakes, waker) = Wakes::new();
                let mut future = primitive.wait(wish);
                twin.enter(next, count);
                match poll_with(&mut future, &waker) {
                    Poll::Ready(guard) => {
                        prop_assert!(twin.take_grant(next));
                        guards.push((count, guard));
                    }
                    Poll::Pending => {
                        waits.push(Waiting { number: next, count, future, wakes, waker });
                    }
                }
            }
            Step::Try(wish) => {
                let guard = primitive.try_take(wish);
                prop_assert_eq!(guard.is_some(), twin.try_take(P::count(wish)));
                guards.extend(guard.map(|guard| (P::count(wish), guard)));
            }
            Step::Poll(which, anew) if !waits.is_empty() => {
                let which = which % waits.len();
                let wait = &mut waits[which];
                if anew && wait.wakes.count() == 0 {
                    (wait.wakes, wait.waker) = Wakes::new();
                }
                if let Poll::Ready(guard) = poll_with(&mut wait.future, &wait.waker) {
                    let wait = waits.remove(which);
                    prop_assert_eq!(wait.wakes.count(), 1);
                    prop_assert!(twin.take_grant(wait.number));
                    guards.push((wait.count, guard));
                }
            }
            Step::Leave(which) if !waits.is_empty() => {
                let wait = waits.remove(which % waits.len());
                drop(wait.future);
                twin.leave(wait.number, wait.count);
            }
            Step::Give(which) if !guards.is_empty() => {
                let (count, guard) = guards.remove(which % guards.len());
                drop(guard);
                twin.give(count);
            }
            Step::Forget(which) if !guards.is_empty() => {
                let (count, guard) = guards.remove(which % guards.len());
                if !P::forget(guard) {
                    twin.give(count);
                }
            }
            Step::Release(count) => {
                if primitive.release(count) {
                    twin.give(count);
                }
            }
            Step::Poll(..) | Step::Leave(_) | Step::Give(_) | Step::Forget(_) => {}
        }
        check(&primitive, &twin, &waits)?;
    }
    Ok(())
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn a_semaphore_does_what_its_twin_does(free in 0..6usize, steps in steps()) {
        compare::<Semaphore>(free, &steps)?;
    }

    #[test]
    fn a_read_write_lock_does_what_its_twin_does(steps in steps()) {
        compare::<RwLock<u32>>(ALL, &steps)?;
    }
}
