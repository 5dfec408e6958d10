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
    type Grant: Copy;
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

/// What is given there.
pub(crate) type GrantOf<P> = <StateOf<P> as Gate>::Grant;

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
    let grant = state.queue().fetch((*key)?, |grant| Some(*grant))?;
    *key = None;
    Some(grant)
}

fn ask<S: Gate>(
    state: &mut S,
    wish: S::Wish,
    key: &mut Option<Key>,
    asker: &mut impl Asker,
    wakes: &mut Wakes,
) -> Answer<S::Grant> {
    let Some(waiting) = *key else { return ask_first(state, wish, key, asker, wakes) };
    match state.queue().poll(waiting, asker) {
        Polled::Waits => Answer::Waits,
        Polled::NeedsWaiter => Answer::NeedsWaiter,
        Polled::Granted(grant) => {
            *key = None;
            Answer::Ready(grant)
        }
    }
}

/// Of who does not wait yet.
#[inline(always)]
fn ask_first<S: Gate>(
    state: &mut S,
    wish: S::Wish,
    key: &mut Option<Key>,
    asker: &mut impl Asker,
    wakes: &mut Wakes,
) -> Answer<S::Grant> {
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

/// An operation that enters, and makes something of what it is given.
pub trait Entering {
    /// Points to the primitive.
    type Primitive: Deref<Target: Gated>;
    /// What it makes of that.
    type Output;
    /// How far it is.
    fn entry(&self) -> &Entry<Self::Primitive>;
    /// The same, to go on.
    fn entry_mut(&mut self) -> &mut Entry<Self::Primitive>;
    /// It was given this.
    fn given(&self, grant: GrantOf<Self::Primitive>) -> Self::Output;
}

impl<E: Entering> Operation for E {
    type Output = E::Output;

    const ASKS_TWICE: bool = true;

    #[inline(always)]
    fn kind(&self) -> Kind {
        self.entry().kind
    }

    fn ask(&mut self, asker: &mut impl Asker) -> Answer<Self::Output> {
        self.entry_mut().ask(asker).map(|grant| self.given(grant))
    }

    #[inline(always)]
    fn ask_simply(&mut self, asker: &mut impl Asker) -> Answer<Self::Output> {
        self.entry_mut().ask_simply(asker).map(|grant| self.given(grant))
    }

    #[inline(always)]
    fn fetch(&mut self) -> Option<Self::Output> {
        let grant = self.entry_mut().fetch()?;
        Some(self.given(grant))
    }
}

impl<P: Deref<Target: Gated>> Entering for Entry<P> {
    type Primitive = P;
    type Output = GrantOf<P>;

    #[inline(always)]
    fn entry(&self) -> &Self {
        self
    }

    #[inline(always)]
    fn entry_mut(&mut self) -> &mut Self {
        self
    }

    #[inline(always)]
    fn given(&self, grant: GrantOf<P>) -> GrantOf<P> {
        grant
    }
}

impl<P: Deref<Target: Gated>> Entry<P> {
    /// As `Operation::ask`.
    #[inline]
    pub(crate) fn ask(&mut self, asker: &mut impl Asker) -> Answer<GrantOf<P>> {
        change(&*self.primitive, |state, wakes| ask(state, self.wish, &mut self.key, asker, wakes))
    }

    /// As `Operation::ask_simply`.
    #[inline(always)]
    pub(crate) fn ask_simply(&mut self, asker: &mut impl Asker) -> Answer<GrantOf<P>> {
        if self.key.is_some() {
            return Answer::NeedsWaiter;
        }
        let Some(mut state) = self.primitive.state().hold_alone() else {
            return Answer::NeedsWaiter;
        };
        let mut wakes = Wakes::default();
        let answer = ask_first(&mut *state, self.wish, &mut self.key, asker, &mut wakes);
        drop(state);
        wakes.wake_all();
        answer
    }

    /// As `Operation::fetch`.
    #[inline(always)]
    pub(crate) fn fetch(&mut self) -> Option<GrantOf<P>> {
        fetch(&mut *self.primitive.state().hold_alone()?, &mut self.key)
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
