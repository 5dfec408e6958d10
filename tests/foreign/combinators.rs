//! Combinators of many futures, which poll leaves with wakers of their own.

use std::future::Future;

use coweave::{Instant, JoinHandle, park, sleep, sleep_until, spawn, task, yield_now};
use futures::future::{BoxFuture, FutureExt, Shared, join_all, select_all, try_join_all};
use futures::stream::{self, FuturesOrdered, FuturesUnordered, StreamExt};

use crate::support::{MS, Trace, on_both_clocks, system_scheduler, virtual_scheduler};

#[coweave::coroutine]
fn sleeps_then(ms: u32, output: u32) -> u32 {
    yield_now().await;
    sleep(MS * ms).await;
    output
}

/// One of each leaf in turn; none that parks.
fn leaf(n: u32) -> BoxFuture<'static, u32> {
    let ms = n % 10;
    match n % 5 {
        0 => sleep(MS * ms).map(move |()| n).boxed(),
        1 => spawn(sleeps_then(ms, n)).map(Result::unwrap).boxed(),
        2 => yield_now().map(move |()| n).boxed(),
        3 => sleeps_then(ms, n).boxed(),
        _ => sleep_until(Instant::now() + MS * ms).map(move |()| n).boxed(),
    }
}

#[test]
fn a_hundred_leaves_of_all_kinds_are_joined() {
    let traces = on_both_clocks(async |trace| {
        let start = Instant::now();
        let unparker = task::current().unparker();
        drop(spawn(async move {
            sleep(MS * 12).await;
            unparker.unpark();
        }));
        let parks = park().map(|()| 100).boxed();
        let outputs = join_all((0..100).map(leaf).chain([parks])).await;
        trace.add(outputs.iter().copied().eq(0..=100));
        trace.add(start.elapsed() >= MS * 12);
    });
    assert_eq!(traces, [["true", "true"]; 2]);
}

#[test]
fn a_hundred_leaves_joined_on_virtual_time_take_as_long_as_the_longest() {
    let trace = Trace::new();
    virtual_scheduler().run(async {
        join_all((0..100).map(leaf)).await;
        trace.add(format!("{:?}", Instant::now()));
    });
    assert_eq!(trace, ["Instant(9ms)"]);
}

#[test]
fn a_hundred_tasks_that_park_are_joined_in_one_future() {
    let traces = on_both_clocks(async |trace| {
        let mut unparkers = Vec::new();
        let tasks: Vec<JoinHandle<u32>> = (0..100)
            .map(|n| {
                let (send, receive) = std::sync::mpsc::channel();
                unparkers.push(receive);
                spawn(async move {
                    send.send(task::current().unparker()).unwrap();
                    park().await;
                    n
                })
            })
            .collect();
        let joined = spawn(join_all(tasks));
        sleep(MS).await;
        trace.add(joined.is_finished());
        unparkers.iter().rev().for_each(|unparker| unparker.recv().unwrap().unpark());
        let outputs: Vec<u32> = joined.await.unwrap().into_iter().map(Result::unwrap).collect();
        trace.add(outputs.into_iter().eq(0..100));
    });
    assert_eq!(traces, [["false", "true"]; 2]);
}

#[test]
fn an_error_among_joined_tasks_ends_the_join_and_detaches_the_others() {
    let traces = on_both_clocks(async |trace| {
        let inner = trace.clone();
        let stuck = spawn(std::future::pending::<()>());
        let slow = spawn(async move {
            sleep(MS * 50).await;
            inner.add("the detached one went on");
        });
        stuck.cancel();
        let tasks = [stuck, slow].into_iter().chain((0..40).map(|_| spawn(sleep(MS))));
        let error = try_join_all(tasks).await.unwrap_err();
        trace.add(error.is_cancelled());
        sleep(MS * 60).await;
    });
    assert_eq!(traces, [["true", "the detached one went on"]; 2]);
}

#[test]
fn a_set_of_futures_streams_its_outputs_in_the_order_of_their_ends() {
    let traces = on_both_clocks(async |trace| {
        let start = Instant::now();
        let mut set: FuturesUnordered<BoxFuture<'_, u32>> = FuturesUnordered::new();
        set.push(sleep_until(start + MS * 9).map(|()| 9).boxed());
        set.push(sleep_until(start + MS * 3).map(|()| 3).boxed());
        set.push(async move { sleep_until(start + MS * 6).map(|()| 6).await }.boxed());
        set.push(spawn(async { 0 }).map(Result::unwrap).boxed());
        while let Some(output) = set.next().await {
            trace.add(output);
            if output == 3 {
                // In a set that has been polled, and whose other futures are not polled again.
                set.push(sleep(MS * 30).map(|()| 33).boxed());
            }
        }
    });
    assert_eq!(traces, [["0", "3", "6", "9", "33"]; 2]);
}

#[test]
fn an_ordered_set_of_futures_keeps_its_order() {
    let traces = on_both_clocks(async |trace| {
        let set: FuturesOrdered<_> = [4, 1, 3].map(|ms| sleeps_then(ms, ms)).into_iter().collect();
        set.for_each(async |output| trace.add(output)).await;
    });
    assert_eq!(traces, [["4", "1", "3"]; 2]);
}

