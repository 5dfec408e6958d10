//! What a cancelled task held and waited for: who has it then. `coweave::task` says it in its docs.

use std::sync::Arc;
use std::time::Duration;

use coweave::channel::{Receiver, Sender, bounded, unbounded};
use coweave::sync::{Mutex, Notify, Semaphore};
use coweave::{JoinHandle, TaskGroup, sleep, spawn, yield_now};

use crate::support::{Counted, Trace, outcome, settle};

pub(crate) fn seconds(n: u64) -> Duration {
    Duration::from_secs(n)
}

/// Cancels a task that has come to where it waits, and says so before and after.
pub(crate) async fn cancel<T: std::fmt::Debug>(trace: &Trace, task: JoinHandle<T>) {
    trace.add("cancel");
    task.cancel();
    trace.add(outcome(&task.await));
}

/// Takes the lock, says so, and keeps it until it is cancelled.
#[coweave::coroutine]
fn locks(trace: Trace, mutex: Arc<Mutex<()>>, name: &'static str) {
    let _frame = Counted::new(&trace, name);
    let _guard = mutex.lock().await;
    trace.add(format!("{name} has the lock"));
    std::future::pending().await
}

#[coweave::test]
async fn a_cancelled_task_unlocks_what_it_holds_for_the_next() {
    let (trace, mutex) = (Trace::new(), Arc::new(Mutex::new(())));
    let [first, second, third] =
        ["first", "second", "third"].map(|name| spawn(locks(trace.clone(), mutex.clone(), name)));
    yield_now().await;
    cancel(&trace, first).await;
    settle().await;
    cancel(&trace, second).await;
    settle().await;
    drop(third);
    assert_eq!(
        trace,
        [
            "first has the lock",
            "cancel",
            "first dropped",
            "second has the lock",
            "cancelled",
            "cancel",
            "second dropped",
            "third has the lock",
            "cancelled"
        ]
    );
}

#[coweave::test]
async fn a_cancelled_task_leaves_its_queue_and_those_behind_keep_their_order() {
    let (trace, mutex) = (Trace::new(), Arc::new(Mutex::new(())));
    let held = mutex.lock().await;
    let names = ["first", "second", "third", "fourth"];
    let mut tasks = names.map(|name| Some(spawn(locks(trace.clone(), mutex.clone(), name))));
    yield_now().await;
    // Amid the others, and then the first of all.
    for place in [1, 0] {
        cancel(&trace, tasks[place].take().unwrap()).await;
    }
    drop(held);
    settle().await;
    cancel(&trace, tasks[2].take().unwrap()).await;
    settle().await;
    assert_eq!(
        trace,
        [
            "cancel",
            "second dropped",
            "cancelled",
            "cancel",
            "first dropped",
            "cancelled",
            "third has the lock",
            "cancel",
            "third dropped",
            "fourth has the lock",
            "cancelled"
        ]
    );
}

#[coweave::test]
async fn who_asked_for_much_and_is_cancelled_lets_those_behind_go_on() {
    let (trace, semaphore) = (Trace::new(), Arc::new(Semaphore::new(2)));
    let [much, little] = [3, 1].map(|count| {
        let (trace, semaphore) = (trace.clone(), semaphore.clone());
        spawn(async move {
            let permit = semaphore.acquire_many(count).await.unwrap();
            trace.add(format!("has {}", permit.count()));
        })
    });
    settle().await;
    cancel(&trace, much).await;
    little.await.unwrap();
    trace.add(semaphore.available_permits());
    assert_eq!(trace, ["cancel", "has 1", "cancelled", "2"]);
}

/// What two tasks wait for, one behind the other; what the first was given goes to the second, if the
/// first is cancelled before it is resumed.
async fn passes_on<F>(wait: impl Fn() -> F, gives: impl FnOnce()) -> Trace
where
    F: Future<Output = &'static str> + Send + 'static,
{
    let trace = Trace::new();
    let [first, second] = ["first", "second"].map(|name| {
        let (trace, wait) = (trace.clone(), wait());
        spawn(async move {
            let frame = Counted::new(&trace, name);
            trace.add(format!("{name} has {}", wait.await));
            drop(frame);
        })
    });
    yield_now().await;
    gives();
    cancel(&trace, first).await;
    second.await.unwrap();
    trace
}

