//! Telling a task's end by a callback.
//!
//! The handle itself becomes what is told: it lies in the callback, beside its task, and takes the
//! outcome when it is called. So the rules of handles hold for it.
//!
//! # Invariants
//! * **J1**, **J2**, **J3** of `join`.
//! * **N1 whose thread** A callback is called, or dropped, on the thread of the task's worker, or on
//!   the one that made it.
#![expect(unsafe_code, reason = "reaches slots, and mails what need not be Send")]

use std::fmt;

use super::ending::drop_joiner;
use super::extra::Joiner;
use super::join::JoinHandle;
use super::join_error::JoinError;
use super::mailbox::Mail;
use super::state::Outcome;
use super::task_ref::TaskRef;
use super::this_thread;
use super::unjoined::report;
use super::worker_core::WorkerCore;
use crate::primitives::quietly;

/// What is called once at a task's end.
pub(crate) struct Callback(Box<dyn FnOnce(Side)>);

/// Where a callback is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    /// On the thread of the task's worker.
    Home,
    Elsewhere,
}

// SAFETY: only `on_end` mails one. What it was given is `Send`. The handle in it is `Send` if the output
// is; if not, the handle has never left the worker's thread, on which mail is received or dropped.
unsafe impl Send for Callback {}

impl Callback {
    /// The panics of the user's code are caught within.
    pub(super) fn call(self, side: Side) {
        (self.0)(side);
    }
}

impl fmt::Debug for Callback {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Callback")
    }
}

impl<T: 'static> JoinHandle<T> {
    /// Calls `callback` once, with what awaiting the handle would give: when the task has ended, or now
    /// if it has.
    ///
    /// If the task has not ended, the callback runs on the thread of the task's worker, as soon as the
    /// task's frame is gone, between two resumes: inside no task, so [`task::try_current`] gives
    /// `None`, and before the next ready task. It holds up the worker as long as it runs. If the task
    /// has ended, it runs within this call, on this thread. When a scheduler is dropped, the tasks that
    /// are left end, and their callbacks are told that they were cancelled.
    ///
    /// On another thread the request is mailed, as all that a handle does; in what order several
    /// tasks' callbacks run is then the order in which the tasks end.
    ///
    /// The task counts as joined. A panic of the callback is nobody's: the panic hook reports it, and
    /// it is dropped.
    ///
    /// # Panics
    /// If the handle has given its output.
    ///
    /// # Cancellation
    /// The callback cannot be taken back. Cancel the task before, or have the callback ask whether it is
    /// still wanted.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::sync::mpsc;
    ///
    /// let (sender, receiver) = mpsc::channel();
    /// coweave::run(async move {
    ///     let task = coweave::spawn(async { 6 * 7 });
    ///     task.on_completion(move |result| sender.send(result.unwrap()).unwrap());
    ///     coweave::yield_now().await;
    /// });
    /// assert_eq!(receiver.try_recv(), Ok(42));
    /// ```
    ///
    /// [`task::try_current`]: super::try_current
    pub fn on_completion<F>(self, callback: F)
    where
        F: FnOnce(Result<T, JoinError>) + Send + 'static,
    {
        self.on_end(move |result| {
            callback(result);
            None
        });
    }

    /// The same; what `callback` gives back nobody wants.
    fn on_end<F>(self, callback: F)
    where
        F: FnOnce(Result<T, JoinError>) -> Option<Result<T, JoinError>> + Send + 'static,
    {
        if self.is_at_home() {
            return self.on_end_here(callback);
        }
        let task = self.task().expect("a JoinHandle was used after it gave its output");
        // SAFETY: the slot is not freed (J1); only the stage is read.
        let has_ended = unsafe { task.header() }.state.outcome().is_some();
        let mailbox = self.mailbox().filter(|_| !has_ended);
        let callback = self.into_callback(callback);
        let Some(mailbox) = mailbox else { return callback.call(Side::Elsewhere) };
        // Refused means that it has ended by now.
        if let Err(Mail::CallAtEnd(_, callback)) =
            mailbox.try_send_from_handle(Mail::CallAtEnd(task, callback))
        {
            callback.call(Side::Elsewhere);
        }
    }

    /// The same for a handle that was just made, on this thread's worker, so that nothing need be
    /// `Send`.
    pub(crate) fn on_end_here<F>(self, callback: F)
    where
        F: FnOnce(Result<T, JoinError>) -> Option<Result<T, JoinError>> + 'static,
    {
        let task = self.task().expect("a JoinHandle was used after it gave its output");
        let is_home = self.is_at_home();
        let callback = self.into_callback(callback);
        if is_home {
            this_thread::with_any_core(|core| core.call_at_end(task, callback));
        } else {
            // A task that was refused is nobody's.
            callback.call(Side::Elsewhere);
        }
    }

    fn into_callback<F>(self, callback: F) -> Callback
    where
        F: FnOnce(Result<T, JoinError>) -> Option<Result<T, JoinError>> + 'static,
    {
        // Whatever it has mailed comes before the callback: it acts directly then (J2).
        self.acts_directly();
        Callback(Box::new(move |side| self.give(side, callback)))
    }

    /// The task has ended: takes its outcome and hands it over.
    fn give<F>(mut self, side: Side, callback: F)
    where
        F: FnOnce(Result<T, JoinError>) -> Option<Result<T, JoinError>>,
    {
        let Some(task) = self.task() else { return };
        let mailbox = self.mailbox();
        // SAFETY: the slot is not freed (J1), and the task has ended.
        let header = unsafe { task.header() };
        let outcome = header.state.outcome().expect("a callback is called at its task's end");
        // SAFETY: the outcome is this handle's.
        let origins = (outcome == Outcome::Panicked).then(|| unsafe { header.origins() });
        // SAFETY: it has ended with this outcome, and is given back below.
        let result = unsafe { Self::take(task, outcome) };
        match side {
            Side::Home => {
                self.forget_task();
                this_thread::with_any_core(|core| core.release(task));
            }
            Side::Elsewhere => self.release_elsewhere(),
        }
        quietly(|| {
            if let Some(unwanted) = callback(result) {
                report(mailbox.as_deref(), origins, unwanted);
            }
        });
    }
}

impl WorkerCore {
    /// Has `callback` called when the task has ended.
    pub(super) fn call_at_end(&self, task: TaskRef, callback: Callback) {
        let header = self.header(task);
        if header.state.outcome().is_some() {
            return callback.call(Side::Home);
        }
        // SAFETY: the owner's thread; no other reference to the rare things is in use.
        drop_joiner(unsafe { header.set_joiner(Joiner::Callback(callback)) });
    }
}