#[test]
fn a_set_of_a_thousand_sleeps_streams_them_in_order_and_stays_linear() {
    let trace = Trace::new();
    virtual_scheduler().run(async {
        let order = |n: u32| n * 379 % 1000;
        let set: FuturesUnordered<_> = (0..1000).map(|n| sleeps_then(order(n), order(n))).collect();
        let outputs: Vec<u32> = set.collect().await;
        trace.add(outputs.into_iter().eq(0..1000));
        trace.add(format!("{:?}", Instant::now()));
    });
    assert_eq!(trace, ["true", "Instant(999ms)"]);
}

#[test]
fn a_set_of_futures_that_was_polled_in_one_task_goes_on_in_another() {
    let traces = on_both_clocks(async |trace| {
        let mut set: FuturesUnordered<_> =
            [1, 4, 2].map(|ms| sleeps_then(ms, ms)).into_iter().collect();
        trace.add(set.next().await.unwrap());
        let moved = spawn(set.collect::<Vec<u32>>());
        trace.add(format!("{:?}", moved.await.unwrap()));
    });
    assert_eq!(traces, [["1", "[2, 4]"]; 2]);
}

/// A future that many tasks share.
fn shared(future: impl Future<Output = u32> + Send + 'static) -> Shared<BoxFuture<'static, u32>> {
    future.boxed().shared()
}

#[test]
fn a_shared_future_is_awaited_by_many_tasks() {
    let traces = on_both_clocks(async |trace| {
        let sleeps = shared(sleeps_then(2, 7));
        let joins = shared(spawn(sleeps_then(4, 8)).map(Result::unwrap));
        let tasks: Vec<_> = (0..20)
            .map(|n| if n % 2 == 0 { sleeps.clone() } else { joins.clone() })
            .map(spawn)
            .collect();
        let outputs = join_all(tasks).await.into_iter().map(Result::unwrap);
        trace.add(format!("{}", outputs.sum::<u32>()));
        trace.add(format!("{:?}", (sleeps.now_or_never(), joins.now_or_never())));
    });
    assert_eq!(traces, [["150", "(Some(7), Some(8))"]; 2]);
}

#[test]
fn a_shared_future_outlives_the_task_that_polled_it_first() {
    let traces = on_both_clocks(async |trace| {
        let sleeps = shared(sleeps_then(3, 7));
        let first = spawn(sleeps.clone());
        yield_now().await;
        let second = spawn(sleeps.clone());
        yield_now().await;
        first.cancel();
        trace.add(first.await.is_err());
        trace.add(second.await.unwrap());
        trace.add(sleeps.await);
    });
    assert_eq!(traces, [["true", "7", "7"]; 2]);
}

#[test]
fn a_shared_future_is_awaited_by_schedulers_on_two_threads() {
    let trace = Trace::new();
    let mut scheduler = system_scheduler();
    let joins = shared(scheduler.spawn(sleeps_then(5, 7)).map(Result::unwrap));
    let elsewhere = joins.clone();
    let thread = std::thread::spawn(move || coweave::run(elsewhere));
    let output = scheduler.run(async { spawn(joins).await.unwrap() });
    trace.add(format!("{:?}", (output, thread.join().unwrap())));
    assert_eq!(trace, ["(7, 7)"]);
}

#[test]
fn a_buffer_runs_so_many_at_once() {
    let trace = Trace::new();
    virtual_scheduler().run(async {
        let outputs = stream::iter([9, 2, 5, 1]).map(|ms| sleeps_then(ms, ms));
        // 2 ends at 2, then 5 at 7, then 1 at 8, all before 9. Ordered, 1 holds its place until 12.
        trace.add(format!("{:?}", outputs.buffer_unordered(2).collect::<Vec<u32>>().await));
        let tasks = stream::iter([3, 1, 2]).map(|ms| spawn(sleeps_then(ms, ms)));
        let outputs = tasks.buffered(2).map(Result::unwrap);
        trace.add(format!("{:?}", outputs.collect::<Vec<u32>>().await));
        trace.add(format!("{:?}", Instant::now()));
    });
    assert_eq!(trace, ["[2, 5, 1, 9]", "[3, 1, 2]", "Instant(14ms)"]);
}

#[coweave::coroutine(stream = u32)]
fn ticks(every: u32) {
    for n in 1..=3 {
        sleep(MS * every).await;
        yield n * every;
    }
}

#[test]
fn our_streams_go_through_the_combinators_of_streams() {
    let trace = Trace::new();
    virtual_scheduler().run(async {
        let merged: Vec<u32> = stream::select(ticks(2), ticks(7)).collect().await;
        trace.add(format!("{merged:?}"));
        let both: Vec<(u32, u32)> = ticks(1).zip(ticks(2)).collect().await;
        trace.add(format!("{both:?}"));
        let chunks: Vec<Vec<u32>> = ticks(1).chain(ticks(2)).ready_chunks(8).collect().await;
        trace.add(format!("{}", chunks.concat().len()));
    });
    assert_eq!(trace, ["[2, 4, 6, 7, 14, 21]", "[(1, 2), (2, 4), (3, 6)]", "6"]);
}

#[test]
fn the_first_of_many_leaves_is_selected() {
    let trace = Trace::new();
    let mut scheduler = virtual_scheduler();
    scheduler.run(async {
        let leaves = (1..=50_u32).rev().map(|n| sleeps_then(n, n).boxed());
        let (output, _, rest) = select_all(leaves).await;
        trace.add(format!("{output} of {}", rest.len() + 1));
        drop(rest);
    });
    trace.add(scheduler.run_until_idle());
    trace.add(format!("{:?}", scheduler.run(async { Instant::now() })));
    assert_eq!(trace, ["1 of 50", "0", "Instant(1ms)"]);
}
