//! The results of a group as a stream.

use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;

use super::operations::AskForNext;
use super::task_group::TaskGroup;
use crate::sync::wait_queue::Key;
use crate::task::wait::{poll_part, shown_by_name};
use crate::task::{JoinError, TaskId};

/// The results of a group, in the order in which its tasks end; made by
/// [`TaskGroup::into_stream`].
///
/// It ends when no task is left. Dropping it drops the group, which cancels the tasks that are left.
///
/// # Examples
///
/// ```
/// use futures::StreamExt;
///
/// coweave::run(async {
///     let group = coweave::TaskGroup::new();
///     for n in 0..3 {
///         group.spawn(async move { n }).await;
///     }
///     let completions: coweave::group::Completions<u32> = group.into_stream();
///     let all: Vec<u32> = completions.map(|(_, result)| result.unwrap()).collect().await;
///     assert_eq!(all, [0, 1, 2]);
/// });
/// ```
#[must_use = "a stream that is dropped cancels the tasks of its group"]
pub struct Completions<T> {
    group: TaskGroup<T>,
    key: Option<Key>,
}

shown_by_name!(Completions[T][T]);

impl<T> Completions<T> {
    pub(super) fn new(group: TaskGroup<T>) -> Self {
        Self { group, key: None }
    }
}

impl<T> Unpin for Completions<T> {}

impl<T> Stream for Completions<T> {
    type Item = (TaskId, Result<T, JoinError>);

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let Self { group, key } = &mut *self;
        poll_part(AskForNext { group, key }, cx.waker())
    }
}

impl<T> Drop for Completions<T> {
    fn drop(&mut self) {
        if let Some(key) = self.key.take() {
            self.group.results().leave_next(key);
        }
    }
}
