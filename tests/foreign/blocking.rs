//! What happens to a task that blocks its thread on a future.

use std::pin::pin;

use coweave::{Instant, sleep, spawn, task, yield_now};
use futures::executor::{LocalPool, block_on};
use futures::future::{Either, select};

use crate::support::{MS, Trace, panic_text, system_scheduler, virtual_scheduler};

#[test]
fn a_block_on_of_what_needs_no_scheduler_works_while_the_other_tasks_stand_still() {
    let trace = Trace::new();
    virtual_scheduler().run(async {
        let inner = trace.clone();
        let other = spawn(async move { inner.add("the other task") });
        trace.add(block_on(async { 1 + 1 }));
        block_on(async {
            for _ in 0..3 {
                yield_now().await;
            }
        });
        trace.add(LocalPool::new().run_until(async { 3 }));
        let (send, receive) = futures::channel::oneshot::channel();
        let thread = std::thread::spawn(move || send.send(4).unwrap());
        trace.add(block_on(receive).unwrap());
        thread.join().unwrap();
        trace.add(block_on(async { task::current().id() }) == task::current().id());
        other.await.unwrap();
    });
    assert_eq!(trace, ["2", "3", "4", "true", "the other task"]);
}

#[test]
fn a_sleep_or_join_in_a_block_on_waits_for_the_scheduler_that_it_blocks() {
    let trace = Trace::new();
    system_scheduler().run(async {
        let (send, receive) = futures::channel::oneshot::channel();
        let thread = std::thread::spawn(move || {
            std::thread::sleep(MS * 30);
            send.send(()).unwrap();
        });
        let leaves = async {
            match select(pin!(sleep(MS)), pin!(spawn(async {}))).await {
                Either::Left(_) => "the sleep",
                Either::Right(_) => "the join",
            }
        };
        match block_on(select(pin!(leaves), receive)) {
            Either::Left((leaf, _)) => trace.add(leaf),
            Either::Right(_) => trace.add("the thread"),
        }
        thread.join().unwrap();
        sleep(MS).await;
        trace.add("awaited, it ends");
    });
    assert_eq!(trace, ["the thread", "awaited, it ends"]);
}

#[test]
fn a_scheduler_is_refused_inside_a_task_also_behind_a_block_on() {
    let trace = Trace::new();
    let mut scheduler = virtual_scheduler();
    let refusal = |text: String| text.contains("was called inside a task of a scheduler");
    scheduler.run(async {
        trace.add(refusal(panic_text(|| coweave::run(async {}))));
        trace.add(refusal(panic_text(|| coweave::try_run(async {}))));
        trace.add(refusal(panic_text(|| block_on(async { coweave::run(async {}) }))));
        trace.add(refusal(panic_text(|| system_scheduler().run_until_idle())));
        let thread = std::thread::spawn(|| coweave::run(async { 5 }));
        trace.add(thread.join().unwrap());
        sleep(MS).await;
        trace.add(spawn(async { format!("{:?}", Instant::now()) }).await.unwrap());
    });
    assert_eq!(trace, ["true", "true", "true", "true", "5", "Instant(1ms)"]);
}
