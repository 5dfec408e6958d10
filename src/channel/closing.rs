//! The end of a channel of values: closing it, and what the last of its ends leaves behind.

use super::buffer::Buffer;
use super::core::Core;
use crate::task::waiter::Wakes;

impl<T> Core<T> {
    /// Nothing more is sent; what is queued is still received.
    pub(super) fn close(&mut self, wakes: &mut Wakes) {
        self.is_closed = true;
        self.refuse_senders(wakes);
        self.end_if_ended(wakes);
    }

    fn refuse_senders(&mut self, wakes: &mut Wakes) {
        while !self.senders.is_empty() {
            wakes.add(self.senders.grant_first(Err));
        }
    }

    /// Tells receivers that wait that no value can come any more.
    pub(super) fn end_if_ended(&mut self, wakes: &mut Wakes) {
        if self.receivers.is_empty() || !self.has_ended() {
            return;
        }
        self.is_end_told = true;
        while !self.receivers.is_empty() {
            wakes.add(self.receivers.grant_first(|()| None));
        }
    }

    pub(super) fn add_sender(&mut self) {
        self.sender_count += 1;
    }

    pub(super) fn add_receiver(&mut self) {
        self.receiver_count += 1;
    }

    pub(super) fn drop_sender(&mut self, wakes: &mut Wakes) {
        self.sender_count -= 1;
        if self.sender_count == 0 {
            self.is_closed = true;
            self.end_if_ended(wakes);
        }
    }

    /// What nobody will receive is given back to be dropped.
    pub(super) fn drop_receiver(&mut self, wakes: &mut Wakes) -> Option<Buffer<T>> {
        self.receiver_count -= 1;
        if self.receiver_count > 0 {
            return None;
        }
        self.is_closed = true;
        self.refuse_senders(wakes);
        Some(self.take_all())
    }

    fn take_all(&mut self) -> Buffer<T> {
        self.queued_count = 0;
        self.queued.take_all()
    }

    /// Takes all that is queued, and lets senders that wait send.
    pub(super) fn drain(&mut self, wakes: &mut Wakes) -> Buffer<T> {
        let drained = self.take_all();
        self.fill(wakes);
        drained
    }
}
