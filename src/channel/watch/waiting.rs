//! What waits at a watch: for a change, for a value, for the end of all receivers.

use super::super::error::RecvError;
use super::receiver::{Receiver, Ref};
use super::sender::Pointer;
use crate::primitives::quietly;
use crate::sync::mode::{Exclusive, Mode, Shared};
use crate::sync::wait_queue::Key;
use crate::task::Waits;
use crate::task::wait::{Answer, Kind, Operation, future_of_operation, shown_by_name};
use crate::task::waiter::Asker;

/// Waiting for another value than the one seen, with a place that is kept elsewhere.
pub(super) struct NextChange<'a, T, M: Mode> {
    pub(super) channel: &'a Pointer<T, M>,
    pub(super) seen: u64,
    pub(super) key: &'a mut Option<Key>,
}

impl<T, M: Mode> Operation for NextChange<'_, T, M> {
    type Output = Result<(), RecvError>;

    fn kind(&self) -> Kind {
        Kind(Waits::Receive)
    }

    fn ask(&mut self, asker: &mut impl Asker) -> Answer<Self::Output> {
        self.channel.with(|state| state.wait_for_change(self.seen, self.key, asker))
    }
}

fn leave<T, M: Mode>(receiver: &Receiver<T, M>, key: &mut Option<Key>) {
    if let Some(key) = key.take() {
        let waiter = receiver.channel().with(|state| state.leave_change(key));
        quietly(|| drop(waiter));
    }
}

/// Waiting for another value than the one seen.
pub struct Changing<'a, T, M: Mode> {
    receiver: &'a mut Receiver<T, M>,
    key: Option<Key>,
}

shown_by_name!(Changing['a, T, M: Mode]['a, T, M]);

impl<'a, T, M: Mode> Changing<'a, T, M> {
    pub(super) fn new(receiver: &'a mut Receiver<T, M>) -> Self {
        Self { receiver, key: None }
    }
}

impl<T, M: Mode> Operation for Changing<'_, T, M> {
    type Output = Result<(), RecvError>;

    fn kind(&self) -> Kind {
        Kind(Waits::Receive)
    }

    fn ask(&mut self, asker: &mut impl Asker) -> Answer<Self::Output> {
        let (seen, key) = (self.receiver.seen(), &mut self.key);
        let (answer, version) = self
            .receiver
            .channel()
            .with(|state| (state.wait_for_change(seen, key, asker), state.version()));
        if let Answer::Ready(Ok(())) = answer {
            self.receiver.see(version);
        }
        answer
    }
}

impl<T, M: Mode> Drop for Changing<'_, T, M> {
    fn drop(&mut self) {
        leave(self.receiver, &mut self.key);
    }
}

/// Waiting for a value for which a predicate holds.
pub struct Satisfying<'a, T, F, M: Mode> {
    receiver: &'a mut Receiver<T, M>,
    predicate: F,
    /// The version for which it does not hold.
    tried: Option<u64>,
    key: Option<Key>,
}

shown_by_name!(Satisfying['a, T, F, M: Mode]['a, T, F, M]);

impl<'a, T, F, M: Mode> Satisfying<'a, T, F, M> {
    pub(super) fn new(receiver: &'a mut Receiver<T, M>, predicate: F) -> Self {
        Self { receiver, predicate, tried: None, key: None }
    }
}

impl<T, F: FnMut(&T) -> bool, M: Mode> Operation for Satisfying<'_, T, F, M> {
    type Output = Result<Ref<T, M>, RecvError>;

    fn kind(&self) -> Kind {
        Kind(Waits::Receive)
    }

    fn ask(&mut self, asker: &mut impl Asker) -> Answer<Self::Output> {
        loop {
            if let Some(seen) = self.tried {
                let channel = self.receiver.channel();
                match (NextChange::<T, M> { channel, seen, key: &mut self.key }.ask(asker)) {
                    Answer::Ready(Ok(())) => {}
                    Answer::Ready(Err(ended)) => return Answer::Ready(Err(ended)),
                    Answer::Waits => return Answer::Waits,
                    Answer::NeedsWaiter => return Answer::NeedsWaiter,
                }
            }
            let (value, version) = self.receiver.channel().with(|state| state.latest());
            let value = Ref::new(value);
            // The predicate is foreign code: nothing is held here.
            if (self.predicate)(&value) {
                self.receiver.see(version);
                return Answer::Ready(Ok(value));
            }
            self.tried = Some(version);
        }
    }
}

impl<T, F, M: Mode> Drop for Satisfying<'_, T, F, M> {
    fn drop(&mut self) {
        leave(self.receiver, &mut self.key);
    }
}

/// Waiting for the end of all receivers.
pub struct Closing<'a, T, M: Mode> {
    channel: &'a Pointer<T, M>,
    key: Option<Key>,
}

shown_by_name!(Closing['a, T, M: Mode]['a, T, M]);

impl<'a, T, M: Mode> Closing<'a, T, M> {
    pub(super) fn new(channel: &'a Pointer<T, M>) -> Self {
        Self { channel, key: None }
    }
}

impl<T, M: Mode> Operation for Closing<'_, T, M> {
    type Output = ();

    fn kind(&self) -> Kind {
        Kind(Waits::Other)
    }

    fn ask(&mut self, asker: &mut impl Asker) -> Answer<()> {
        self.channel.with(|state| state.wait_for_close(&mut self.key, asker))
    }
}

impl<T, M: Mode> Drop for Closing<'_, T, M> {
    fn drop(&mut self) {
        if let Some(key) = self.key.take() {
            let waiter = self.channel.with(|state| state.leave_close(key));
            quietly(|| drop(waiter));
        }
    }
}

future_of_operation! {
    /// The future of [`Receiver::changed`].
    ///
    /// # Examples
    ///
    /// ```
    /// coweave::run(async {
    ///     let (sender, mut receiver) = coweave::channel::watch(1);
    ///     sender.send(2).unwrap();
    ///     let changed: coweave::channel::watch::Changed<'_, i32> = receiver.changed();
    ///     changed.await.unwrap();
    /// });
    /// ```
    pub struct Changed['a, T, M: Mode = Shared]['a, T, M: Mode]['a, T, M](Changing<'a, T, M>);
}

future_of_operation! {
    /// The future of [`Receiver::wait_for`].
    ///
    /// # Examples
    ///
    /// ```
    /// coweave::run(async {
    ///     let (_sender, mut receiver) = coweave::channel::watch(1);
    ///     let is_one: fn(&i32) -> bool = |n| *n == 1;
    ///     let wait: coweave::channel::watch::WaitFor<'_, i32, _> = receiver.wait_for(is_one);
    ///     assert!(wait.await.is_ok());
    /// });
    /// ```
    pub struct WaitFor['a, T, F, M: Mode = Shared]
        ['a, T, F: FnMut(&T) -> bool, M: Mode]['a, T, F, M](Satisfying<'a, T, F, M>);
}

future_of_operation! {
    /// The future of [`Sender::closed`](super::Sender::closed).
    ///
    /// # Examples
    ///
    /// ```
    /// coweave::run(async {
    ///     let (sender, receiver) = coweave::channel::watch(1);
    ///     drop(receiver);
    ///     let closed: coweave::channel::watch::Closed<'_, i32> = sender.closed();
    ///     closed.await;
    /// });
    /// ```
    pub struct Closed['a, T, M: Mode = Shared]['a, T, M: Mode]['a, T, M](Closing<'a, T, M>);
}
