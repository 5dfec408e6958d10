//! Loom's mutex, without poison, and its condition variable.

use std::ops::{Deref, DerefMut};
use std::time::Duration;

use super::Fault;
use super::channel::send_deferred;

#[derive(Debug, Default)]
pub(crate) struct Lock<T>(loom::sync::Mutex<T>);

#[derive(Debug)]
pub(crate) struct Guard<'a, T> {
    lock: &'a Lock<T>,
    held: Option<loom::sync::MutexGuard<'a, T>>,
}

impl<T> Lock<T> {
    pub(crate) fn new(value: T) -> Self {
        Self(loom::sync::Mutex::new(value))
    }

    pub(crate) fn lock(&self) -> Guard<'_, T> {
        Guard { lock: self, held: Some(self.enter()) }
    }

    fn enter(&self) -> loom::sync::MutexGuard<'_, T> {
        self.0.lock().expect("loom's mutex is not poisoned")
    }

    pub(crate) fn try_lock(&self) -> Option<Guard<'_, T>> {
        self.0.try_lock().ok().map(|guard| Guard { lock: self, held: Some(guard) })
    }

    pub(crate) fn into_inner(self) -> T {
        self.0.into_inner().expect("loom's mutex is not poisoned")
    }
}

impl<T> Deref for Guard<'_, T> {
    type Target = T;
    fn deref(&self) -> &T {
        self.held.as_ref().expect("held until it is dropped")
    }
}

impl<T> DerefMut for Guard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        self.held.as_mut().expect("held until it is dropped")
    }
}

impl<T> Drop for Guard<'_, T> {
    fn drop(&mut self) {
        self.held = None;
        send_deferred();
    }
}

#[derive(Debug)]
pub(crate) struct Condvar(loom::sync::Condvar);

impl Condvar {
    pub(crate) fn new() -> Self {
        Self(loom::sync::Condvar::new())
    }

    pub(crate) fn notify_one(&self) {
        if !Fault::NotNotified.is_present() {
            self.0.notify_one();
        }
    }

    pub(crate) fn notify_all(&self) {
        if !Fault::NotNotified.is_present() {
            self.0.notify_all();
        }
    }

    /// A limit of zero is over while nobody has the lock; any other never is.
    pub(crate) fn wait_timeout_while<'a, T>(
        &self,
        mut guard: Guard<'a, T>,
        limit: Duration,
        mut condition: impl FnMut(&mut T) -> bool,
    ) -> Guard<'a, T> {
        while condition(&mut guard) {
            if limit.is_zero() {
                guard.held = None;
                loom::thread::yield_now();
                guard.held = Some(guard.lock.enter());
                break;
            }
            let held = guard.held.take().expect("held until it is dropped");
            guard.held = Some(self.0.wait(held).expect("loom's mutex is not poisoned"));
        }
        guard
    }
}
