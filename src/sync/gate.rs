//! Waiting at a primitive: the one operation of all of them.
//!
//! A primitive's state says what who comes is given at once; who is given nothing waits in the
//! state's queue until it is granted something. The invariant: who was granted something either
//! takes it, or, when it is dropped before, gives it back to the state, for the next.

use std::fmt::Debug;
use std::hint::cold_path;
use std::ops::Deref;

use super::mode::{Exclusive, Mode, Parts};
use super::wait_queue::{Key, Left, Polled, WaitQueue};
use crate::primitives::quietly;
use crate::task::Waits;
use crate::task::wait::{Answer, Kind, Operation};
use crate::task::waiter::{Asker, Wakes};

/// A state at which one waits.
pub trait Gate {
    /// What one comes for.
    type Wish: Copy + Debug;
    /// What one is given.
    type Grant;
    /// Who waits.
    fn queue(&mut self) -> &mut WaitQueue<Self::Wish, Self::Grant>;
    /// What who comes is given at once; if nothing, nothing has changed.
    fn enter(&mut self, wish: Self::Wish, wakes: &mut Wakes) -> Option<Self::Grant>;
    /// Who was given this will not use it.
    #[inline(always)]
    fn give_back(&mut self, _wish: Self::Wish, _grant: Self::Grant, _wakes: &mut Wakes) {}
    /// One more waits.
    #[inline(always)]
    fn has_joined(&mut self) {}
    /// One of those who waited has left.
    #[inline(always)]
    fn has_left(&mut self, _wakes: &mut Wakes) {}
}

/// A primitive with such a state.
pub trait Gated {
    /// Who may share it.
    type Mode: Mode;
    /// Its state.
    type State: Gate;
    /// Where its state is.
    fn state(&self) -> &<Self::Mode as Parts>::Cell<Self::State>;
}

/// The state of what a pointer leads to.
type StateOf<P> = <<P as Deref>::Target as Gated>::State;

/// Changes a primitive's state, and then wakes those who were granted something.
#[inline(always)]
pub(crate) fn change<G: Gated + ?Sized, R>(
    gated: &G,
    change: impl FnOnce(&mut G::State, &mut Wakes) -> R,
) -> R {
    let mut wakes = Wakes::default();
    // No closure around the closure, which would be called.
    let mut state = gated.state().hold();
    let result = change(&mut state, &mut wakes);
    drop(state);
    wakes.wake_all();
    result
}

/// Waiting at the primitive to which `P` points.
#[derive(Debug)]
pub struct Entry<P: Deref<Target: Gated>> {
    primitive: P,
    wish: <StateOf<P> as Gate>::Wish,
    kind: Kind,
    key: Option<Key>,
}

impl<P: Deref<Target: Gated>> Entry<P> {
    #[inline(always)]
    pub(crate) fn new(primitive: P, wish: <StateOf<P> as Gate>::Wish, waits: Waits) -> Self {
        Self { primitive, wish, kind: Kind(waits), key: None }
    }

    #[inline(always)]
    pub(crate) fn primitive(&self) -> &P {
        &self.primitive
    }

    /// What one came for.
    pub(crate) fn wish(&self) -> <StateOf<P> as Gate>::Wish {
        self.wish
    }
}

/// Takes what was granted while it waited.
#[inline(always)]
fn fetch<S: Gate>(state: &mut S, key: &mut Option<Key>) -> Option<S::Grant> {
    let grant = state.queue().fetch((*key)?)?;
    *key = None;
    Some(grant)
}

#[inline(always)]
fn ask<S: Gate>(
    state: &mut S,
    wish: S::Wish,
    key: &mut Option<Key>,
    asker: &mut impl Asker,
    wakes: &mut Wakes,
) -> Answer<S::Grant> {
    if key.is_some() {
        cold_path();
        return asker.aside(|asker| ask_again(state, key, asker));
    }
    if let Some(grant) = state.enter(wish, wakes) {
        return Answer::Ready(grant);
    }
    match state.queue().join(asker, wish) {
        Ok(joined) => {
            *key = Some(joined);
            state.has_joined();
            Answer::Waits
        }
        Err(_) => Answer::NeedsWaiter,
    }
}

/// What became of the wait.
#[inline(never)]
fn ask_again<S: Gate>(
    state: &mut S,
    key: &mut Option<Key>,
    asker: &mut impl Asker,
) -> Answer<S::Grant> {
    let waiting = key.expect("it waits");
    match state.queue().poll(waiting, asker) {
        Polled::Waits => Answer::Waits,
        Polled::NeedsWaiter => Answer::NeedsWaiter,
        Polled::Granted(grant) => {
            *key = None;
            Answer::Ready(grant)
        }
    }
}

impl<P: Deref<Target: Gated>> Operation for Entry<P> {
    type Output = <StateOf<P> as Gate>::Grant;

    #[inline(always)]
    fn kind(&self) -> Kind {
        self.kind
    }

    #[inline(always)]
    fn ask(&mut self, asker: &mut impl Asker) -> Answer<Self::Output> {
        let mut wakes = Wakes::default();
        let mut state = self.primitive.state().hold();
        let answer = ask(&mut *state, self.wish, &mut self.key, asker, &mut wakes);
        drop(state);
        wakes.wake_all();
        answer
    }

    #[inline(always)]
    fn fetch(&mut self) -> Option<Self::Output> {
        fetch(&mut *self.primitive.state().hold(), &mut self.key)
    }
}

impl<P: Deref<Target: Gated>> Drop for Entry<P> {
    #[inline(always)]
    fn drop(&mut self) {
        if let Some(key) = self.key {
            cold_path();
            self.give_up(key);
        }
    }
}

impl<P: Deref<Target: Gated>> Entry<P> {
    #[cold]
    #[inline(never)]
    fn give_up(&mut self, key: Key) {
        let wish = self.wish;
        let waiter = change(&*self.primitive, |state, wakes| {
            let (left, waiter) = state.queue().leave(key);
            match left {
                Left::Granted(grant) => state.give_back(wish, grant, wakes),
                Left::Waiting(_) => state.has_left(wakes),
            }
            waiter
        });
        quietly(|| drop(waiter));
    }
}
