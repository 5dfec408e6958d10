//! The state of a channel for one value.
//!
//! The invariants: a value is there only until it is taken; an end waits only while the other is
//! there, and at most once.

use super::super::error::{RecvError, SendError, TryRecvError};
use crate::primitives::quietly;
use crate::task::wait::Answer;
use crate::task::wait_place::PlaceNumber;
use crate::task::waiter::{Asker, Wait};

/// See the module.
#[derive(Debug)]
pub(super) struct State<T> {
    value: Option<T>,
    /// The receiver, which waits for the value.
    receiver: Option<Wait>,
    /// The sender, which waits for the receiver's end.
    sender: Option<Wait>,
    has_sender: bool,
    /// No value may be sent any more.
    is_closed: bool,
}

impl<T> State<T> {
    #[inline(always)]
    pub(super) const fn new() -> Self {
        Self { value: None, receiver: None, sender: None, has_sender: true, is_closed: false }
    }

    pub(super) fn is_closed(&self) -> bool {
        self.is_closed
    }

    /// The sender's last word; gives who is to be woken.
    #[inline(always)]
    pub(super) fn send(&mut self, value: T) -> Result<Option<Wait>, SendError<T>> {
        if self.is_closed {
            return Err(SendError(value));
        }
        self.value = Some(value);
        Ok(self.drop_sender())
    }

    #[inline(always)]
    pub(super) fn drop_sender(&mut self) -> Option<Wait> {
        self.has_sender = false;
        self.receiver.take()
    }

    #[inline(always)]
    pub(super) fn try_recv(&mut self) -> Result<T, TryRecvError> {
        match self.value.take() {
            Some(value) => Ok(value),
            None if self.has_sender && !self.is_closed => Err(TryRecvError::Empty),
            None => Err(TryRecvError::Disconnected),
        }
    }

    #[inline(always)]
    pub(super) fn recv(&mut self, asker: &mut impl Asker) -> Answer<Result<T, RecvError>> {
        match self.try_recv() {
            Ok(value) => Answer::Ready(Ok(value)),
            Err(TryRecvError::Disconnected) => Answer::Ready(Err(RecvError)),
            Err(TryRecvError::Empty) => stand_in(&mut self.receiver, asker),
        }
    }

    /// What the sender has left. Who waited and was not woken, which rarely is anybody, is dropped: the state
    /// is the caller's alone.
    #[inline(always)]
    pub(super) fn take_value(&mut self) -> Result<T, RecvError> {
        if self.receiver.is_some() || self.sender.is_some() {
            self.drop_waits();
        }
        self.value.take().ok_or(RecvError)
    }

    #[cold]
    #[inline(never)]
    fn drop_waits(&mut self) {
        let left = (self.receiver.take(), self.sender.take());
        quietly(|| drop(left));
    }

    /// The receiver wants nothing sent any more; gives who is to be woken.
    pub(super) fn close(&mut self) -> Option<Wait> {
        self.is_closed = true;
        self.sender.take()
    }

    /// The receiver has gone: gives who is to be woken, and the value and its own waiter, which are to be
    /// dropped where nothing is held.
    #[inline(always)]
    pub(super) fn drop_receiver(&mut self) -> (Option<Wait>, Option<T>, Option<Wait>) {
        (self.close(), self.value.take(), self.receiver.take())
    }

    pub(super) fn wait_for_close(&mut self, asker: &mut impl Asker) -> Answer<()> {
        if self.is_closed { Answer::Ready(()) } else { stand_in(&mut self.sender, asker) }
    }

    /// The sender no longer waits.
    pub(super) fn leave_close(&mut self) -> Option<Wait> {
        self.sender.take()
    }
}

/// Waits in the one place there is for it.
#[inline(always)]
fn stand_in<T>(place: &mut Option<Wait>, asker: &mut impl Asker) -> Answer<T> {
    let stands = match place {
        Some(waiting) => asker.replace(waiting),
        None => {
            *place = asker.take();
            place.is_some()
        }
    };
    if !stands {
        return Answer::NeedsWaiter;
    }
    asker.waits_at(PlaceNumber::default());
    Answer::Waits
}
