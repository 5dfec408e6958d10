//! The values that tasks have of their own: in the rare things of the task, and in the scopes that are
//! being polled on this thread.
//!
//! The invariant: nothing is borrowed while a value is made, used or dropped; whoever looks one up
//! counts it.

use std::any::Any;
use std::cell::RefCell;
use std::sync::Arc;

use super::id::TaskId;
use super::this_thread;

/// A value, which tasks may share.
pub(super) type Local = Arc<dyn Any + Send + Sync>;

/// The values of one task. There are few, so they are searched.
#[derive(Debug, Clone, Default)]
pub(crate) struct Locals(Vec<(usize, Local)>);

impl Locals {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn get(&self, key: usize) -> Option<Local> {
        self.0.iter().find(|(known, _)| *known == key).map(|(_, value)| value.clone())
    }

    /// Sets a value, and gives back the one before.
    pub(super) fn set(&mut self, key: usize, value: Local) -> Option<Local> {
        match self.0.iter_mut().find(|(known, _)| *known == key) {
            Some((_, present)) => Some(std::mem::replace(present, value)),
            None => {
                self.0.push((key, value));
                None
            }
        }
    }
}

/// A task among those of all schedulers; `None` outside.
type Whose = Option<(u64, TaskId)>;

fn running() -> Whose {
    this_thread::with_running(|running| (running.core.serial, running.header().id()))
}

/// A scope that is being polled.
struct Entry {
    key: usize,
    value: Local,
    /// In another task, which runs within its poll, it does not count.
    whose: Whose,
}

thread_local! {
    static SCOPES: RefCell<Vec<Entry>> = const { RefCell::new(Vec::new()) };
}

/// What the innermost scope of the running task has, or else the task itself.
pub(super) fn find(key: usize) -> Option<Local> {
    let in_scope = |scopes: &RefCell<Vec<Entry>>| {
        let scopes = scopes.borrow();
        if scopes.is_empty() {
            return None;
        }
        let whose = running();
        let mut own = scopes.iter().rev().filter(|entry| entry.whose == whose);
        own.find(|entry| entry.key == key).map(|entry| entry.value.clone())
    };
    // In a destructor of another local of the thread its scopes may have gone.
    let found = SCOPES.try_with(in_scope).ok().flatten();
    found.or_else(|| {
        this_thread::with_running(|running| running.core.local(running.task, key)).flatten()
    })
}

/// Gives the running task a value of its own; returns false if none runs.
pub(super) fn set(key: usize, value: Local) -> bool {
    this_thread::with_running(|running| running.core.set_local(running.task, key, value)).is_some()
}

/// All that the running task sees.
pub(crate) fn seen() -> Locals {
    let own = this_thread::with_running(|running| running.core.locals(running.task));
    let mut seen = own.unwrap_or_default();
    let add_scopes = |scopes: &RefCell<Vec<Entry>>| {
        let whose = running();
        let mut hidden = Vec::new();
        for entry in scopes.borrow().iter().filter(|entry| entry.whose == whose) {
            hidden.extend(seen.set(entry.key, entry.value.clone()));
        }
        hidden
    };
    drop(SCOPES.try_with(add_scopes));
    seen
}

/// Calls `f` within a scope, and gives the value back also when it unwinds.
pub(super) fn within<R>(key: usize, value: &mut Option<Local>, f: impl FnOnce() -> R) -> R {
    struct Leave<'a>(&'a mut Option<Local>);

    impl Drop for Leave<'_> {
        fn drop(&mut self) {
            // Polls nest, so the last is this one.
            let left = SCOPES.try_with(|scopes| scopes.borrow_mut().pop());
            *self.0 = left.ok().flatten().map(|entry| entry.value);
        }
    }

    let Some(entered) = value.take() else { return f() };
    let whose = running();
    let entry = Entry { key, value: entered, whose };
    if SCOPES.try_with(|scopes| scopes.borrow_mut().push(entry)).is_err() {
        return f();
    }
    let _leave = Leave(value);
    f()
}