#[coweave::test]
async fn what_a_cancelled_task_was_given_goes_to_the_next() {
    let expected = |what: &str| {
        let given = format!("second has {what}");
        ["cancel", "first dropped", &given, "second dropped", "cancelled"].map(str::to_owned)
    };
    let mutex = Arc::new(Mutex::new("the lock"));
    let held = mutex.try_lock();
    let locked = || {
        let mutex = mutex.clone();
        async move { *mutex.lock().await }
    };
    let of_lock = passes_on(locked, || drop(held)).await;
    let semaphore = Arc::new(Semaphore::new(0));
    let acquired = || {
        let semaphore = semaphore.clone();
        async move { semaphore.acquire().await.map_or("nothing", |_| "the permit") }
    };
    let of_permit = passes_on(acquired, || semaphore.release(1)).await;
    let notify = Arc::new(Notify::new());
    let notified = || {
        let notify = notify.clone();
        async move {
            notify.notified().await;
            "the notification"
        }
    };
    let of_notification = passes_on(notified, || notify.notify_one()).await;
    let (sender, receiver) = unbounded();
    let received = || {
        let receiver: Receiver<&'static str> = receiver.clone();
        async move { receiver.recv().await.unwrap_or("nothing") }
    };
    let of_value = passes_on(received, || sender.try_send("the value").unwrap()).await;
    let traces = [of_lock, of_permit, of_notification, of_value].map(|trace| trace.to_vec());
    let expected = ["the lock", "the permit", "the notification", "the value"].map(expected);
    assert_eq!(traces.map(|trace| trace.join(", ")), expected.map(|trace| trace.join(", ")));
}

/// Sends a value that says when it is dropped.
fn sends(trace: &Trace, sender: &Sender<Counted>, name: &str) -> JoinHandle<()> {
    let (trace, sender, value) = (trace.clone(), sender.clone(), Counted::new(trace, name));
    let frame = Counted::new(&trace, format!("sender of {name}"));
    spawn(async move {
        drop(sender.send(value).await);
        trace.add("sent");
        sleep(seconds(1)).await;
        frame.touch();
    })
}

#[coweave::test]
async fn a_value_goes_with_its_sender_until_it_was_sent() {
    let (trace, (sender, receiver)) = (Trace::new(), bounded(0));
    // Cancelled while it waits, and when it was met but has not been resumed.
    let [unsent, sent] = ["a", "b"].map(|name| sends(&trace, &sender, name));
    yield_now().await;
    cancel(&trace, unsent).await;
    let value = receiver.recv().await.unwrap();
    cancel(&trace, sent).await;
    trace.add("has a value");
    drop(value);
    trace.add(receiver.is_empty());
    assert_eq!(
        trace,
        [
            "cancel",
            "a dropped",
            "sender of a dropped",
            "cancelled",
            "cancel",
            "sender of b dropped",
            "cancelled",
            "has a value",
            "b dropped",
            "true"
        ]
    );
}

#[coweave::test]
async fn a_value_that_nobody_else_waits_for_stays_in_the_channel() {
    let (trace, (sender, receiver)) = (Trace::new(), bounded(1));
    let gets = receiver.clone();
    let task = spawn(async move { drop(gets.recv().await) });
    yield_now().await;
    assert!(sender.try_send(Counted::new(&trace, "value")).is_ok());
    cancel(&trace, task).await;
    trace.add(receiver.len());
    drop(receiver);
    assert_eq!(trace, ["cancel", "cancelled", "1", "value dropped"]);
}

#[coweave::test]
async fn the_last_value_goes_to_the_next_and_the_end_to_the_others() {
    let (trace, (sender, receiver)) = (Trace::new(), bounded(1));
    let [first, second, third] = ["first", "second", "third"].map(|name| {
        let (trace, gets) = (trace.clone(), receiver.clone());
        spawn(async move { trace.add(format!("{name} gets {:?}", gets.recv().await)) })
    });
    yield_now().await;
    sender.try_send(1).unwrap();
    drop(sender);
    cancel(&trace, first).await;
    second.await.unwrap();
    third.await.unwrap();
    trace.add(format!("{:?}", receiver.recv().await));
    assert_eq!(
        trace,
        ["cancel", "second gets Ok(1)", "cancelled", "third gets Err(RecvError)", "Err(RecvError)"]
    );
}

#[coweave::test]
async fn the_last_result_of_a_group_goes_to_the_next_and_the_end_to_the_others() {
    let (trace, group) = (Trace::new(), Arc::new(TaskGroup::new()));
    group.spawn(async { sleep(seconds(1)).await }).await;
    let [first, second, third] = ["first", "second", "third"].map(|name| {
        let (trace, group) = (trace.clone(), group.clone());
        spawn(async move {
            trace.add(format!("{name} gets one: {}", group.join_next().await.is_some()));
        })
    });
    sleep(seconds(1)).await;
    // The member, which is ready as well, ends before the turn of who is cancelled comes.
    cancel(&trace, first).await;
    second.await.unwrap();
    third.await.unwrap();
    trace.add(group.join_next().await.is_some());
    assert_eq!(
        trace,
        ["cancel", "second gets one: true", "cancelled", "third gets one: false", "false"]
    );
}
