//! Tasks that wait for ever, each at a line that a comment names as the task is named.

use std::future::{Future, pending};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use coweave::{JoinHandle, park, sleep, spawn, spawn_local, task, yield_now};
use futures::future::{FutureExt, join, join_all, select, select_all};
use futures::stream::{FuturesUnordered, StreamExt};

/// What a comment at the end of this line calls it; otherwise the line itself.
pub(crate) fn mark_at(file: &str, line: u32) -> String {
    let text = include_str!("stuck.rs").lines().nth(line as usize - 1).filter(|_| file == file!());
    let mark = text.and_then(|text| text.split_once("// here: "));
    mark.map_or_else(|| format!("{file}:{line}"), |(_, mark)| mark.to_owned())
}

pub(crate) fn spawn_named<T: 'static>(name: &str, future: impl Future<Output = T> + 'static) {
    drop(task::Builder::new().name(name).spawn_local(future));
}

#[coweave::coroutine]
fn parks() {
    sleep(Duration::from_millis(1)).await;
    park().await; // here: coroutine
}

#[coweave::coroutine]
fn joins_stuck(stuck: JoinHandle<()>) {
    drop(stuck.await); // here: join in a coroutine
}

async fn plain_inner() {
    yield_now().await;
    park().await; // here: two plain functions
}

async fn plain_middle() {
    plain_inner().await;
}

#[coweave::coroutine]
fn through_plain_functions() {
    plain_middle().await;
}

#[coweave::coroutine]
fn middle_of_foreign() {
    yield_now().await;
    pending::<()>().await; // here: two coroutines
}

#[coweave::coroutine]
fn through_coroutines() {
    async { middle_of_foreign().await }.await;
}

#[coweave::coroutine(stream = u32)]
fn stuck_ticks() {
    yield 1;
    park().await; // here: stream
}

#[coweave::coroutine(stream = u32)]
fn stuck_items() {
    let mut items = futures::stream::iter([1]).chain(futures::stream::pending());
    yield 0;
    loop {
        let item = items.next().await; // here: foreign stream
        yield item.unwrap_or_default();
    }
}

#[coweave::coroutine(stream = u32)]
fn delegates_to_ours() {
    yield_all!(stuck_ticks());
}

#[coweave::coroutine(stream = u32)]
fn delegates_to_foreign() {
    yield 0;
    yield_all!(futures::stream::iter([1]).chain(futures::stream::pending())); // here: yield_all
}

#[coweave::coroutine]
fn joins_a_few_handles(stuck: Vec<JoinHandle<()>>) {
    drop(join_all(stuck).await); // here: join_all of handles
}

#[coweave::coroutine]
fn selects_a_handle(stuck: JoinHandle<()>) {
    drop(select(stuck, pending::<()>()).await); // here: select of a handle
}

/// Handles of tasks that wait for ever.
fn stuck_handles(count: usize) -> Vec<JoinHandle<()>> {
    let stuck = || task::Builder::new().name("coroutine").spawn(parks());
    (0..count).map(|_| stuck()).collect()
}

/// Spawns tasks whose wakers nobody clones: stuck, they are a deadlock.
pub(crate) fn spawn_without_wakers() {
    spawn_named("coroutine", parks());
    spawn_named("block", async {
        yield_now().await;
        park().await; // here: block
    });
    spawn_named("join in a coroutine", joins_stuck(stuck_handles(1).remove(0)));
    spawn_named("join in a block", async {
        let stuck = stuck_handles(1).remove(0);
        drop(stuck.await); // here: join in a block
    });
    spawn_named("two plain functions", through_plain_functions());
    spawn_named("two coroutines", through_coroutines());
    spawn_named("join_all", async {
        let late = async {
            park().await; // here: join_all
        };
        join_all([async {}.boxed_local(), late.boxed_local()]).await;
    });
    spawn_named("join", async {
        // In a join the place of its last future that still waits is told.
        join(pending::<()>(), park()).await; // here: join
    });
    spawn_named("select", async {
        let forever = pin!(sleep(Duration::MAX)); // here: select
        select(pending::<()>(), forever).await;
    });
    spawn_named("coroutine", async {
        let leaves = [yield_now().then(|()| pending()).boxed_local(), parks().boxed_local()];
        drop(select_all(leaves).await);
    });
    spawn_named("join_all of handles", joins_a_few_handles(stuck_handles(3)));
    spawn_named("select of a handle", selects_a_handle(stuck_handles(1).remove(0)));
    spawn_named("stream", async {
        let mut ticks = stuck_ticks();
        while ticks.next().await.is_some() {}
    });
    spawn_named("stream", async { stuck_ticks().map(|n| n + 1).count().await });
    spawn_named("stream", async { delegates_to_ours().count().await });
    spawn_named("yield_all", async { delegates_to_foreign().count().await });
    spawn_named("foreign stream", async { stuck_items().count().await });
}

#[coweave::coroutine]
fn in_a_set(handles: Vec<JoinHandle<()>>) {
    yield_now().await;
    let mut set: FuturesUnordered<_> = handles.into_iter().collect();
    while set.next().await.is_some() {} // here: set of handles
}

#[coweave::coroutine]
fn joins_many_handles(handles: Vec<JoinHandle<()>>) {
    drop(join_all(handles).await); // here: join_all of many handles
}

#[coweave::coroutine]
fn some_of_a_set_end() {
    let ends = (0..5).map(|_| sleep(Duration::from_millis(1)).boxed_local());
    let mut set: FuturesUnordered<_> = ends.chain([parks().boxed_local()]).collect();
    // The one that is left is not polled again, so its own place is not told again.
    while set.next().await.is_some() {} // here: rest of a set
}

#[coweave::coroutine]
fn locks(mutex: Arc<tokio::sync::Mutex<()>>) {
    drop(mutex.lock().await); // here: tokio's mutex
}

#[coweave::coroutine]
fn listens(event: Arc<event_listener::Event>) {
    event.listen().await; // here: event
}

#[coweave::coroutine]
fn receives(receive: async_channel::Receiver<()>) {
    assert!(receive.recv().await.is_ok()); // here: channel
}

/// Spawns tasks that wait in futures which keep wakers: no closed world can call them stuck.
pub(crate) fn spawn_with_wakers() {
    spawn_named("set of handles", in_a_set(stuck_handles(3)));
    spawn_named("join_all of many handles", joins_many_handles(stuck_handles(40)));
    spawn_named("rest of a set", some_of_a_set_end());
    spawn_named("set of parks", async {
        let parks = async {
            park().await; // here: set of parks
        };
        let set: FuturesUnordered<_> = [parks].into_iter().collect();
        set.count().await
    });
    let mutex = Arc::new(tokio::sync::Mutex::new(()));
    let held = mutex.clone().try_lock_owned();
    spawn_named("tokio's mutex", locks(mutex));
    spawn_named("event", listens(Arc::new(event_listener::Event::new())));
    let (send, receive) = async_channel::bounded(1);
    drop(spawn_local(async move {
        pending::<()>().await;
        drop((held, send));
    }));
    spawn_named("channel", receives(receive));
    let shared = parks().shared();
    spawn_named("coroutine", shared.clone());
    spawn_named("coroutine", async move {
        spawn(yield_now()).await.unwrap();
        waits_for_shared(shared).await;
    });
}

#[coweave::coroutine]
fn waits_for_shared(shared: impl Future<Output = ()>) {
    // Whoever is woken polls what is shared, so its own place is told.
    shared.await;
}
