//! What waits at a group: for a place, for one result, for all.

use super::members::Wants;
use super::task_group::TaskGroup;
use crate::sync::wait_queue::Key;
use crate::task::wait::{Answer, Kind, Operation, shown_by_name};
use crate::task::waiter::Asker;
use crate::task::{Errand, JoinError, TaskId, Waits};

/// Waiting for a place, and spawning in it.
pub struct Spawning<'a, T, F> {
    pub(super) group: &'a TaskGroup<T>,
    pub(super) errand: Option<Errand<F>>,
    pub(super) key: Option<Key>,
}

shown_by_name!(Spawning['a, T, F]['a, T, F]);

impl<T: 'static, F: Future<Output = T> + 'static> Operation for Spawning<'_, T, F> {
    type Output = TaskId;

    fn kind(&self) -> Kind {
        Kind(Waits::Group)
    }

    fn ask(&mut self, asker: &mut impl Asker) -> Answer<TaskId> {
        let members = self.group.members();
        members.ask(&mut self.key, Wants::Place, asker).map(|()| {
            let errand = self.errand.take().expect("a spawn was polled after its end");
            self.group.spawn_in_place(errand)
        })
    }
}

impl<T, F> Drop for Spawning<'_, T, F> {
    fn drop(&mut self) {
        if let Some(key) = self.key.take() {
            self.group.members().leave_room_queue(key, Wants::Place);
        }
    }
}

/// Waiting until there is a place.
pub struct WaitingForRoom<'a, T> {
    pub(super) group: &'a TaskGroup<T>,
    pub(super) key: Option<Key>,
}

shown_by_name!(WaitingForRoom['a, T]['a, T]);

impl<T> Operation for WaitingForRoom<'_, T> {
    type Output = ();

    fn kind(&self) -> Kind {
        Kind(Waits::Group)
    }

    fn ask(&mut self, asker: &mut impl Asker) -> Answer<()> {
        self.group.members().ask(&mut self.key, Wants::Look, asker)
    }
}

impl<T> Drop for WaitingForRoom<'_, T> {
    fn drop(&mut self) {
        if let Some(key) = self.key.take() {
            self.group.members().leave_room_queue(key, Wants::Look);
        }
    }
}

/// Waiting for the next result.
pub struct JoiningNext<'a, T> {
    pub(super) group: &'a TaskGroup<T>,
    pub(super) key: Option<Key>,
}

shown_by_name!(JoiningNext['a, T]['a, T]);

impl<T> Operation for JoiningNext<'_, T> {
    type Output = Option<(TaskId, Result<T, JoinError>)>;

    fn kind(&self) -> Kind {
        Kind(Waits::Group)
    }

    fn ask(&mut self, asker: &mut impl Asker) -> Answer<Self::Output> {
        AskForNext { group: self.group, key: &mut self.key }.ask(asker)
    }
}

impl<T> Drop for JoiningNext<'_, T> {
    fn drop(&mut self) {
        if let Some(key) = self.key.take() {
            self.group.results().leave_next(key);
        }
    }
}

/// The same, with a place in the queue that is kept elsewhere.
pub(super) struct AskForNext<'a, T> {
    pub(super) group: &'a TaskGroup<T>,
    pub(super) key: &'a mut Option<Key>,
}

impl<T> Operation for AskForNext<'_, T> {
    type Output = Option<(TaskId, Result<T, JoinError>)>;

    fn kind(&self) -> Kind {
        Kind(Waits::Group)
    }

    fn ask(&mut self, asker: &mut impl Asker) -> Answer<Self::Output> {
        let next = self.group.results().ask_next(self.key, asker);
        next.map(|ended| ended.map(|ended| (ended.id, ended.result)))
    }
}

/// Waiting for all results.
pub struct JoiningAll<'a, T> {
    pub(super) group: &'a TaskGroup<T>,
    pub(super) key: Option<Key>,
}

shown_by_name!(JoiningAll['a, T]['a, T]);

impl<T> Operation for JoiningAll<'_, T> {
    type Output = Vec<Result<T, JoinError>>;

    fn kind(&self) -> Kind {
        Kind(Waits::Group)
    }

    fn ask(&mut self, asker: &mut impl Asker) -> Answer<Self::Output> {
        let all = self.group.results().ask_all(&mut self.key, asker);
        all.map(|all| all.into_iter().map(|ended| ended.result).collect())
    }
}

impl<T> Drop for JoiningAll<'_, T> {
    fn drop(&mut self) {
        if let Some(key) = self.key.take() {
            self.group.results().leave_all(key);
        }
    }
}
