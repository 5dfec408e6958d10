//! A channel without bounds, as weak as crossbeam's: a message brings what was done before it was
//! sent, and nothing else is promised; whether there is mail may be answered from long ago.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::mem;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use loom::sync::atomic::{AtomicBool, AtomicUsize, Ordering, fence};
use loom::thread::{self, Thread, ThreadId};

use super::Fault;

#[derive(Debug)]
struct Channel<T> {
    /// No step of the model: loom sees what is around it. Not held during one.
    inner: Mutex<Inner<T>>,
    /// One for each message under way, through which its receiver acquires what came before it.
    written: [AtomicBool; MOST],
    sent: AtomicUsize,
    received: AtomicUsize,
}

#[derive(Debug)]
struct Inner<T> {
    messages: VecDeque<(T, usize)>,
    begun: usize,
    waits: Option<Thread>,
    has_receiver: bool,
}

/// More messages than are under way in any model.
const MOST: usize = 16;

impl<T> Channel<T> {
    fn inner(&self) -> MutexGuard<'_, Inner<T>> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[derive(Debug)]
pub(crate) struct Sender<T>(Arc<Channel<T>>);

#[derive(Debug)]
pub(crate) struct Receiver<T>(Arc<Channel<T>>);

/// There is no message, or nobody to receive it.
#[derive(Debug)]
pub(crate) struct Nothing<T>(Option<T>);

pub(crate) fn unbounded<T>() -> (Sender<T>, Receiver<T>) {
    let inner = Inner { messages: VecDeque::new(), begun: 0, waits: None, has_receiver: true };
    let channel = Arc::new(Channel {
        inner: Mutex::new(inner),
        written: std::array::from_fn(|_| AtomicBool::new(false)),
        sent: AtomicUsize::new(0),
        received: AtomicUsize::new(0),
    });
    (Sender(channel.clone()), Receiver(channel))
}

impl<T: 'static> Sender<T> {
    pub(crate) fn send(&self, message: T) -> Result<(), Nothing<T>> {
        if !Fault::SentAfterUnlock.is_present() {
            return self.0.send(message);
        }
        let channel = self.0.clone();
        let deferred =
            (thread::current().id(), Box::new(move || drop(channel.send(message))) as Deferred);
        DEFERRED.with_borrow_mut(|all| all.push(deferred));
        Ok(())
    }
}

impl<T> Channel<T> {
    fn send(&self, message: T) -> Result<(), Nothing<T>> {
        let mut inner = self.inner();
        let place = inner.begun % MOST;
        inner.begun += 1;
        drop(inner);
        self.written[place].store(true, Ordering::Release);
        // As crossbeam's, whose place in the queue is taken by a compare and exchange. No other
        // thread of the model runs between this step and the next.
        self.sent.fetch_add(1, Ordering::AcqRel);
        let mut inner = self.inner();
        if !inner.has_receiver {
            drop(inner);
            return Err(Nothing(Some(message)));
        }
        assert!(inner.messages.len() < MOST / 2, "a model sends fewer messages");
        inner.messages.push_back((message, place));
        let waits = inner.waits.take();
        drop(inner);
        if let Some(thread) = waits {
            thread.unpark();
        }
        Ok(())
    }
}

impl<T> Receiver<T> {
    pub(crate) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub(crate) fn len(&self) -> usize {
        if Fault::NotDrained.is_present() {
            return 0;
        }
        // An old count is no older than what has been received. (Crossbeam's loads are SeqCst, which
        // orders them among such loads and stores alone: nothing here may rely on it.)
        let received = self.0.received.load(Ordering::Relaxed);
        self.0.sent.load(Ordering::Acquire).saturating_sub(received)
    }

    pub(crate) fn try_recv(&self) -> Result<T, Nothing<T>> {
        fence(Ordering::SeqCst);
        let received = self.0.received.load(Ordering::Relaxed);
        if self.0.sent.load(Ordering::Relaxed) <= received {
            return Err(Nothing(None));
        }
        self.take().ok_or(Nothing(None))
    }

    pub(crate) fn recv(&self) -> Result<T, Nothing<T>> {
        loop {
            if let Some(message) = self.take() {
                return Ok(message);
            }
            self.0.inner().waits = Some(thread::current());
            thread::park();
        }
    }

    /// No time passes in a model.
    pub(crate) fn recv_timeout(&self, _: Duration) -> Result<T, Nothing<T>> {
        self.recv()
    }

    fn has_message(&self) -> bool {
        !self.0.inner().messages.is_empty()
    }

    /// See [`wait_for_mail`].
    fn wait(&self, longest: Option<Duration>) -> bool {
        while !self.has_message() {
            if longest.is_some() {
                thread::yield_now();
                break;
            }
            self.0.inner().waits = Some(thread::current());
            thread::park();
        }
        if !self.has_message() {
            return false;
        }
        // Who has found it does not overlook it a moment later.
        self.0.sent.fetch_add(0, Ordering::Acquire);
        true
    }

    fn take(&self) -> Option<T> {
        let (message, place) = self.0.inner().messages.pop_front()?;
        let is_written = self.0.written[place].swap(false, Ordering::Acquire);
        assert!(is_written, "before it was sent");
        self.0.received.fetch_add(1, Ordering::Release);
        Some(message)
    }
}

impl<T> Drop for Receiver<T> {
    fn drop(&mut self) {
        let mut inner = self.0.inner();
        inner.has_receiver = false;
        let left = mem::take(&mut inner.messages);
        drop(inner);
        drop(left);
    }
}

/// See `system`. No time passes in a model: a limited wait lets the other threads go on, and is over.
pub(crate) fn wait_for_mail<T>(receiver: &Receiver<T>, longest: Option<Duration>) -> bool {
    receiver.wait(longest)
}

type Deferred = Box<dyn FnOnce()>;

thread_local! {
    /// What is to be sent once its thread has released a lock ([`Fault::SentAfterUnlock`]).
    static DEFERRED: RefCell<Vec<(ThreadId, Deferred)>> = const { RefCell::new(Vec::new()) };
}

/// A thread has released a lock.
pub(super) fn send_deferred() {
    if !Fault::SentAfterUnlock.is_present() {
        return;
    }
    let here = thread::current().id();
    let take = || {
        DEFERRED.with_borrow_mut(|all| {
            let first = all.iter().position(|(thread, _)| *thread == here)?;
            Some(all.remove(first).1)
        })
    };
    while let Some(send) = take() {
        send();
    }
}
